import type { ApiUplinkFamily } from '../../../src/model/index.ts';
import { State, StateMark } from '../parts/state.tsx';
import { incidentHref } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { sentenceText } from '../text/reason.ts';
import { t } from '../text/text.ts';
import { standsOf } from './opinions.ts';

/** The cluster's verdict on an uplink, and what each judge says; who contradicts stands first and in plain sight. */
export function Judgement({ family }: { family: ApiUplinkFamily }) {
  const { verdict, uplink } = family;
  const stands = standsOf(family);
  if (!verdict && stands.length === 0) return null;
  // One judge who agrees with itself says nothing new.
  const [only] = stands.length === 1 ? stands : [];
  const alone = only?.stand === 'with';
  return (
    <div class="judgement">
      <p class="judgement-verdict">
        {verdict ? (
          <>
            <span class="quiet">{t('uplinks.verdict')}</span> <State state={verdict.state} />
            {verdict.transition !== undefined && (
              <a href={`/ledger?since=${verdict.transition}`}>
                {t('uplinks.transition')} #{formatInteger(verdict.transition)}
              </a>
            )}
            {verdict.incident !== undefined && (
              <a href={incidentHref(verdict.incident)}>
                {t('uplinks.incident')} <bdi>{verdict.incident}</bdi>
              </a>
            )}
          </>
        ) : (
          <span class="quiet">{t('uplinks.noVerdict')}</span>
        )}
      </p>
      {!alone && (
        <ul class="ballot-votes" aria-label={t('uplinks.opinions', { uplink, family: family.family })}>
          {stands.map(({ opinion, stand }) => {
            const agrees = stand === 'with';
            return (
              <li
                key={opinion.watcher}
                class={`vote ${agrees ? '' : `vote-${stand}`} ${stand === 'against' ? `state-${opinion.state}` : ''}`}
                title={opinion.reason === undefined ? undefined : sentenceText(opinion.reason)}
              >
                <StateMark state={opinion.state} />
                <bdi>{opinion.watcher}</bdi>
                <span class={agrees ? 'hidden-text' : 'vote-word'}>
                  {stand === 'against' && <>{t(`state.${opinion.state}`)}, </>}
                  {t(`uplinks.stand.${stand}`)}
                </span>
                {stand === 'against' && opinion.reason !== undefined && (
                  <span class="vote-reason">
                    <bdi>{sentenceText(opinion.reason)}</bdi>
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

import type { ApiCheckDetail, ApiOpinion, ApiTransition } from '../../../src/model/index.ts';
import { Name } from '../parts/bidi.tsx';
import { At, Since } from '../parts/moment.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { Rounds, State } from '../parts/state.tsx';
import { formatInteger } from '../text/format.ts';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/text.ts';
import { ResultTable } from './result-table.tsx';

/** One watcher's own view each, with the rounds that settled it. */
export function Opinions({ opinions }: { opinions: readonly ApiOpinion[] }) {
  if (opinions.length === 0) return <Empty title={t('check.noOpinions')} text={t('check.noOpinionsHint')} />;
  return (
    <ul class="opinions">
      {opinions.map((opinion) => (
        <li key={opinion.watcher} class={`opinion opinion-${opinion.state}`}>
          <span class="opinion-who">
            <Name text={opinion.watcher} />
            <span class="quiet">
              <Since time={opinion.since} />
            </span>
          </span>
          <State state={opinion.state} />
          <Rounds rounds={opinion.rounds} />
          {opinion.reason && (
            <span class="opinion-why">
              <bdi>{reasonText(opinion.reason)}</bdi>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Why the verdict is what it is: the rule, who said so, and what they measured. */
export function Evidence({ check }: { check: ApiCheckDetail }) {
  const last = check.transitions.reduce<ApiTransition | undefined>(
    (newest, one) => (newest === undefined || one.position > newest.position ? one : newest),
    undefined,
  );
  if (!last) return <Empty title={t('check.noEvidence')} text={t('check.noEvidenceHint')} />;
  const agreeing = last.opinions.filter((opinion) => opinion.state === last.to).length;
  const { name, need, of } = last.rule;
  return (
    <div class="evidence">
      <p class="evidence-rule">
        <State state={last.to} />
        <span>{t('check.ruleText', { rule: name, need, count: of, agreeing })}</span>
      </p>
      <p class="quorum" aria-hidden="true">
        {last.opinions.map((opinion) => (
          <span key={opinion.watcher} class={`quorum-seat seat-${opinion.state}`} title={opinion.watcher} />
        ))}
        {Array.from({ length: Math.max(0, Math.min(of, 50) - last.opinions.length) }, (_, seat) => (
          <span key={seat} class="quorum-seat" />
        ))}
        <span class="quiet">{t('check.needs', { need, of })}</span>
      </p>
      <p class="quiet">
        {t('check.recorded')} <a href={`/ledger?since=${last.position}`}>#{formatInteger(last.position)}</a> ·{' '}
        <At time={last.time} />
      </p>
      {last.opinions.map((opinion) => (
        <details key={opinion.watcher} class="evidence-opinion" open={last.opinions.length === 1}>
          <summary>
            <State state={opinion.state} /> <Name text={opinion.watcher} />
          </summary>
          <ResultTable results={opinion.results} />
        </details>
      ))}
    </div>
  );
}

const shownTransitions = 50;

export function Transitions({ transitions }: { transitions: readonly ApiTransition[] }) {
  if (transitions.length === 0) return <Empty title={t('check.noTransitions')} />;
  const newest = [...transitions].sort((a, b) => b.position - a.position).slice(0, shownTransitions);
  return (
    <ol class="transitions" reversed>
      {newest.map((one) => (
        <li key={one.position}>
          <span class="transition-change">
            <State state={one.from} />
            <span class="arrow" aria-label={t('check.to')} role="img">
              →
            </span>
            <State state={one.to} />
            {one.flapping && <span class="badge badge-warn">{t('badge.flapping')}</span>}
            {one.initial && <span class="badge">{t('badge.initial')}</span>}
          </span>
          <span class="transition-when">
            <At time={one.since} /> <a href={`/ledger?since=${one.position}`}>#{formatInteger(one.position)}</a>
          </span>
          {one.reason && (
            <span class="transition-why quiet">
              <bdi>{reasonText(one.reason)}</bdi>
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

import { useState } from 'preact/hooks';
import type { ApiActionStatus, ApiIncident, ApiIncidentTimeline, ApiTransition } from '../../../src/model/index.ts';
import { At } from '../parts/moment.tsx';
import { ActionState, State } from '../parts/state.tsx';
import { formatInteger } from '../text/format.ts';
import { isolated } from '../text/isolated.ts';
import { actionText, resultText, saidText } from '../text/record.ts';
import { t } from '../text/text.ts';

type Item = ApiIncidentTimeline['items'][number];

/** What happened, with its evidence: what was said, which watcher saw what, what was done and what came of it. */
export function Timeline({ timeline, incident }: { timeline: ApiIncidentTimeline; incident: ApiIncident }) {
  const [newestFirst, setNewestFirst] = useState(true);
  const items = newestFirst ? timeline.items.toReversed() : timeline.items;
  const omitted = timeline.omitted > 0 && (
    <p class="quiet">{t('handling.timeline.omitted', { count: timeline.omitted })}</p>
  );
  return (
    <>
      <div class="segments timeline-order" role="group" aria-label={t('incident.timeline')}>
        <button type="button" aria-pressed={newestFirst} onClick={() => setNewestFirst(true)}>
          {t('handling.timeline.newest')}
        </button>
        <button type="button" aria-pressed={!newestFirst} onClick={() => setNewestFirst(false)}>
          {t('handling.timeline.oldest')}
        </button>
      </div>
      {!newestFirst && omitted}
      <ol class="timeline">
        {items.map((item) => (
          <TimelineItem key={keyOf(item)} item={item} incident={incident} />
        ))}
      </ol>
      {newestFirst && omitted}
    </>
  );
}

function keyOf(item: Item): string {
  if (item.kind === 'transition') return `t${item.transition.position}`;
  if (item.kind === 'action') return `a${item.action.id}`;
  return `u${item.at}${item.update.kind}${item.update.text}`;
}

function TimelineItem({ item, incident }: { item: Item; incident: ApiIncident }) {
  if (item.kind === 'transition') return <VerdictItem at={item.at} transition={item.transition} />;
  if (item.kind === 'action') return <ActionItem at={item.at} action={item.action} />;
  const { update, at } = item;
  return (
    <li class={`update update-${update.kind}`}>
      <p class="update-head">
        <strong>{t(`update.${update.kind}`)}</strong>
        <span class="quiet">
          <At time={at} /> · <bdi>{update.by}</bdi>
        </span>
      </p>
      {update.text !== '' && (
        <p class="update-text">
          <bdi>{saidText(update, incident)}</bdi>
        </p>
      )}
    </li>
  );
}

function VerdictItem({ at, transition }: { at: string; transition: ApiTransition }) {
  return (
    <li class="update update-verdict">
      <p class="update-head">
        <strong>{t('handling.timeline.verdict')}</strong>
        <State state={transition.to} />
        <span class="quiet">
          {t('handling.timeline.from')} {t(`state.${transition.from}`)} · <At time={at} /> ·{' '}
          <a
            href={`/ledger?since=${transition.position}`}
            aria-label={t('handling.timeline.entry', { position: formatInteger(transition.position) })}
          >
            #{formatInteger(transition.position)}
          </a>
        </span>
      </p>
      <ul class="plain votes-line">
        {transition.votes.map(({ watcher, vote, state }) => (
          <li key={watcher} class={vote === 'for' ? '' : 'quiet'}>
            {vote === 'silent' || state === undefined
              ? t('handling.timeline.silent', { watcher: isolated(watcher) })
              : t('handling.timeline.saw', { watcher: isolated(watcher), state: t(`state.${state}`) })}
          </li>
        ))}
      </ul>
    </li>
  );
}

function ActionItem({ at, action }: { at: string; action: ApiActionStatus }) {
  return (
    <li class="update update-action">
      <p class="update-head">
        <strong>{t('handling.timeline.action')}</strong>
        <ActionState state={action.state} />
        <span class="quiet">
          <At time={at} />
        </span>
      </p>
      <p class="update-text">
        <bdi>{actionText(action)}</bdi>
        {action.text !== undefined && (
          <span class="quiet">
            {' '}
            · <bdi>{resultText(action.text)}</bdi>
          </span>
        )}
      </p>
      {action.output !== undefined && action.output !== '' && (
        <details class="action-output">
          <summary>{t('actions.output')}</summary>
          <pre tabIndex={0}>{action.output}</pre>
        </details>
      )}
    </li>
  );
}

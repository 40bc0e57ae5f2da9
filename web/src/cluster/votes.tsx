import { useEffect, useState } from 'preact/hooks';
import type { ApiEvent, ApiPage } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { request } from '../api/session.ts';
import type { RowState } from '../overview/rows.ts';
import { At } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { State, StateMark } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { checkHref } from '../router.ts';
import { t } from '../text/text.ts';
import { votesOf, type Vote } from './health.ts';

const shownTransitions = 12;
/** Among so many of the newest entries transitions are looked for. */
const readEntries = 500;
const states: ReadonlySet<string> = new Set(['up', 'degraded', 'partial', 'down', 'unknown']);

/** The last transitions, with every watcher's vote; who disagrees stands out. */
export function Votes({ members }: { members: readonly string[] }) {
  const { data } = useResource('votes', (signal) => newest(signal));
  const [live, setLive] = useState<readonly ApiEvent[]>([]);
  useEffect(
    () =>
      onLedgerEvent((event) => {
        if (event.kind === 'transition') setLive((before) => [...before, event].slice(-shownTransitions));
      }),
    [],
  );
  const read = (data?.items ?? []).filter(({ kind }) => kind === 'transition');
  const last = read.at(-1)?.position ?? -1;
  const shown = [...read, ...live.filter(({ position }) => position > last)].slice(-shownTransitions).reverse();
  return (
    <Section id="votes-title" title={t('cluster.votes')}>
      {shown.length === 0 && <Empty title={t('check.noTransitions')} />}
      <ol class="ballots">
        {shown.map((event) => (
          <Ballot key={event.position} event={event} members={members} />
        ))}
      </ol>
    </Section>
  );
}

async function newest(signal: AbortSignal): Promise<ApiPage<ApiEvent>> {
  const read = (query: { since?: number; limit: number }) =>
    request<ApiPage<ApiEvent>>('GET', '/events', { query, signal });
  const { total = 0 } = await read({ limit: 1 });
  return read({ since: Math.max(0, total - readEntries), limit: readEntries });
}

function stateOf(given: unknown): RowState {
  return typeof given === 'string' && states.has(given) ? (given as RowState) : 'unknown';
}

function Ballot({ event, members }: { event: ApiEvent; members: readonly string[] }) {
  const body = (event.body ?? {}) as { check?: unknown; to?: unknown; opinions?: unknown };
  const check = typeof body.check === 'string' ? body.check : '';
  const to = stateOf(body.to);
  return (
    <li class="ballot">
      <span class="ballot-when quiet">
        <At time={event.time} />
      </span>
      <a class="ballot-check" href={checkHref(check)}>
        <bdi>{check}</bdi>
      </a>
      <State state={to} />
      <ul class="ballot-votes" aria-label={t('cluster.votesOn', { check })}>
        {votesOf(to, body.opinions, members).map((vote) => (
          <VoteMark key={vote.watcher} vote={vote} />
        ))}
      </ul>
    </li>
  );
}

function VoteMark({ vote: { watcher, state, agrees } }: { vote: Vote }) {
  const shown = stateOf(state);
  return (
    <li class={`vote ${agrees ? '' : `vote-against state-${shown}`}`}>
      <StateMark state={shown} />
      <bdi>{watcher}</bdi>
      <span class={agrees ? 'hidden-text' : 'vote-word'}>{t(`state.${shown}`)}</span>
    </li>
  );
}

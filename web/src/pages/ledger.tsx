import { useEffect, useState } from 'preact/hooks';
import type {
  ApiEvent,
  ApiLedgerStatus,
  ApiLedgerVerification,
  ApiPage,
  ApiProblem,
} from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { mayAct, request } from '../api/session.ts';
import { ClusterViews } from '../frame/navigation.tsx';
import { At } from '../parts/moment.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { StateMark } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { query, setQuery } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { ledgerKindText } from '../text/ledger-kind.ts';
import { eventText } from '../text/record.ts';
import { t } from '../text/text.ts';

const shownEvents = 100;
const refreshMs = 15_000;

export function LedgerPage() {
  const {
    data: status,
    problem,
    reload,
  } = useResource('ledger', (signal) => request<ApiLedgerStatus>('GET', '/ledger', { signal }), { refreshMs });
  return (
    <Page title={t('nav.ledger')}>
      <ClusterViews />
      {!status && problem && <ProblemView problem={problem} retry={reload} />}
      {!status && !problem && <Waiting />}
      {status && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          <LedgerFacts status={status} />
        </>
      )}
      <Events />
    </Page>
  );
}

function LedgerFacts({ status }: { status: ApiLedgerStatus }) {
  return (
    <section
      class={`headline headline-${status.problem === undefined && status.durable ? 'up' : 'down'}`}
      aria-label={t('ledger.state')}
    >
      {status.problem !== undefined && (
        <p class="headline-reason">
          <StateMark state="down" /> {status.problem}
        </p>
      )}
      <dl class="facts">
        <div>
          <dt>{t('ledger.entries')}</dt>
          <dd>{formatInteger(status.entries)}</dd>
        </div>
        <div>
          <dt>{t('ledger.mode')}</dt>
          <dd>{t(`ledger.modes.${status.mode}`)}</dd>
        </div>
        <div>
          <dt>{t('ledger.durable')}</dt>
          <dd>
            <span class={`state state-${status.durable ? 'up' : 'down'}`}>
              <StateMark state={status.durable ? 'up' : 'down'} />
              {t(status.durable ? 'yes' : 'no')}
            </span>
          </dd>
        </div>
        <div>
          <dt>{t('ledger.checkpoint')}</dt>
          <dd>{t('ledger.covers', { count: status.checkpointEntries })}</dd>
        </div>
        <div class="fact-wide">
          <dt>{t('ledger.root')}</dt>
          <dd>
            <code class="hash">{status.root}</code>
          </dd>
        </div>
      </dl>
      <Verify />
    </section>
  );
}

function Verify() {
  const [state, setState] = useState<{ busy: boolean; result?: ApiLedgerVerification; problem?: ApiProblem }>({
    busy: false,
  });
  const verify = async () => {
    setState({ busy: true });
    try {
      setState({ busy: false, result: await request<ApiLedgerVerification>('POST', '/ledger/verify') });
    } catch (thrown) {
      setState({ busy: false, problem: problemOf(thrown) });
    }
  };
  return (
    <div class="verify">
      <button type="button" class="button button-main" disabled={state.busy || !mayAct()} onClick={() => void verify()}>
        {t(state.busy ? 'ledger.verifying' : 'ledger.verify')}
      </button>
      <div role="status">
        {state.result?.ok === true && (
          <p class="state state-up">
            <StateMark state="up" />{' '}
            {t('ledger.sound', { count: state.result.entries, entries: formatInteger(state.result.entries) })}
          </p>
        )}
        {state.result?.ok === false && (
          <p class="state state-down">
            <StateMark state="down" /> {t('ledger.damaged', { where: describe(state.result.firstBad) })}
          </p>
        )}
      </div>
      {state.problem && <ProblemView problem={state.problem} retry={() => void verify()} />}
    </div>
  );
}

function describe(where: ApiLedgerVerification['firstBad']): string {
  if (!where) return '–';
  const { position, file, offset, reason } = where;
  return t('ledger.firstBad', { position: formatInteger(position), file, offset: formatInteger(offset), reason });
}

async function readEvents(since: number | undefined, signal: AbortSignal): Promise<ApiPage<ApiEvent>> {
  const read = (query: { since?: number; limit: number }) =>
    request<ApiPage<ApiEvent>>('GET', '/events', { query, signal });
  if (since !== undefined) return read({ since, limit: shownEvents });
  const { total = 0 } = await read({ limit: 1 });
  return read({ since: Math.max(0, total - shownEvents), limit: shownEvents });
}

/** The newest entries, growing, or those from a position on that the address names. */
function Events() {
  const given = query.value.get('since') ?? '';
  const since = /^\d{1,15}$/.test(given) ? Number(given) : undefined;
  const { data, problem, reload } = useResource(`events ${since ?? 'newest'}`, (signal) => readEvents(since, signal));
  const [live, setLive] = useState<readonly ApiEvent[]>([]);
  useEffect(() => onLedgerEvent((event) => setLive((before) => [...before, event].slice(-shownEvents))), []);
  const read = data?.items ?? [];
  const last = read.at(-1)?.position ?? -1;
  const items = since === undefined ? [...read, ...live.filter((event) => event.position > last)] : read;
  const shown = items.slice(-shownEvents).reverse();
  const newest = shown[0]?.position;
  const oldest = shown.at(-1)?.position;
  return (
    <Section
      id="events-title"
      title={since === undefined ? t('ledger.latest') : t('ledger.from', { position: formatInteger(since) })}
      aside={
        <div class="buttons">
          {since !== undefined && (
            <button type="button" class="button" onClick={() => setQuery({ since: undefined })}>
              {t('ledger.newest')}
            </button>
          )}
          {oldest !== undefined && oldest > 0 && (
            <button
              type="button"
              class="button"
              onClick={() => setQuery({ since: String(Math.max(0, oldest - shownEvents)) })}
            >
              {t('ledger.older')}
            </button>
          )}
          {since !== undefined && newest !== undefined && newest + 1 < (data?.total ?? 0) && (
            <button type="button" class="button" onClick={() => setQuery({ since: String(newest + 1) })}>
              {t('ledger.newer')}
            </button>
          )}
        </div>
      }
    >
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && shown.length === 0 && <Empty title={t('ledger.empty')} />}
      <ol class="events">
        {shown.map((event) => (
          <li key={event.position} class="event">
            <a class="event-position" href={`/ledger?since=${event.position}`}>
              #{formatInteger(event.position)}
            </a>
            <span class="event-when quiet">
              <At time={event.time} />
            </span>
            <span class="event-kind">
              <span class="badge">{ledgerKindText(event.kind)}</span>
            </span>
            <span class="event-text">
              <bdi>{eventText(event)}</bdi>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

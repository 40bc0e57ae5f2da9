import { useEffect, useState } from 'preact/hooks';
import type { ApiEvent, ApiPage, ApiProblem, ApiStatus } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { mayAct, request } from '../api/session.ts';
import { At, Since } from '../parts/moment.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { StateMark } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { query, setQuery } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';

const shownEvents = 100;
const refreshMs = 15_000;

type LedgerStatus = ApiStatus['cluster']['ledger'];

/** What `POST /ledger/verify` answers. */
interface Verification {
  ok: boolean;
  entries: number;
  root: string;
  firstBad?: unknown;
}

export function LedgerPage() {
  const {
    data: status,
    problem,
    reload,
  } = useResource('ledger', (signal) => request<LedgerStatus>('GET', '/ledger', { signal }), { refreshMs });
  return (
    <Page title={t('nav.ledger')}>
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

function LedgerFacts({ status }: { status: LedgerStatus }) {
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
          <dd>{status.checkpointAt === undefined ? t('none') : <Since time={status.checkpointAt} ago />}</dd>
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
  const [state, setState] = useState<{ busy: boolean; result?: Verification; problem?: ApiProblem }>({ busy: false });
  const verify = async () => {
    setState({ busy: true });
    try {
      setState({ busy: false, result: await request<Verification>('POST', '/ledger/verify') });
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

const describe = (where: unknown): string => (typeof where === 'string' ? where : JSON.stringify(where));

/** The newest events, growing, or the ones behind a position that the address names. */
function Events() {
  const given = query.value.get('since') ?? '';
  const since = /^\d{1,15}$/.test(given) ? Number(given) : undefined;
  const { data, problem, reload } = useResource(`events ${since ?? 'newest'}`, (signal) =>
    request<ApiPage<ApiEvent>>('GET', '/events', { query: { since, limit: shownEvents }, signal }),
  );
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
      title={since === undefined ? t('ledger.latest') : t('ledger.behind', { position: formatInteger(since) })}
      aside={
        <div class="buttons">
          {since !== undefined && (
            <button type="button" class="button" onClick={() => setQuery({ since: undefined })}>
              {t('ledger.newest')}
            </button>
          )}
          {oldest !== undefined && oldest > 1 && (
            <button
              type="button"
              class="button"
              onClick={() => setQuery({ since: String(Math.max(0, oldest - 1 - shownEvents)) })}
            >
              {t('ledger.older')}
            </button>
          )}
          {since !== undefined && newest !== undefined && read.length >= shownEvents && (
            <button type="button" class="button" onClick={() => setQuery({ since: String(newest) })}>
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
            <a class="event-position" href={`/ledger?since=${event.position - 1}`}>
              #{formatInteger(event.position)}
            </a>
            <span class="event-when quiet">
              <At time={event.time} />
            </span>
            <span class="event-kind">
              <span class="badge">{event.kind}</span>
            </span>
            <span class="event-text">
              <bdi>{event.text}</bdi>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

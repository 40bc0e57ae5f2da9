import type { CheckView, VerdictMachine, VerdictView } from '../agree/index.ts';
import {
  formatInstant,
  type ApiLedgerStatus,
  type ApiPage,
  type ApiStatus,
  type EpochMs,
  type VerdictState,
} from '../model/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Series, TelemetryStore } from '../store/index.ts';
import type { CheckFilter, ConfigurationInForce, Queries } from './api.ts';
import type { WatcherReplica } from './cluster-figures.ts';
import { describeEntry } from './describe.ts';
import type { History } from './history.ts';
import {
  hostOf,
  presentAction,
  presentCheck,
  presentConfiguration,
  presentOpinion,
  presentSample,
  presentTransition,
} from './present.ts';
import type { Paging } from './paging.ts';
import { presentCluster, presentClusterStatus } from './present-cluster.ts';

type View = ReturnType<VerdictMachine['view']>;
type StatusCheck = ApiStatus['checks'][number];

export interface QueryParts {
  self: string;
  version: string;
  startedAt: EpochMs;
  clock: Clock;
  machine: VerdictMachine;
  replica: WatcherReplica;
  store: TelemetryStore;
  history: History;
  /** `ping-socket`, `raw-socket`, or why there is none. */
  icmp: string;
  engine: () => { probesPerSecond: number; latenessP99Ms: number };
  ready: () => boolean;
  problems: () => string[];
  configuration: () => ConfigurationInForce;
  /** From the store of telemetry; undefined where it has nothing finer than what is at hand. */
  writtenSeries: (check: string, from: EpochMs, to: EpochMs, points: number) => Promise<Series | undefined>;
}

/** Problems first: what needs eyes stands on top. */
const order: readonly VerdictState[] = ['down', 'partial', 'degraded', 'unknown', 'up'];
const maxActions = 50;

export function createQueries(parts: QueryParts): Queries {
  const { machine, replica, store, clock, history } = parts;
  const view = () => machine.view(clock.now());
  const ledger = (): ApiLedgerStatus => {
    const status = replica.status();
    return {
      mode: status.protocol,
      entries: status.entries,
      root: status.root,
      durable: status.state === 'running',
      checkpointEntries: status.checkpointSize,
      ...(status.error ? { problem: status.error.message } : {}),
    };
  };
  let counted: { position: number; counts: ReturnType<Queries['counts']> } | undefined;
  // Every open page asks every two seconds; only a ledger entry can change the answer.
  const counts = () => {
    const now = view();
    if (counted?.position !== now.nextPosition) counted = { position: now.nextPosition, counts: countOf(now) };
    return counted.counts;
  };
  return {
    ready: parts.ready,
    counts,
    hasCheck: (name) => view().check(name) !== undefined,
    status: (): ApiStatus => {
      const site = siteOf(view(), parts.self);
      const checks = sorted([...view().verdicts()]).map((one) => presentVerdict(one, store));
      const { probesPerSecond, latenessP99Ms } = parts.engine();
      return {
        cluster: presentClusterStatus(presentCluster(parts), ledger()),
        watcher: {
          id: parts.self,
          site,
          version: parts.version,
          startedAt: formatInstant(parts.startedAt),
          now: formatInstant(clock.now()),
          icmp: parts.icmp,
          loopLagMs: latenessP99Ms,
          probesPerSecond,
          problems: parts.problems(),
        },
        ...counts(),
        checks,
      };
    },
    checks: (filter, paging) => {
      // In the order of the configuration, so that no check moves from one page to another between two requests.
      const found = [...view().checks()].filter((check) => fits(check, filter));
      return page(found, paging, (check) => presentCheck(check, store));
    },
    check: async (name) => {
      const check = view().check(name);
      if (!check) return undefined;
      const { done, failed } = store.counts(name);
      const availability = store.availability(name, clock.now() - 86_400_000);
      return {
        ...presentCheck(check, store),
        configuration: presentConfiguration(check.check),
        opinionDetails: Object.values(check.opinions).map(presentOpinion),
        transitions: history.of(name, 20).map(presentTransition),
        doneTests: done,
        failedTests: failed,
        flapPercent: check.flapPercent,
        ...(availability === undefined ? {} : { availabilityPercent: availability }),
      };
    },
    samples: (name, limit) => store.recent(name, limit).map(presentSample),
    series: async (name, from, to, points) => {
      // The newest samples are at hand; what is older was written down.
      const written = store.oldest(name) <= from ? undefined : await parts.writtenSeries(name, from, to, points);
      return {
        check: name,
        from: formatInstant(from),
        to: formatInstant(to),
        ...(written ?? store.series(name, from, to, points)),
      };
    },
    transitions: async (name, limit) => history.of(name, limit).map(presentTransition),
    actions: (check) => {
      const all = [...view().finishedActions(), ...view().pendingActions()].reverse();
      const found = all.filter(({ intent }) => intent.cause.check === check);
      return found.slice(0, maxActions).map(presentAction);
    },
    events: async (since, limit) => {
      const entries = await replica.read(since, limit);
      const last = entries.at(-1);
      return {
        items: entries.map(describeEntry),
        total: replica.status().entries,
        ...(last ? { next: String(last.position + 1) } : {}),
      };
    },
    ledger,
    cluster: () => presentCluster(parts),
    configuration: parts.configuration,
    membership: () => ({ position: view().membershipPosition, membership: view().membership }),
  };
}

function siteOf({ membership, configuration }: View, self: string): string {
  return membership.watchers.find(({ id }) => id === self)?.site || (configuration?.site ?? '');
}

function countOf(view: View): ReturnType<Queries['counts']> {
  const counts = { up: 0, degraded: 0, partial: 0, down: 0, unknown: 0, disabled: 0 };
  for (const { check, verdict } of view.verdicts()) counts[check.disabled ? 'disabled' : verdict]++;
  let openIncidents = 0;
  for (const incident of view.incidents()) if (incident.status !== 'resolved') openIncidents++;
  return { counts, openIncidents };
}

function fits({ check, verdict }: CheckView, filter: CheckFilter): boolean {
  if (filter.verdict !== undefined && (check.disabled || verdict !== filter.verdict)) return false;
  for (const label of filter.labels ?? []) {
    const [key = '', value = ''] = label.split(/=(.*)/s);
    if (check.labels[key] !== value) return false;
  }
  if (filter.search === undefined) return true;
  const text = [check.name, hostOf(check), check.type, check.comment ?? '', ...Object.values(check.labels)]
    .join('\n')
    .toLowerCase();
  return filter.search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Ten thousand of them are asked for at once: assignments take half the time of spread objects. */
function presentVerdict({ check, verdict, since, reason, opinions }: VerdictView, store: TelemetryStore): StatusCheck {
  const shown: StatusCheck = { name: check.name, type: check.type, host: hostOf(check), verdict, opinions: {} };
  if (since !== undefined) shown.since = formatInstant(since);
  if (reason !== undefined) shown.reason = reason;
  const latencyMs = store.last(check.name)?.latencyMs;
  if (latencyMs !== undefined) shown.latencyMs = latencyMs;
  for (const watcher in opinions) {
    const state = opinions[watcher]?.state;
    if (state !== undefined) shown.opinions[watcher] = state;
  }
  return shown;
}

function sorted(checks: VerdictView[]): VerdictView[] {
  const rank = (view: VerdictView) => (view.check.disabled ? order.length : order.indexOf(view.verdict));
  return checks.sort((a, b) => rank(a) - rank(b));
}

/** The cursor is an offset: lists are short-lived views of a state that moves on. */
function page<Item, Shown>(
  all: readonly Item[],
  { cursor, limit }: Paging,
  show: (item: Item) => Shown,
): ApiPage<Shown> {
  const from = Math.max(0, Number(cursor ?? 0) || 0);
  const items = all.slice(from, from + limit).map(show);
  return { items, total: all.length, ...(from + limit < all.length ? { next: String(from + limit) } : {}) };
}

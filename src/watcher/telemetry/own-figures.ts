import type { ApiCluster, ApiLedgerStatus, ApiStatus, ApiUplinks, NatStatus, UplinkState } from '../../model/index.ts';
import type { WindowFigures } from '../../report/index.ts';
import type { EngineHealth } from '../../store/index.ts';
import type { AlertLoopFigures } from '../alerts/alert-loop.ts';
import type { CollectedFigures } from '../flows/collector/messages.ts';
import { flowFigures } from './flow-metrics.ts';
import type { Labels } from './metric.ts';
import { natFigures } from './nat-metrics.ts';

/** What a watcher says of itself, once for `/metrics` and for its telemetry. */

export interface Figure {
  metric: string;
  /** Without watcher and site. */
  labels: Labels;
  value: number;
}

export interface OwnSources {
  counts: () => Pick<ApiStatus, 'counts' | 'openIncidents'>;
  ledger: () => Pick<ApiLedgerStatus, 'entries' | 'durable'>;
  engine: () => { probesPerSecond: number; latenessP99Ms: number };
  cluster: () => Pick<ApiCluster, 'epoch' | 'view' | 'sequence' | 'active' | 'voting' | 'members'>;
  signIns: () => Readonly<Record<'done' | 'refused' | 'delayed', number>>;
  /** How they are evaluated. */
  alerts?: (() => AlertLoopFigures) | undefined;
  /** Of alerting policies, where this watcher evaluates them. */
  windows?: (() => WindowFigures) | undefined;
  /** Of the collector of flows, where there is one. */
  flows?: (() => CollectedFigures | undefined) | undefined;
  /** Of address translation on this machine, where it is watched. */
  nat?: (() => NatStatus | undefined) | undefined;
  /** What stood out in traffic the last time somebody looked, by kind. */
  insights?: (() => ReadonlyMap<string, number> | undefined) | undefined;
  memoryBytes: () => number;
  telemetry: () => { written: number; dropped: number; waiting: number; health: EngineHealth };
}

const truth = (value: boolean) => (value ? 1 : 0);

export function ownFigures(sources: OwnSources): Figure[] {
  const figures: Figure[] = [];
  const say = (name: string, value: number | undefined, labels: Labels = {}) => {
    if (value !== undefined) figures.push({ metric: `quorumwatch_${name}`, labels, value });
  };
  const { counts, openIncidents } = sources.counts();
  for (const [verdict, count] of Object.entries(counts)) say('checks', count, { verdict });
  say('incidents_open', openIncidents);
  const ledger = sources.ledger();
  say('ledger_entries', ledger.entries);
  say('ledger_durable', truth(ledger.durable));
  const { probesPerSecond, latenessP99Ms } = sources.engine();
  say('probes_per_second', probesPerSecond);
  say('probe_start_lateness_p99_seconds', latenessP99Ms / 1000);
  for (const [outcome, count] of Object.entries(sources.signIns())) say('sign_ins_total', count, { outcome });
  const alerts = sources.alerts?.();
  say('alert_policies', alerts?.policies);
  say('alert_firing', alerts?.firing);
  say('alert_evaluations_total', alerts?.evaluations);
  say('alert_lateness_seconds', alerts && alerts.latenessMs / 1000);
  const windows = sources.windows?.();
  say('alert_series', windows?.series);
  say('alert_refused_series', windows?.refusedSeries);
  say('alert_window_bytes', windows?.bytes);
  say('alert_late_rows_total', windows?.lateRows);
  say('alert_dropped_rows_total', windows?.droppedRows);
  const flows = sources.flows?.();
  for (const { name, value, labels } of flows ? flowFigures(flows) : []) say(name, value, labels);
  for (const [kind, count] of sources.insights?.() ?? []) say('flow_insights', count, { kind });
  const nat = sources.nat?.();
  for (const { name, value, labels } of nat ? natFigures(nat) : []) say(name, value, labels);
  say('process_resident_memory_bytes', sources.memoryBytes());
  const { written, dropped, waiting, health } = sources.telemetry();
  say('telemetry_rows_total', written);
  say('telemetry_dropped_rows_total', dropped);
  say('telemetry_waiting_rows', waiting);
  say('telemetry_ready', truth(health.ready));
  for (const [table, { rows, bytes }] of Object.entries(health.tables)) {
    say('telemetry_stored_rows', rows, { table });
    say('telemetry_stored_bytes', bytes, { table });
  }
  const cluster = sources.cluster();
  say('cluster_epoch', cluster.epoch);
  say('cluster_view', cluster.view);
  say('cluster_sequence', cluster.sequence);
  say('cluster_active', truth(cluster.active));
  say('cluster_voting', truth(cluster.voting));
  say('cluster_members_reached', cluster.members.filter(({ link }) => link !== 'down').length);
  for (const { id, link, roundTripMs, heardMs } of cluster.members) {
    if (link === 'self') continue;
    say('cluster_link_round_trip_seconds', seconds(roundTripMs), { peer: id });
    say('cluster_link_heard_seconds', seconds(heardMs), { peer: id });
  }
  return figures;
}

const uplinkStates: Readonly<Record<UplinkState, number>> = { dead: 0, up: 1, bad: 2, held: 3, unknown: 4 };

/** Of the uplinks, where this watcher judges them. */
export function uplinkFigures({ uplinks, here }: Pick<ApiUplinks, 'uplinks' | 'here'>): Figure[] {
  const figures: Figure[] = [];
  if (!here.judges) return figures;
  for (const { uplink, family, state, lossPercent, rttMs, jitterMs, serving } of uplinks.flatMap(
    (one) => one.families,
  )) {
    const labels = { uplink, family: `ipv${family}` };
    const say = (name: string, value: number | undefined) => {
      if (value !== undefined) figures.push({ metric: `quorumwatch_uplink_${name}`, labels, value });
    };
    say('state', uplinkStates[state]);
    say('loss_ratio', lossPercent / 100);
    say('rtt_seconds', seconds(rttMs));
    say('jitter_seconds', seconds(jitterMs));
    say('carries', serving === null ? undefined : truth(serving));
  }
  return figures;
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

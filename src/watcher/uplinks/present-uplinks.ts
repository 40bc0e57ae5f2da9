import type { CheckView, VerdictMachine } from '../../agree/index.ts';
import {
  formatInstant,
  gatewayOf,
  uplinkCheck,
  type ApiUplink,
  type ApiUplinkDrill,
  type ApiUplinkFamily,
  type ApiUplinks,
  type ApiUplinkSwitch,
  type Configuration,
  type EpochMs,
  type IpFamily,
  type UplinkDrill,
  type UplinkOpinion,
  type UplinkSettings,
  type UplinkSwitch,
} from '../../model/index.ts';
import { stateOfOpinion } from './opinion.ts';
import type { UplinksHere } from './here.ts';

/** From what is known of uplinks to the shapes of the API. */

export interface UplinkScene {
  view: ReturnType<VerdictMachine['view']>;
  here: UplinksHere;
  self: string;
  nowAt: EpochMs;
}

/** An uplink that was not failed on purpose for so long may not be what one believes it to be. */
const drillEveryMs = 30 * 86_400_000;

export function presentUplinks(scene: UplinkScene, configuration: Configuration): ApiUplinks {
  const { view, here, self } = scene;
  const { uplinks, failover } = configuration;
  const { uplinkActor: actor } = view;
  return {
    policy: {
      mode: failover.mode,
      act: failover.act,
      dryRun: failover['dry-run'],
      ...(actor !== undefined && { actor }),
      watchers: judgesOf(scene, uplinks),
      probeIntervalMs: failover['probe-interval'],
      holdMs: failover.hold,
      graceMs: failover.grace,
    },
    here: {
      watcher: self,
      judges: here.judges,
      acts: here.acts,
      problems: [...here.problems],
      waitingRecords: here.waiting.length,
    },
    uplinks: uplinks.map((uplink) => presentUplink(scene, uplink, failover.mode)),
    serving: here.orders.map(({ family, serving }) => ({ family, uplinks: [...serving] })),
    ...(here.choice && {
      choice: { uplink: here.choice.uplink, by: here.choice.by, since: formatInstant(here.choice.at) },
    }),
    ...(here.drill && {
      drill: {
        id: here.drill.id,
        uplink: here.drill.uplink,
        startedAt: formatInstant(here.drill.startedAt),
        endsAt: formatInstant(here.drill.endsAt),
        by: here.drill.by,
      },
    }),
  };
}

function judgesOf({ view }: UplinkScene, uplinks: readonly UplinkSettings[]): string[] {
  const judges = new Set<string>();
  for (const { name } of uplinks) {
    for (const family of [4, 6] as const) {
      for (const judge of view.check(uplinkCheck(name, family))?.judges ?? []) judges.add(judge);
    }
  }
  return [...judges];
}

function presentUplink(scene: UplinkScene, uplink: UplinkSettings, mode: 'failover' | 'balance'): ApiUplink {
  const { view, here, nowAt } = scene;
  const { name, device, priority, weight } = uplink;
  const last = lastDrill(scene, name);
  const passed = [last, view.uplinkPast.drills.find((drill) => drill.uplink === name)].find(
    (drill) => drill?.outcome === 'passed',
  );
  return {
    name,
    device,
    priority,
    weight,
    chosen: here.choice?.uplink === name,
    families: ([4, 6] as const).flatMap((family) => {
      const gateway = gatewayOf(uplink, family);
      return gateway === undefined ? [] : [presentFamily(scene, name, family, gateway, mode)];
    }),
    ...(last && { lastDrill: presentDrill(last) }),
    drillOverdue: passed === undefined || nowAt - passed.startedAt > drillEveryMs,
  };
}

function lastDrill({ view, here }: UplinkScene, name: string): (UplinkDrill & { position?: number }) | undefined {
  const waiting = here.waiting.flatMap((one) => (one.kind === 'uplink-drill' ? one.record : []));
  return (
    waiting.findLast(({ uplink }) => uplink === name) ?? view.uplinkPast.drills.find(({ uplink }) => uplink === name)
  );
}

function presentFamily(
  scene: UplinkScene,
  uplink: string,
  family: IpFamily,
  gateway: string,
  mode: 'failover' | 'balance',
): ApiUplinkFamily {
  const { view, here, nowAt } = scene;
  const check = uplinkCheck(uplink, family);
  const judged = view.check(check);
  const gatewayNow = here.gateways.get(check);
  const own = here.opinions.find((opinion) => opinion.uplink === uplink && opinion.family === family);
  const order = here.orders.find((one) => one.family === family);
  const carrying = mode === 'failover' ? order?.serving.slice(0, 1) : order?.serving;
  return {
    uplink,
    family,
    gateway,
    ...(gatewayNow !== undefined && { gatewayNow }),
    ...(own ? ownFigures(own, nowAt - (here.nowMs - own.sinceMs)) : saidFigures(judged, view.uplinkActor)),
    serving: order ? carrying?.includes(uplink) === true : null,
    check,
    opinions: (judged?.judges ?? []).flatMap((watcher) => {
      const opinion = judged && Object.hasOwn(judged.opinions, watcher) ? judged.opinions[watcher] : undefined;
      if (!judged || !opinion) return [];
      const { state, since, reason, said } = opinion;
      return [
        {
          watcher,
          state,
          since: formatInstant(since),
          ...(reason && { reason: reason.text }),
          ...(said !== undefined && { said }),
          silent: judged.silent.includes(watcher),
        },
      ];
    }),
    ...(judged && { verdict: verdictOf(judged) }),
  };
}

function verdictOf({ verdict, since, transition, incident }: CheckView): ApiUplinkFamily['verdict'] {
  return {
    state: verdict,
    ...(since !== undefined && { since: formatInstant(since) }),
    ...(transition !== undefined && { transition }),
    ...(incident !== undefined && { incident }),
  };
}

type Figures = Pick<
  ApiUplinkFamily,
  | 'state'
  | 'since'
  | 'reason'
  | 'failing'
  | 'lossPercent'
  | 'rttMs'
  | 'usualRttMs'
  | 'jitterMs'
  | 'flapPercent'
  | 'holdLeftMs'
>;

function ownFigures(own: UplinkOpinion, sinceAt: EpochMs): Figures {
  const { state, reason, failing, lossPercent, rttMs, usualRttMs, jitterMs, flapPercent, holdLeftMs } = own;
  return {
    state,
    since: formatInstant(Math.round(sinceAt)),
    reason,
    failing: [...failing],
    lossPercent,
    ...(rttMs !== undefined && { rttMs }),
    ...(usualRttMs !== undefined && { usualRttMs }),
    ...(jitterMs !== undefined && { jitterMs }),
    flapPercent,
    ...(holdLeftMs !== undefined && { holdLeftMs }),
  };
}

/** Where nothing is measured: what the one that acts said last, or whoever judges. */
function saidFigures(judged: CheckView | undefined, actor: string | undefined): Figures {
  const opinions = judged?.opinions ?? {};
  const opinion = Object.values(opinions).find(({ watcher }) => watcher === actor) ?? Object.values(opinions)[0];
  const [result] = opinion?.results ?? [];
  const flapPercent = Number(result?.values['flap-percent'] ?? 0);
  if (!opinion)
    return { state: 'unknown', reason: 'nobody has judged it yet', failing: [], lossPercent: 0, flapPercent };
  return {
    state: stateOfOpinion(opinion),
    since: formatInstant(opinion.since),
    reason: opinion.reason?.text ?? 'it answers',
    failing: [],
    lossPercent: result?.lossPercent ?? 0,
    ...(result?.latencyMs !== undefined && { rttMs: result.latencyMs }),
    flapPercent,
  };
}

function presentDrill(drill: UplinkDrill & { position?: number }): ApiUplinkDrill {
  return {
    ...drill,
    startedAt: formatInstant(drill.startedAt),
    families: drill.families.map((one) => ({ ...one })),
  };
}

/** `place` is where it stands in the ledger, and the agreed time; absent while it waits. */
export function presentSwitch(done: UplinkSwitch, place?: { position: number; time: EpochMs }): ApiUplinkSwitch {
  const { from, to, transitions, timings, evidence, receipt, plainNetwatch, ...rest } = done;
  return {
    ...(place && { position: place.position }),
    time: formatInstant(place?.time ?? timings.decidedAt),
    ...rest,
    from: [...from],
    to: [...to],
    ...(transitions && { transitions: [...transitions] }),
    timings: { ...timings, decidedAt: formatInstant(timings.decidedAt) },
    evidence: evidence.map((one) => ({ ...one, failing: [...one.failing], since: formatInstant(one.since) })),
    receipt: { ...receipt, commands: [...receipt.commands], problems: [...receipt.problems] },
    ...(plainNetwatch && { plainNetwatch: { ...plainNetwatch } }),
  };
}

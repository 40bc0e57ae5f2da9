import {
  opinionOfUplink,
  uplinkCheck,
  valuesOfDrill,
  type DrillMark,
  type EpochMs,
  type Milliseconds,
  type Opinion,
  type OpinionState,
  type Outcome,
  type UplinkOpinion,
  type UplinkState,
} from '../../model/index.ts';

const outcomes: Readonly<Record<OpinionState, Outcome>> = {
  up: 'pass',
  degraded: 'degraded',
  down: 'fail',
  unknown: 'unknown',
};

/** What the cluster is told of one watcher's view of an uplink; the figures stand among the values. */
export function opinionOf(
  { uplink, family, state, sinceMs, reason, failing, lossPercent, rttMs, ...rest }: UplinkOpinion,
  watcher: string,
  gateway: string,
  now: { at: EpochMs; ms: Milliseconds },
  drill?: DrillMark,
): Opinion {
  const held = opinionOfUplink(state);
  const outcome = outcomes[held];
  const { usualRttMs, jitterMs, flapPercent } = rest;
  return {
    check: uplinkCheck(uplink, family),
    watcher,
    state: held,
    since: Math.round(now.at - (now.ms - sinceMs)),
    ...(held !== 'up' && { reason: { code: `uplink-${state}`, text: reason } }),
    rounds: [outcome],
    results: [
      {
        host: gateway,
        outcome,
        ...(rttMs !== undefined && { latencyMs: rttMs }),
        lossPercent,
        values: {
          state,
          'flap-percent': flapPercent,
          ...(drill && valuesOfDrill(drill)),
          ...(failing.length > 0 && { failing: [...failing] }),
          ...(usualRttMs !== undefined && { 'usual-latency-ms': usualRttMs }),
          ...(jitterMs !== undefined && { 'jitter-ms': jitterMs }),
        },
      },
    ],
  };
}

const states = ['unknown', 'up', 'bad', 'dead', 'held'] as const satisfies readonly UplinkState[];

/** The uplink's state that an opinion of the ledger was made of. */
export function stateOfOpinion(opinion: Opinion): UplinkState {
  const said = opinion.results[0]?.values['state'];
  return states.find((state) => state === said) ?? 'unknown';
}

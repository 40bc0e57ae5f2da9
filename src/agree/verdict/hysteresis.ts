import type { Check, EpochMs, Milliseconds, MOfR, OpinionState, Outcome } from '../../model/index.ts';

/** One round as the hysteresis sees it. */
interface SeenRound {
  at: EpochMs;
  outcome: Outcome;
}

/** The settings of a check that decide when an opinion settles. */
export type SettleOptions = Pick<Check, 'settle' | 'interval'>;

/** A watcher's settled view of one check, and what it needs to step on. Plain data: it survives JSON. */
export interface OpinionTrack {
  state: OpinionState;
  /** Time of the first round of the run that settled the state; undefined until the first round. */
  since?: EpochMs;
  /** The rounds that settled the state, oldest first: its evidence. */
  settledBy: readonly SeenRound[];
  /** Decisive rounds since the state settled, oldest first, at most as many as the larger r: 64. */
  window: readonly SeenRound[];
  /** Undecided rounds since the last decisive one. */
  unknownRounds: number;
  /** The first of them. */
  unknownSince?: EpochMs;
  lastDecisiveAt?: EpochMs;
  /** When it last changed to down, and the hold-down that began then. */
  downAt?: EpochMs;
  holdMs: Milliseconds;
}

export interface OpinionStep {
  track: OpinionTrack;
  /** The state is another one than before. */
  changed: boolean;
  /** The last round disagrees with the state and may change it: probe again after `retry-interval`. */
  suspicious: boolean;
}

/** An opinion holds for this many undecided rounds, and this many intervals, before it becomes unknown. */
const unknownAfter = 3;
/** A further change to down within this many hold-downs doubles the hold-down. */
const calmAfterHolds = 10;

export const freshTrack: OpinionTrack = { state: 'unknown', settledBy: [], window: [], unknownRounds: 0, holdMs: 0 };

/**
 * One round later. Rules:
 * - From unknown, one round that answers settles up or degraded at once; down needs `settle.down` as always.
 * - A worse state needs m of the last r decisive rounds by `settle.down`, a better one by `settle.up`. Only rounds since
 *   the last change count, so old failures cannot undo a recovery.
 * - After a change to down the state stays down until the hold-down has passed, whatever the rounds say. The hold-down
 *   doubles with each further change to down within ten times its length, up to `hold-down-max`.
 * - Undecided rounds hold the state; it becomes unknown when no decisive round came for 3 rounds and 3 intervals.
 */
export function stepOpinion(track: OpinionTrack, outcome: Outcome, at: EpochMs, options: SettleOptions): OpinionStep {
  if (outcome === 'unknown') return stepUndecided(track, at, options);
  const { down, up } = options.settle;
  const window = [...track.window, { at, outcome }].slice(-Math.max(down.r, up.r));
  const seen: OpinionTrack = { ...track, window, unknownRounds: 0, lastDecisiveAt: at };
  delete seen.unknownSince;
  // A wall clock that was set back must not prolong the hold: it begins again, once.
  if (track.downAt !== undefined && at < track.downAt) seen.downAt = at;
  const held = seen.downAt !== undefined && at < seen.downAt + track.holdMs;
  const settled = settle(track.state, window, held, options);
  if (!settled) {
    const suspicious = stateOf(outcome) !== track.state && !held;
    return { track: seen, changed: false, suspicious };
  }
  const next: OpinionTrack = {
    ...seen,
    state: settled.state,
    since: settled.by[0]?.at ?? at,
    settledBy: settled.by,
    window: [],
  };
  if (settled.state === 'down') {
    next.holdMs = nextHold(track, at, options);
    next.downAt = at;
  }
  return { track: next, changed: true, suspicious: stateOf(outcome) !== settled.state && settled.state !== 'down' };
}

interface Settled {
  state: OpinionState;
  by: readonly SeenRound[];
}

function settle(
  state: OpinionState,
  window: readonly SeenRound[],
  held: boolean,
  { settle: { down, up } }: SettleOptions,
): Settled | undefined {
  const failed = (round: SeenRound) => round.outcome === 'fail';
  const answered = (round: SeenRound) => round.outcome !== 'fail';
  const passed = (round: SeenRound) => round.outcome === 'pass';
  const notPassed = (round: SeenRound) => round.outcome !== 'pass';
  const when = (to: OpinionState, rule: MOfR, matches: (round: SeenRound) => boolean): Settled | undefined => {
    const by = run(window, rule, matches);
    return by && { state: to, by };
  };
  if (state === 'up') return when('down', down, failed) ?? when('degraded', down, notPassed);
  if (state === 'degraded') return when('down', down, failed) ?? when('up', up, passed);
  if (state === 'unknown') {
    const failing = when('down', down, failed);
    if (failing) return failing;
  }
  const better: MOfR = state === 'unknown' ? { m: 1, r: 1 } : up;
  return held ? undefined : (when('up', better, passed) ?? when('degraded', better, answered));
}

/** The last r rounds from the first that matches, if at least m of them match. */
function run(
  window: readonly SeenRound[],
  { m, r }: MOfR,
  matches: (round: SeenRound) => boolean,
): readonly SeenRound[] | undefined {
  const last = window.slice(-r);
  if (last.filter(matches).length < m) return undefined;
  return last.slice(last.findIndex(matches));
}

function stepUndecided(track: OpinionTrack, at: EpochMs, { interval }: SettleOptions): OpinionStep {
  const unknownRounds = track.unknownRounds + 1;
  // Times after this one are from before the wall clock was set back.
  const unknownSince = Math.min(track.unknownSince ?? at, at);
  const decisiveAt = track.lastDecisiveAt;
  const from = decisiveAt === undefined || decisiveAt > at ? unknownSince : decisiveAt;
  const seen: OpinionTrack = { ...track, unknownRounds, unknownSince };
  const stale = unknownRounds >= unknownAfter && at - from >= unknownAfter * interval;
  if (track.state === 'unknown' || !stale) return { track: seen, changed: false, suspicious: false };
  return {
    track: { ...seen, state: 'unknown', since: unknownSince, settledBy: [{ at, outcome: 'unknown' }], window: [] },
    changed: true,
    suspicious: false,
  };
}

function nextHold(track: OpinionTrack, at: EpochMs, { settle }: SettleOptions): Milliseconds {
  const base = Math.min(settle['hold-down'], settle['hold-down-max']);
  const again = track.downAt !== undefined && at - track.downAt <= calmAfterHolds * track.holdMs;
  return again ? Math.min(Math.max(track.holdMs * 2, base), settle['hold-down-max']) : base;
}

function stateOf(outcome: Exclude<Outcome, 'unknown'>): OpinionState {
  return outcome === 'pass' ? 'up' : outcome === 'fail' ? 'down' : 'degraded';
}

import type {
  EpochMs,
  FailoverSettings,
  IpFamily,
  Milliseconds,
  PlainNetwatch,
  SwitchCause,
  UplinkEvidence,
  UplinkOpinion,
  UplinkReceipt,
  UplinkState,
  UplinkSwitch,
} from '../../model/index.ts';

/** A switch as it happened, on the monotonic clock. */
export interface UplinkMove {
  family: IpFamily;
  from: readonly string[];
  to: readonly string[];
  cause: SwitchCause;
  by: string;
  transitions: readonly number[];
  receipt: UplinkReceipt;
  /** What the uplink that was left counted as: on a quorum this may be more than is seen here. */
  leftAs: UplinkState;
  decidedMs: Milliseconds;
  readBackMs: Milliseconds;
  /** What was thought of the uplinks of this family at that moment. */
  opinions: readonly UplinkOpinion[];
}

/** Names that carried traffic before and do not any more; with `failover` the first alone carries. */
export function leftBy(
  mode: FailoverSettings['mode'],
  { from, to }: { from: readonly string[]; to: readonly string[] },
): string[] {
  if (mode === 'failover') return from.slice(0, 1).filter((name) => name !== to[0]);
  return from.filter((name) => !to.includes(name));
}

/** Whether traffic goes another way: a spare that comes or goes moves nothing. */
export function movesTraffic(
  mode: FailoverSettings['mode'],
  { from, to }: { from: readonly string[]; to: readonly string[] },
): boolean {
  return mode === 'failover' ? from[0] !== to[0] : from.join('\n') !== to.join('\n');
}

export interface CauseQuestion {
  /** Names that were left. */
  left: readonly string[];
  opinions: readonly Pick<UplinkOpinion, 'uplink' | 'state' | 'reason'>[];
  operator: boolean;
  /** The switch waited for the cluster. */
  agreed: boolean;
  /** The uplink that is failed on purpose. */
  drilled: string | undefined;
  /** The cluster contradicts what this watcher sees of one that is taken up again. */
  reversed: boolean;
  /** One that was left counts as unknown, and serves no more: it did not answer for too long after the start. */
  silent: boolean;
}

export function causeOf({ left, opinions, operator, agreed, drilled, reversed, silent }: CauseQuestion): SwitchCause {
  if (operator) return 'operator';
  if (drilled !== undefined && left.includes(drilled)) return 'drill';
  if (reversed) return 'reversal';
  const failed = opinions.find(({ uplink, state }) => left.includes(uplink) && (state === 'dead' || state === 'bad'));
  // No verdict says it: the cluster does not know either.
  if (silent && !failed) return 'silent';
  if (agreed) return 'verdict';
  if (!failed) return 'failback';
  if (failed.state === 'bad') return 'bad';
  return failed.reason === carrierLost ? 'carrier' : 'dead';
}

/** As the judge words it. */
const carrierLost = 'the carrier is lost';

/** What the ledger is told of it. `now` is the present by both clocks. */
export function switchRecord(
  move: UplinkMove,
  watcher: string,
  mode: FailoverSettings['mode'],
  now: { at: EpochMs; ms: Milliseconds },
): UplinkSwitch {
  const { family, from, to, cause, by, transitions, receipt, decidedMs, readBackMs } = move;
  const wall = (ms: Milliseconds): EpochMs => Math.round(now.at - (now.ms - ms));
  const decidedAt = wall(decidedMs);
  const left = move.opinions.find(({ uplink }) => leftBy(mode, move).includes(uplink));
  const failed = left && (move.leftAs === 'dead' || move.leftAs === 'bad') ? left : undefined;
  const ago = (ms: Milliseconds | undefined) => (ms === undefined ? undefined : rounded(Math.max(0, decidedMs - ms)));
  const lastAnswerBeforeMs = ago(failed?.lastAnswerMs);
  const suspicionBeforeMs = ago(failed?.suspectedMs);
  return {
    id: `${watcher}/${decidedAt}/${family}`,
    watcher,
    family,
    from,
    to,
    cause,
    by,
    ...(transitions.length > 0 && { transitions }),
    timings: {
      decidedAt,
      ...(lastAnswerBeforeMs !== undefined && { lastAnswerBeforeMs }),
      ...(suspicionBeforeMs !== undefined && { suspicionBeforeMs }),
      switchedAfterMs: rounded(receipt.tookMs),
      readBackAfterMs: rounded(Math.max(receipt.tookMs, readBackMs - decidedMs)),
    },
    evidence: move.opinions.map((opinion) => evidenceOf(opinion, wall)),
    receipt: {
      commands: receipt.commands.slice(0, maxLines).map(shortened),
      dryRun: receipt.dryRun,
      verified: receipt.verified,
      problems: receipt.problems.slice(0, maxLines).map(shortened),
    },
    ...(failed && { plainNetwatch: plainNetwatch({ ...failed, state: move.leftAs }) }),
  };
}

/** Bounds of a record in the ledger. */
const maxLines = 200;
const maxText = 1000;
const shortened = (text: string) => text.slice(0, maxText);

function evidenceOf(
  { family: _family, sinceMs, lastAnswerMs: _last, suspectedMs: _suspected, ...rest }: UplinkOpinion,
  wall: (ms: Milliseconds) => EpochMs,
): UplinkEvidence {
  return { ...rest, since: wall(sinceMs) };
}

const netwatch = { intervalMs: 5000, timeoutMs: 1000 };

/**
 * Netwatch asks one address by one packet, once in an interval, and waits for the timeout. A fault comes at any moment
 * of the interval, so the outage lasts between the timeout and interval + timeout.
 */
export function plainNetwatch({ state, lossPercent, rttMs }: UplinkOpinion): PlainNetwatch {
  const { intervalMs, timeoutMs } = netwatch;
  const surely = state === 'dead' || (rttMs !== undefined && rttMs > timeoutMs);
  if (!surely) return { notices: lossPercent > 0 ? 'by-chance' : 'never', ...netwatch };
  const outage = { leastMs: timeoutMs, expectedMs: intervalMs / 2 + timeoutMs, mostMs: intervalMs + timeoutMs };
  return { notices: 'surely', ...netwatch, outage };
}

/** Microseconds are the last thing that the clock knows. */
function rounded(ms: Milliseconds): Milliseconds {
  return Math.round(ms * 1000) / 1000;
}

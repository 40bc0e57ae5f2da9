import type { DirectionFigures, Milliseconds, PathFigures } from '../../model/index.ts';
import type { Arrival, Probe } from './probe-log.ts';

/** What an answered probe tells. */
interface Answer {
  sequence: number;
  arrival: Arrival;
  duplicates: readonly Arrival[];
  /** Network time both ways; undefined when a clock was set meanwhile. */
  rttMs: Milliseconds | undefined;
  forwardMs: Milliseconds;
  backMs: Milliseconds;
}

/** Between two answers nobody can lose more counts of the reflector than this by overtaking; more is a new count. */
const maxOvertaking = 16;

export interface FigureOptions {
  /** Monotonic. */
  nowMs: Milliseconds;
  windowMs: Milliseconds;
}

type Figures = Omit<PathFigures, 'to' | 'stamps' | 'mtuBytes' | 'problem'>;

/**
 * The figures of one path from its probes, the first of which may be older than the window: the answer from which it is
 * counted. Loss is told by direction from the two sequence numbers of the answers on both sides of a gap (RFC 8762
 * section 4.3: a stateful reflector counts what it sends); a probe after the last answer is not lost, it is unexplained.
 */
export function pathFigures(probes: readonly Probe[], { nowMs, windowMs }: FigureOptions): Figures {
  const fromMs = nowMs - windowMs;
  const within = probes.filter(({ sentMs }) => sentMs >= fromMs);
  const answers = probes.flatMap(answerOf);
  const inWindow = answers.filter(({ sequence }) => sequence >= (within[0]?.sequence ?? Infinity));
  const last = inWindow.at(-1);
  const lastProbe = last && probes.find(({ sequence }) => sequence === last.sequence);
  const { forward, back, unexplained } = directions(answers, within);
  const rtts = inWindow.flatMap(({ rttMs }) => (rttMs === undefined ? [] : [rttMs])).sort((a, b) => a - b);
  const fastest = inWindow.reduce<Answer | undefined>(
    (best, one) => ((one.rttMs ?? Infinity) < (best?.rttMs ?? Infinity) ? one : best),
    undefined,
  );
  return {
    windowMs,
    sent: within.length,
    answered: inWindow.length,
    unexplained,
    ...(last && lastProbe && { silentMs: Math.max(0, nowMs - lastProbe.sentMs - last.arrival.elapsedMs) }),
    ...(rtts.length > 0 && {
      rtt: { minMs: at(rtts, 0), medianMs: at(rtts, 0.5), p95Ms: at(rtts, 0.95), maxMs: at(rtts, 1) },
    }),
    ...(forward && { forward }),
    ...(back && { back }),
    // The quickest exchange bounds the error best (RFC 5905 section 10).
    ...(fastest?.rttMs !== undefined && {
      clock: { aheadMs: (fastest.forwardMs - fastest.backMs) / 2, boundMs: fastest.rttMs / 2 },
    }),
  };
}

function answerOf({ sequence, sentAt, arrivals: [arrival, ...duplicates] }: Probe): Answer[] {
  if (!arrival) return [];
  const { receivedAt, returnedAt, cameAt, elapsedMs } = arrival;
  const rttMs = cameAt - sentAt - (returnedAt - receivedAt);
  // A packet that took less than no time, or longer than it was waited for, has seen a clock being set.
  const isPlausible = rttMs >= 0 && rttMs <= elapsedMs + 1 && returnedAt >= receivedAt;
  const [forwardMs, backMs] = [receivedAt - sentAt, cameAt - returnedAt];
  return [{ sequence, arrival, duplicates, rttMs: isPlausible ? rttMs : undefined, forwardMs, backMs }];
}

interface Tally {
  forward: DirectionFigures;
  back: DirectionFigures;
}

function directions(
  answers: readonly Answer[],
  within: readonly Probe[],
): { forward?: DirectionFigures; back?: DirectionFigures; unexplained: number } {
  const none = (): DirectionFigures => ({ sent: 0, lost: 0, reordered: 0, duplicates: 0 });
  const tally: Tally = { forward: none(), back: none() };
  let explained = 0;
  const runs = runsOf(answers);
  for (const run of runs) explained += count(run, tally, within[0]?.sequence ?? 0);
  const unexplained = within.length - explained;
  if (tally.forward.sent === 0) return { unexplained };
  const forwardJitterMs = jitter(runs, ({ forwardMs }) => forwardMs);
  const backJitterMs = jitter(runs, ({ backMs }) => backMs);
  return {
    forward: { ...tally.forward, ...(forwardJitterMs !== undefined && { jitterMs: forwardJitterMs }) },
    back: { ...tally.back, ...(backJitterMs !== undefined && { jitterMs: backJitterMs }) },
    unexplained,
  };
}

/** Answers in a row within which the reflector has counted on: when it starts anew, it begins again at nothing. */
function runsOf(answers: readonly Answer[]): Answer[][] {
  const runs: Answer[][] = [];
  let before: Answer | undefined;
  for (const answer of answers) {
    const sent = before ? answer.sequence - before.sequence : 0;
    const reflected = before ? answer.arrival.reflected - before.arrival.reflected : 0;
    const restarted = reflected < 0 && (sent > 1 || reflected < -maxOvertaking);
    const impossible = reflected > sent + maxOvertaking;
    const run = runs.at(-1);
    if (!run || restarted || impossible) runs.push([answer]);
    else run.push(answer);
    before = answer;
  }
  return runs;
}

/** Adds what a run tells, and returns how many probes of the window that explains. */
function count(whole: readonly Answer[], tally: Tally, firstOfWindow: number): number {
  const run = whole.filter(({ sequence }) => sequence >= firstOfWindow);
  const [first] = run;
  const last = run.at(-1);
  if (!first || !last) return 0;
  const [anchor] = whole;
  const leading = anchor && anchor !== first ? countLeadingGap(anchor, first, tally, firstOfWindow) : countFirst(tally);
  const counted = run.slice(1);
  const duplicates = counted.flatMap((answer) => answer.duplicates.map((twice) => ({ answer, twice })));
  const onTheWayThere = duplicates.filter(({ answer, twice }) => twice.reflected !== answer.arrival.reflected).length;
  const numbers = run.flatMap(({ arrival, duplicates: more }) => [arrival, ...more].map(({ reflected }) => reflected));
  const sent = last.sequence - first.sequence;
  const reflected = Math.max(...numbers) - first.arrival.reflected;
  const reached = Math.min(sent, Math.max(counted.length, reflected - onTheWayThere));
  const { forward, back } = tally;
  forward.sent += sent;
  forward.lost += sent - reached;
  forward.duplicates += onTheWayThere;
  forward.reordered += inversions(run.toSorted(byReflected), ({ sequence }) => sequence);
  back.sent += reached;
  back.lost += reached - counted.length;
  back.duplicates += duplicates.length - onTheWayThere;
  back.reordered += inversions(run.toSorted(byArrival), ({ arrival }) => arrival.reflected);
  return leading + sent;
}

/** Nothing is known from before: the first answer has come both ways, and counting begins behind it. */
function countFirst({ forward, back }: Tally): number {
  forward.sent += 1;
  back.sent += 1;
  return 1;
}

/** From the last answer before the window to its first: of what was lost there, the window has its share. */
function countLeadingGap(anchor: Answer, first: Answer, { forward, back }: Tally, firstOfWindow: number): number {
  const sent = first.sequence - anchor.sequence;
  const reached = Math.max(1, Math.min(sent, first.arrival.reflected - anchor.arrival.reflected));
  const within = first.sequence - firstOfWindow + 1;
  const lostThere = Math.min(within - 1, Math.round(((sent - reached) * within) / sent));
  forward.sent += within;
  forward.lost += lostThere;
  back.sent += within - lostThere;
  back.lost += Math.min(within - lostThere - 1, Math.round(((reached - 1) * within) / sent));
  return within;
}

const byReflected = (one: Answer, other: Answer) => one.arrival.reflected - other.arrival.reflected;
const byArrival = (one: Answer, other: Answer) => one.arrival.order - other.arrival.order;

/** How many come after a greater one. */
function inversions(answers: readonly Answer[], key: (answer: Answer) => number): number {
  let greatest = -Infinity;
  let found = 0;
  for (const answer of answers) {
    const value = key(answer);
    if (value < greatest) found += 1;
    else greatest = value;
  }
  return found;
}

function jitter(runs: readonly Answer[][], transit: (answer: Answer) => Milliseconds): Milliseconds | undefined {
  let sum = 0;
  let differences = 0;
  for (const run of runs) {
    for (const [index, answer] of run.entries()) {
      const before = run[index - 1];
      if (!before || before.rttMs === undefined || answer.rttMs === undefined) continue;
      sum += Math.abs(transit(answer) - transit(before));
      differences += 1;
    }
  }
  return differences === 0 ? undefined : sum / differences;
}

/** The value below which that share of them lies, of values in ascending order. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

import type { AnchorKind, Milliseconds, UplinkAnchor, UplinkState } from '../../model/index.ts';
import { UplinkJudge, type JudgeSettings } from './judge.ts';
import type { ProbeOrder } from './kind-tracker.ts';

/** What the path does to a probe: how long it takes, or that it is lost. */
export type Path = (kind: AnchorKind, sentMs: Milliseconds, random: () => number) => Milliseconds | 'lost';

export interface Stall {
  fromMs: Milliseconds;
  forMs: Milliseconds;
}

export const settings: JudgeSettings = {
  probeIntervalMs: 50,
  holdMs: 10_000,
  holdMaxMs: 160_000,
  windowMs: 5000,
  badLossPercent: 20,
  badLatencyMs: 200,
  badJitterMs: 100,
  acceptedLossPercent: 2,
};

function anchorsOf(...kinds: AnchorKind[]): UplinkAnchor[] {
  return kinds.flatMap((kind) =>
    ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address): UplinkAnchor => {
      const at = { address, family: 4 as const };
      if (kind === 'tcp') return { kind, ...at, port: 443 };
      if (kind === 'dns') return { kind, ...at, name: 'www.example.org' };
      if (kind === 'http') return { kind, ...at, port: 80, path: '/', host: address, status: 200 };
      return { kind, ...at };
    }),
  );
}

export interface Change {
  atMs: Milliseconds;
  state: UplinkState;
  reason: string;
}

interface Event {
  atMs: Milliseconds;
  order: number;
  run: (nowMs: Milliseconds) => void;
}

/** The same bursts of probes wait on for late answers as in the real pinger. */
const lateMs = 2000;
const stallShare = 0.5;
const smallestStallMs = 5;

/**
 * One judge on a simulated path, in simulated time: probes are answered or lost by `path`, and while the process stands
 * still nothing is processed; afterwards what has arrived is read before deadlines are judged, as the pinger does.
 */
export function simulate(
  path: Path,
  options: { untilMs: Milliseconds; seed?: number; kinds?: AnchorKind[]; stalls?: Stall[]; settings?: JudgeSettings },
): { changes: Change[]; judge: UplinkJudge; probes: number; opinionAt: (nowMs: Milliseconds) => unknown } {
  const random = generator(options.seed ?? 1);
  const judge = new UplinkJudge(anchorsOf(...(options.kinds ?? ['icmp'])), options.settings ?? settings, 0);
  const changes: Change[] = [];
  const events: Event[] = [];
  let order = 0;
  let probes = 0;
  let state = judge.state;
  const at = (atMs: Milliseconds, run: (nowMs: Milliseconds) => void) => events.push({ atMs, order: order++, run });
  const awake = (atMs: Milliseconds) => {
    const stall = options.stalls?.find(({ fromMs, forMs }) => atMs >= fromMs && atMs < fromMs + forMs);
    return stall ? stall.fromMs + stall.forMs : atMs;
  };
  const send = (orders: readonly ProbeOrder[], nowMs: Milliseconds) => {
    for (const one of orders) {
      probes++;
      const took = path(one.anchor.kind, nowMs, random);
      const { timeoutMs } = one;
      if (took !== 'lost' && took <= timeoutMs) {
        at(nowMs + took, (when) => send(judge.settle(one, { kind: 'answer', rttMs: took }, nowMs, when), when));
        continue;
      }
      const dueMs = nowMs + timeoutMs;
      at(dueMs, (when) => {
        const starved = when - dueMs > Math.max(smallestStallMs, stallShare * timeoutMs);
        send(judge.settle(one, { kind: starved ? 'starved' : 'miss' }, nowMs, when), when);
      });
      if (took !== 'lost' && took < timeoutMs + lateMs) at(nowMs + took, (when) => judge.late(one, took, when));
    }
  };
  const tick = (nowMs: Milliseconds) => {
    send(judge.tick(nowMs), nowMs);
    at(nowMs + (options.settings ?? settings).probeIntervalMs, tick);
  };
  at(0, tick);
  for (;;) {
    // What arrived during a stall is read first, then deadlines are judged; the event queue keeps that order by time.
    let next: Event | undefined;
    for (const event of events) {
      if (!next || event.atMs < next.atMs || (event.atMs === next.atMs && event.order < next.order)) next = event;
    }
    if (!next || next.atMs > options.untilMs) break;
    events.splice(events.indexOf(next), 1);
    const nowMs = awake(next.atMs);
    next.run(nowMs);
    if (judge.state === state) continue;
    ({ state } = judge);
    changes.push({ atMs: nowMs, state, reason: judge.opinion(nowMs).reason });
  }
  return { changes, judge, probes, opinionAt: (nowMs) => judge.opinion(nowMs) };
}

/** Mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

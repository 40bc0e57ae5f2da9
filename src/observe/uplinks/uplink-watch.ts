import {
  gatewayOf,
  isAutomatic,
  type FailoverSettings,
  type IpFamily,
  type Milliseconds,
  type UplinkOpinion,
  type UplinkSettings,
} from '../../model/index.ts';
import type { Clock, KernelNetwork, NetworkEvent, Pinger, Timer } from '../../platform/index.ts';
import { UplinkJudge, type JudgeSettings } from './judge.ts';
import type { ProbeOrder } from './kind-tracker.ts';
import { PassiveHint } from './passive-hint.ts';
import { createProbeSender, type ProbeSender } from './probe-sender.ts';

export interface UplinkWatchOptions {
  uplinks: readonly UplinkSettings[];
  failover: FailoverSettings;
  clock: Clock;
  pinger: Pinger;
  network: KernelNetwork;
  /** Called at once when what is thought of an uplink changes; never from within `start`. */
  onOpinion(opinion: UplinkOpinion): void;
}

export interface UplinkWatch {
  start(): void;
  /** To be told of every event of the kernel's network: carriers come and go. */
  notice(event: NetworkEvent): void;
  opinions(): UplinkOpinion[];
  /** Sentences for probes that would leave by another way than their uplink; none when all are pinned. */
  verifyPins(): string[];
  close(): void;
}

/** With slower probing than this, clients' own packets show an outage sooner. */
const hintFromIntervalMs = 100;
const hintPeriodMs = 10;

interface Watched {
  uplink: UplinkSettings;
  family: IpFamily;
  judge: UplinkJudge;
  state: string;
}

/** Probes every uplink through its own device, and tells what is thought of it. */
export function createUplinkWatch(options: UplinkWatchOptions): UplinkWatch {
  const { clock, network, failover } = options;
  const sender: ProbeSender = createProbeSender(options.pinger, clock);
  const timers = new Set<Timer>();
  const hints = new Map<string, PassiveHint>();
  let closed = false;
  const watched: Watched[] = options.uplinks.flatMap((uplink) =>
    ([4, 6] as const).flatMap((family) => {
      if (gatewayOf(uplink, family) === undefined) return [];
      const anchors = uplink.anchors.filter((anchor) => anchor.family === family);
      const judge = new UplinkJudge(anchors, judgeSettings(failover), clock.monotonic());
      return [{ uplink, family, judge, state: judge.state }];
    }),
  );

  const opinionOf = ({ uplink, family, judge }: Watched): UplinkOpinion => ({
    uplink: uplink.name,
    family,
    ...judge.opinion(clock.monotonic()),
  });

  const review = (one: Watched) => {
    if (closed || one.judge.state === one.state) return;
    one.state = one.judge.state;
    options.onOpinion(opinionOf(one));
  };

  const send = (one: Watched, orders: readonly ProbeOrder[]) => {
    for (const order of orders) {
      sender.send(order, one.uplink.device, {
        settled: (outcome, sentMs) => {
          if (closed) return;
          const more = one.judge.settle(order, outcome, sentMs, clock.monotonic());
          review(one);
          send(one, more);
        },
        late: (rttMs) => {
          if (closed) return;
          one.judge.late(order, rttMs, clock.monotonic());
          review(one);
        },
      });
    }
  };

  const after = (delayMs: Milliseconds, run: () => void) => {
    const timer = clock.after(delayMs, () => {
      timers.delete(timer);
      run();
    });
    timers.add(timer);
  };

  const pace = (one: Watched, dueMs: Milliseconds) => {
    after(dueMs - clock.monotonic(), () => {
      send(one, one.judge.tick(clock.monotonic()));
      review(one);
      const nextMs = dueMs + failover['probe-interval'];
      // After a stall the past is let go: a volley would find the queues full and prove nothing.
      pace(one, Math.max(nextMs, clock.monotonic()));
    });
  };

  const lookAtCounters = () => {
    after(hintPeriodMs, () => {
      for (const [device, hint] of hints) {
        const counts = network.counts(device);
        const mine = watched.filter(({ uplink }) => uplink.device === device);
        const timeoutMs = Math.max(...mine.map(({ judge }) => judge.timeoutMs()));
        if (!counts || !hint.observe(counts, timeoutMs, clock.monotonic())) continue;
        for (const one of mine) send(one, one.judge.hint(clock.monotonic()));
      }
      lookAtCounters();
    });
  };

  const carrier = (device: string, present: boolean) => {
    for (const one of watched) {
      if (one.uplink.device !== device) continue;
      one.judge.carrier(present, clock.monotonic());
      review(one);
    }
  };

  return {
    start: () => {
      const links = new Map(network.links().map((link) => [link.device, link]));
      const intervalMs = failover['probe-interval'];
      watched.forEach((one, place) => {
        const link = links.get(one.uplink.device);
        after(0, () => carrier(one.uplink.device, link !== undefined && link.up && link.carrier));
        // Spread over the interval, so that the probes of many uplinks don't leave in one volley.
        pace(one, clock.monotonic() + (place * intervalMs) / watched.length);
      });
      if (failover.hint ?? intervalMs >= hintFromIntervalMs) {
        for (const { uplink } of watched) hints.set(uplink.device, new PassiveHint());
        lookAtCounters();
      }
    },
    notice: (event) => {
      if (event.kind === 'link') carrier(event.link.device, !event.gone && event.link.up && event.link.carrier);
      if (event.kind !== 'lost') return;
      const links = new Map(network.links().map((link) => [link.device, link]));
      for (const device of new Set(watched.map(({ uplink }) => uplink.device))) {
        const link = links.get(device);
        carrier(device, link !== undefined && link.up && link.carrier);
      }
    },
    opinions: () => watched.map(opinionOf),
    verifyPins: () => watched.flatMap((one) => unpinned(one, network)),
    close: () => {
      closed = true;
      for (const timer of timers) timer.cancel();
      sender.close();
    },
  };
}

function unpinned({ uplink, family }: Watched, network: KernelNetwork): string[] {
  const { device, name } = uplink;
  const gateway = gatewayOf(uplink, family);
  const mine = uplink.anchors.filter((anchor) => anchor.family === family);
  return [...new Set(mine.map(({ address }) => address))].flatMap((address) => {
    const way = network.lookup({ family, destination: address, outgoing: device });
    const right = way?.gateway === undefined || way.gateway === gateway || isAutomatic(gateway ?? '');
    if (way?.device === device && right) return [];
    const found = way ? `${way.gateway ?? 'directly'} on ${way.device ?? 'no device'}` : 'no route';
    return [`probes of ${name} to ${address} should leave by ${gateway} on ${device}, found ${found}`];
  });
}

function judgeSettings(failover: FailoverSettings): JudgeSettings {
  return {
    probeIntervalMs: failover['probe-interval'],
    holdMs: failover.hold,
    holdMaxMs: failover['hold-max'],
    windowMs: failover.bad.window,
    badLossPercent: failover.bad.loss,
    badLatencyMs: failover.bad.latency,
    badJitterMs: failover.bad.jitter,
    acceptedLossPercent: failover.bad['accepted-loss'],
  };
}

import { createLinuxActor, orderUplinks, type UplinkActor } from '../../act/index.ts';
import {
  gatewayOf,
  type FailoverSettings,
  type IpFamily,
  type UplinkOpinion,
  type UplinkOrder,
  type UplinkReceipt,
  type UplinkSettings,
  type UplinkState,
} from '../../model/index.ts';
import { createUplinkWatch, type UplinkWatch } from '../../observe/index.ts';
import type { Clock, Disk, LinuxParts, Log, Pinger, Timer } from '../../platform/index.ts';

export interface LocalEvidenceOptions {
  uplinks: readonly UplinkSettings[];
  failover: FailoverSettings;
  parts: LinuxParts;
  pinger: Pinger;
  clock: Clock;
  disk: Disk;
  /** Where it is written down what was set up on this machine. */
  folder: string;
  log: Log;
  onOpinion(opinion: UplinkOpinion): void;
  onReceipt(receipt: UplinkReceipt): void;
}

/** Judges uplinks and, where the policy says so, switches at once on what this watcher sees itself. */
export interface LocalEvidence {
  /** Lines that say what was set up. */
  start(): Promise<string[]>;
  opinions(): UplinkOpinion[];
  orders(): UplinkOrder[];
  /** An operator's choice, or none again; the receipts of what changed. */
  choose(uplink: string | undefined): UplinkReceipt[];
  stop(): Promise<void>;
}

/** An uplink that has not answered for so long after the start is passed over for one that does. */
const longUnknownMs = 10_000;

export function createLocalEvidence(options: LocalEvidenceOptions): LocalEvidence {
  const { uplinks, failover, parts, clock, log } = options;
  const acts = failover.act === 'local-evidence';
  const states = new Map<string, UplinkOpinion>();
  const orders = new Map<IpFamily, UplinkOrder>();
  const leftAs = new Map<string, UplinkState>();
  let chosen: string | undefined;
  let monitor: { close(): void } | undefined;
  let waiting: Timer | undefined;

  const stateOf = (name: string, family: IpFamily): UplinkState => states.get(`${family} ${name}`)?.state ?? 'unknown';
  const orderOf = (family: IpFamily): UplinkOrder =>
    orderUplinks({
      family,
      mode: failover.mode,
      uplinks: uplinks.filter((uplink) => gatewayOf(uplink, family) !== undefined),
      stateOf: (name) => stateOf(name, family),
      longUnknown: (name) => {
        const sinceMs = states.get(`${family} ${name}`)?.sinceMs ?? startedMs;
        return clock.monotonic() - sinceMs >= longUnknownMs;
      },
      before: orders.get(family),
      chosen,
    });

  const actor: UplinkActor = createLinuxActor({
    ...options,
    // What died and now answers, however badly, can carry the connections it has; what was left as bad must get well.
    stillGone: (name, family) => {
      const state = stateOf(name, family);
      return state === 'dead' || (state === 'bad' && leftAs.get(`${family} ${name}`) === 'bad');
    },
    onInterference: (what) => log.warning(what),
  });
  const watch: UplinkWatch = createUplinkWatch({
    ...options,
    network: parts.network,
    onOpinion: (opinion) => {
      states.set(`${opinion.family} ${opinion.uplink}`, opinion);
      // First the switch, then the words.
      const receipt = decide(opinion.family);
      options.onOpinion(opinion);
      if (receipt) options.onReceipt(receipt);
    },
  });
  let startedMs = clock.monotonic();

  /** Undefined when nothing changes. */
  const decide = (family: IpFamily): UplinkReceipt | undefined => {
    const order = orderOf(family);
    if (order.serving.join('\n') === orders.get(family)?.serving.join('\n')) return undefined;
    orders.set(family, order);
    for (const name of order.leaving) leftAs.set(`${family} ${name}`, stateOf(name, family));
    return acts ? actor.serve(order) : undefined;
  };
  const decideAll = () => ([4, 6] as const).flatMap((family) => (orders.has(family) ? (decide(family) ?? []) : []));

  const stop = async () => {
    waiting?.cancel();
    monitor?.close();
    watch.close();
    await actor.release();
  };
  const begin = async (): Promise<string[]> => {
    startedMs = clock.monotonic();
    for (const family of [4, 6] as const) {
      const order = orderOf(family);
      if (order.serving.length > 0) orders.set(family, order);
    }
    const lines = acts ? await actor.prepare([...orders.values()]) : [];
    monitor = parts.monitor((event) => {
      watch.notice(event);
      if (acts) actor.notice(event);
    });
    for (const problem of watch.verifyPins()) log.warning(problem);
    watch.start();
    waiting = clock.after(longUnknownMs, () => decideAll().forEach((receipt) => options.onReceipt(receipt)));
    return lines;
  };

  return {
    start: async () => {
      try {
        return await begin();
      } catch (error) {
        // What was set up before it failed must not stay.
        await stop();
        throw error;
      }
    },
    opinions: () => watch.opinions(),
    orders: () => [...orders.values()],
    choose: (uplink) => {
      chosen = uplink;
      const receipts = decideAll();
      for (const receipt of receipts) options.onReceipt(receipt);
      return receipts;
    },
    stop,
  };
}

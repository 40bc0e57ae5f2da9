import {
  createLinuxActor,
  createRouterOsUplinkActor,
  orderUplinks,
  type UplinkActor,
  type UplinkInterference,
} from '../../act/index.ts';
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
import { Preparation } from './preparation.ts';
import { Repairs } from './repairs.ts';
import { causeOf, leftBy, movesTraffic, type UplinkMove } from './switch-record.ts';

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
  /** The part that this watcher has among others; without it, it is alone. */
  part?: Part;
}

/** What others have to say about switching. */
interface Part {
  /** This watcher's name. */
  self: string;
  acts: boolean;
  /** The operator's choice that stands from before. */
  chosen: string | undefined;
  /** Asked before each decision: what counts, which may be another thing than what is seen here. */
  counts(uplink: string, family: IpFamily, own: UplinkState): UplinkState;
  /** Whether the cluster has just contradicted what is seen here. */
  reversed(uplink: string, family: IpFamily): boolean;
  /** The uplink that is failed on purpose now. */
  drilled(): string | undefined;
  /** After each switch that moves traffic, and after repairs. */
  onMove(move: UplinkMove): void;
  /** It was tried to begin switching: it is switched from now on, or `problems` says why not. */
  onAttempt(): void;
}

/** Why it is decided anew. */
interface Occasion {
  /** Who decides, for the record. */
  by: string;
  operator?: boolean;
  /** Ledger positions of the transitions that are its reason. */
  transitions?: readonly number[];
}

/** Judges uplinks and, where the policy says so, switches: at once on what is seen here, or on what was agreed. */
export interface LocalEvidence {
  /** Lines that say what was set up; none while that is impossible, which is tried again. */
  start(): Promise<string[]>;
  /** Uplinks are switched here, now. */
  acts(): boolean;
  opinions(): UplinkOpinion[];
  orders(): UplinkOrder[];
  /** An operator's choice, or none again; the receipts of what changed. */
  choose(uplink: string | undefined, by?: string): Promise<UplinkReceipt[]>;
  /** What such a choice would change. */
  foresee(uplink: string | undefined): UplinkReceipt[];
  chosen(): string | undefined;
  /** Why nothing is switched now; sentences for people. */
  problems(): string[];
  /** Something else than what is seen here has changed. */
  reconsider(occasion: Occasion): void;
  stop(): Promise<void>;
}

/** The routes of this machine are switched when `serve` returns, those of another when it resolves. */
type AnyActor = Omit<UplinkActor, 'serve'> & {
  serve(order: UplinkOrder): UplinkReceipt | Promise<UplinkReceipt>;
  problem?(): string | undefined;
};
type Served = ReturnType<AnyActor['serve']>;

/** An uplink of which nothing has been known for so long is passed over for one that answers. */
const longUnknownMs = 10_000;
/** Time alone makes an uplink one that has been unknown for long: that is looked for now and then. */
const lookEveryMs = 1000;

export function createLocalEvidence(options: LocalEvidenceOptions): LocalEvidence {
  const { uplinks, failover, parts, clock, log } = options;
  const { part } = options;
  const acts = part?.acts ?? failover.act === 'local-evidence';
  const states = new Map<string, UplinkOpinion>();
  const orders = new Map<IpFamily, UplinkOrder>();
  const leftAs = new Map<string, UplinkState>();
  let chosen = acts ? part?.chosen : undefined;
  let monitor: { close(): void } | undefined;
  let waiting: Timer | undefined;
  const { router } = failover;
  /** What was not prepared takes no orders. */
  let ready = false;

  const seen = (name: string, family: IpFamily): UplinkState => states.get(`${family} ${name}`)?.state ?? 'unknown';
  const stateOf = (name: string, family: IpFamily): UplinkState => {
    const own = seen(name, family);
    return part?.counts(name, family, own) ?? own;
  };
  const orderOf = (family: IpFamily, wanted = chosen): UplinkOrder =>
    orderUplinks({
      family,
      mode: failover.mode,
      uplinks: uplinks.filter((uplink) => gatewayOf(uplink, family) !== undefined),
      stateOf: (name) => stateOf(name, family),
      longUnknown: (name) => {
        if (seen(name, family) !== 'unknown') return false;
        const sinceMs = states.get(`${family} ${name}`)?.sinceMs ?? startedMs;
        return clock.monotonic() - sinceMs >= longUnknownMs;
      },
      before: orders.get(family),
      chosen: wanted,
    });

  const common = {
    ...options,
    // What died and now answers, however badly, can carry the connections it has; what was left as bad must get well.
    stillGone: (name: string, family: IpFamily) => {
      const state = stateOf(name, family);
      return state === 'dead' || (state === 'bad' && leftAs.get(`${family} ${name}`) === 'bad');
    },
    onInterference: (found: UplinkInterference) => {
      log.warning(found.text);
      tellRepair(found);
    },
  };
  const actor: AnyActor = router
    ? createRouterOsUplinkActor({ ...common, router })
    : createLinuxActor({
        ...common,
        lastSeen: (name, family) => watch.opinions().find((one) => one.uplink === name && one.family === family),
      });
  const prepare = async () => {
    const first = [...orders.values()];
    const lines = await actor.prepare(first);
    ready = true;
    // What was decided meanwhile.
    for (const order of orders.values()) if (!first.includes(order)) hear(actor.serve(order));
    return lines;
  };
  const preparation = new Preparation({ clock, log, prepare, onAttempt: () => part?.onAttempt() });
  const watch: UplinkWatch = createUplinkWatch({
    ...options,
    network: parts.network,
    onOpinion: (opinion) => {
      states.set(`${opinion.family} ${opinion.uplink}`, opinion);
      // First the switch, then the words.
      const served = decide(opinion.family);
      options.onOpinion(opinion);
      if (served) hear(served);
    },
  });
  let startedMs = clock.monotonic();
  /** A router's answer comes later: nobody waits for it, least of all the judge. */
  const hear = (served: Served): void => {
    if (served instanceof Promise) void served.then((receipt) => options.onReceipt(receipt));
    else options.onReceipt(served);
  };

  /** Undefined when nothing changes. */
  const decide = (family: IpFamily, occasion: Occasion = { by: part?.self ?? '' }): Served | undefined => {
    const decidedMs = clock.monotonic();
    const before = orders.get(family);
    const order = orderOf(family);
    if (order.serving.join('\n') === before?.serving.join('\n')) return undefined;
    orders.set(family, order);
    for (const name of order.leaving) leftAs.set(`${family} ${name}`, stateOf(name, family));
    if (!acts || !ready) return undefined;
    const served = actor.serve(order);
    if (!part) return served;
    const tell = moved(part, order, before?.serving ?? [], decidedMs, occasion);
    if (served instanceof Promise) void served.then(tell);
    else tell(served);
    return served;
  };
  /** What is told of a switch: why, as things stand when it is decided; its receipt may come when they have changed. */
  const moved = (told: Part, order: UplinkOrder, from: readonly string[], decidedMs: number, occasion: Occasion) => {
    const { family, serving: to } = order;
    const { mode, act } = failover;
    if (!movesTraffic(mode, { from, to })) return () => {};
    const { by, operator = false, transitions = [] } = occasion;
    const opinions = watch.opinions().filter((opinion) => opinion.family === family);
    const left = leftBy(mode, { from, to });
    const reversed = to[0] !== undefined && told.reversed(to[0], family);
    const silent = left.some((name) => !to.includes(name) && stateOf(name, family) === 'unknown');
    const agreed = act === 'quorum';
    const cause = causeOf({ left, opinions, operator, agreed, drilled: told.drilled(), reversed, silent });
    const who = cause === 'verdict' || cause === 'reversal' ? 'cluster' : by;
    const leftAs = left[0] === undefined ? 'unknown' : stateOf(left[0], family);
    const why = { family, from, to, cause, by: who, transitions, leftAs, decidedMs, opinions };
    return (receipt: UplinkReceipt) => told.onMove({ ...why, receipt, readBackMs: clock.monotonic() });
  };
  const repairs = new Repairs();
  const tellRepair = (found: UplinkInterference) => {
    const nowMs = clock.monotonic();
    const receipt = repairs.receipt(found, nowMs);
    if (!part || !receipt) return;
    const { family, serving } = receipt;
    const opinions = watch.opinions().filter((opinion) => opinion.family === family);
    const why = { from: serving, to: serving, cause: 'repair', by: part.self, transitions: [] } as const;
    const decidedMs = nowMs - receipt.tookMs;
    part.onMove({ family, ...why, leftAs: 'unknown', decidedMs, opinions, receipt, readBackMs: nowMs });
  };
  const decideAll = (occasion?: Occasion) =>
    ([4, 6] as const).flatMap((family) => (orders.has(family) ? (decide(family, occasion) ?? []) : []));

  const lookLater = () => {
    waiting = clock.after(lookEveryMs, () => {
      decideAll().forEach(hear);
      lookLater();
    });
  };
  const stop = async () => {
    waiting?.cancel();
    monitor?.close();
    watch.close();
    await preparation.stop();
    await actor.release();
  };
  const begin = async (): Promise<string[]> => {
    startedMs = clock.monotonic();
    for (const family of [4, 6] as const) {
      const order = orderOf(family);
      if (order.serving.length > 0) orders.set(family, order);
    }
    const lines = acts ? await preparation.start() : [];
    monitor = parts.monitor((event) => {
      watch.notice(event);
      if (acts && ready) actor.notice(event);
    });
    for (const problem of watch.verifyPins()) log.warning(problem);
    watch.start();
    lookLater();
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
    acts: () => acts && ready,
    opinions: () => watch.opinions(),
    orders: () => [...orders.values()],
    choose: (uplink, by = '') => {
      chosen = uplink;
      const served = decideAll({ by, operator: true });
      served.forEach(hear);
      return Promise.all(served.map((one) => Promise.resolve(one)));
    },
    foresee: (uplink) =>
      [...orders.values()].flatMap((before) => {
        const order = orderOf(before.family, uplink);
        return order.serving.join('\n') === before.serving.join('\n') ? [] : actor.foresee(order);
      }),
    chosen: () => chosen,
    problems: () => (acts ? [preparation.problem ?? actor.problem?.() ?? []].flat() : []),
    reconsider: (occasion) => {
      decideAll(occasion).forEach(hear);
    },
    stop,
  };
}

import {
  gatewayOf,
  messageOf,
  QwError,
  replayWanted,
  type FailoverSettings,
  type IpFamily,
  type Milliseconds,
  type UplinkOpinion,
  type UplinkOrder,
  type UplinkReceipt,
  type UplinkSettings,
} from '../../model/index.ts';
import {
  commandText,
  type Clock,
  type Disk,
  type LinuxParts,
  type Log,
  type NetworkChange,
  type NetworkEvent,
  type Route,
  type Timer,
} from '../../platform/index.ts';
import { Cutter } from './cutter.ts';
import { difference } from './difference.ts';
import { readJournal, removeJournal, writeJournal, type SetupJournal } from './journal.ts';
import { removeSetup } from './leftovers.ts';
import { numbersOf, ownTable } from './numbers.ts';
import { Replayer, replayCopyBytes } from './replayer.ts';
import { ruleset } from './ruleset.ts';
import { settingChanges } from './settings.ts';
import { ownedBy, trafficRoutes, wantedFrame, type Wanted } from './wanted.ts';

export interface LinuxActorOptions {
  uplinks: readonly UplinkSettings[];
  failover: FailoverSettings;
  parts: LinuxParts;
  clock: Clock;
  disk: Disk;
  /** Where it is written down what was set up. */
  folder: string;
  log: Log;
  /** Asked when the grace of an uplink that was left is over: only what is still dead or bad is cut. */
  stillGone(uplink: string, family: IpFamily): boolean;
  /** When the uplink last answered, on the clock, and how long answers take: what left later is sent again. */
  lastSeen?(uplink: string, family: IpFamily): Pick<UplinkOpinion, 'lastAnswerMs' | 'rttMs' | 'jitterMs'> | undefined;
  /** Somebody else changed our routes or rules; a sentence for people. */
  onInterference(what: string): void;
}

export interface UplinkActor {
  /** Removes what a crash left, then sets up. Lines say what was, or with `dry-run` would be, done. Throws CONFLICT. */
  prepare(orders: readonly UplinkOrder[]): Promise<string[]>;
  /** Switches; done when it returns. */
  serve(order: UplinkOrder): UplinkReceipt;
  /** What `serve` would change now; changes nothing. */
  foresee(order: UplinkOrder): UplinkReceipt;
  /** To be told of every event of the kernel's network. */
  notice(event: NetworkEvent): void;
  /** Takes everything back that was set up. */
  release(): Promise<void>;
}

/** Several events that belong together are looked at once. */
const settleMs: Milliseconds = 50;
/** Somebody who changes our routes back and forth is not fought for ever. */
const repairsAMinute = 10;
const minuteMs: Milliseconds = 60_000;
const rehearsals = 30;
const uncertainMs: Milliseconds = 5;
/** No route of ours has it. */
const absentMetric = 0xffff_fff0;

/** Creates the actor that switches uplinks on this machine. */
export function createLinuxActor(options: LinuxActorOptions): UplinkActor {
  const { uplinks, failover, parts, clock, disk, folder, log } = options;
  const { network } = parts;
  const numbers = numbersOf(failover);
  const dryRun = failover['dry-run'];
  const owned = ownedBy(numbers, uplinks.length);
  const orders = new Map<IpFamily, UplinkOrder>();
  const graces = new Map<string, Timer>();
  let journal: SetupJournal | undefined;
  let cutter: Cutter | undefined;
  let replayer: Replayer | undefined;
  let look: Timer | undefined;
  let repairs: Milliseconds[] = [];
  /** Devices that are switched on, as last read: a switch must not wait for reading. */
  let on: ReadonlySet<string> = new Set();
  let released = false;

  const families = ([4, 6] as const).filter((family) =>
    uplinks.some((uplink) => gatewayOf(uplink, family) !== undefined),
  );
  const placeOf = (name: string) => uplinks.findIndex((uplink) => uplink.name === name);

  const wanted = (family: IpFamily): Wanted => {
    on = new Set(network.links().flatMap((link) => (link.up ? link.device : [])));
    const frame = wantedFrame(uplinks, family, network.addresses(), numbers);
    const order = orders.get(family);
    const traffic = order ? trafficRoutes(uplinks, order, failover, numbers) : [];
    return { rules: frame.rules, routes: withLink([...frame.routes, ...traffic]) };
  };
  /** The kernel takes no route over a device that is switched off; it comes back with the device. */
  const withLink = (routes: readonly Route[]): Route[] => {
    const usable = (device: string) => on.has(device);
    return routes.flatMap((route) => {
      if (!route.hops) return route.device === undefined || usable(route.device) ? route : [];
      const hops = route.hops.filter((hop) => usable(hop.device));
      return hops.length > 0 ? { ...route, hops } : [];
    });
  };

  const present = (family: IpFamily): Wanted => {
    const routes = Array.from({ length: uplinks.length + 1 }, (_, place) =>
      network.routes(family, numbers.trafficTable + place).filter(owned.route),
    );
    return { routes: routes.flat(), rules: network.rules(family).filter(owned.rule) };
  };

  /** Changes what differs, and says what the kernel refused or still has otherwise. */
  const converge = (family: IpFamily): { commands: string[]; problems: string[] } => {
    const changes = difference(present(family), wanted(family));
    const problems = apply(changes);
    const rest = dryRun ? [] : difference(present(family), wanted(family));
    return { commands: changes.map(commandText), problems: [...problems, ...rest.map(notDone)] };
  };
  const notDone = (change: NetworkChange) => `not as wanted: ${commandText(change)}`;
  const apply = (changes: readonly NetworkChange[]): string[] => {
    if (dryRun || changes.length === 0) return [];
    return network
      .apply(changes)
      .flatMap((refusal, place) => (refusal ? `${commandText(changes[place] as NetworkChange)}: ${refusal.text}` : []));
  };

  const refuseOthers = async () => {
    for (const family of families) {
      for (let place = 0; place <= uplinks.length; place++) {
        const table = numbers.trafficTable + place;
        const [foreign] = network.routes(family, table);
        if (foreign) throw taken(`the routing table ${table} holds a route to ${foreign.destination} already`, 'table');
      }
      const { specific, traffic } = numbers.rules;
      const rule = network.rules(family).find(({ priority }) => priority >= specific && priority <= traffic);
      if (rule) throw taken(`there is a routing rule of priority ${rule.priority} already`, 'rule-priority');
    }
    const table = await parts.listNftTable('inet', ownTable);
    if (table !== undefined) {
      const hint = `if no other watcher acts on this machine: nft delete table inet ${ownTable}`;
      throw new QwError('CONFLICT', `there is an nftables table inet ${ownTable} already`, { hint });
    }
  };
  const taken = (what: string, key: string) =>
    new QwError('CONFLICT', what, { hint: `choose another number with failover.${key}` });

  /** The first runs of any code are slow, and the first switch must not be: the same steps, on what is not there. */
  const rehearse = (family: IpFamily) => {
    const serving = orders.get(family)?.serving.slice(0, 1) ?? [];
    const order = { family, serving, leaving: [] };
    const routes = trafficRoutes(uplinks, order, failover, numbers).map((route) => ({
      ...route,
      metric: absentMetric,
    }));
    for (let round = 0; round < rehearsals; round++) {
      network.apply(difference({ routes: withLink(routes), rules: [] }, { routes: [], rules: [] }));
      parts.conntrack.flush(family, { mark: numbers.pokeMark, mask: numbers.uplinkMask });
    }
  };

  /** The established connections stay for the grace, in case the uplink comes back. */
  const startGrace = (family: IpFamily, name: string) => {
    const key = `${family} ${name}`;
    graces.get(key)?.cancel();
    const timer = clock.after(failover.grace, () => {
      graces.delete(key);
      if (released || !options.stillGone(name, family)) return;
      const count = cutter?.cut(family, placeOf(name)) ?? 0;
      log.info(`cut ${count} connections of uplink ${name}`, { family, count });
    });
    graces.set(key, timer);
  };

  /** Copies are a luxury: where they cannot be had, switching goes on without. */
  const openReplayer = (): Replayer | undefined => {
    if (!replayWanted(failover) || dryRun) return undefined;
    const { group, keep, bytes } = failover.replay;
    try {
      const packetLog = parts.openPacketLog(group, replayCopyBytes);
      const classMarks = new Set<number>();
      return new Replayer({ parts, packetLog, clock, numbers, keepMs: keep, limitBytes: bytes, classMarks });
    } catch (error) {
      log.warning(`packets on their way will not be sent again when an uplink dies: ${messageOf(error)}`);
      return undefined;
    }
  };
  /** What left this long before the last answer came may have been lost already. */
  const leftSince = (family: IpFamily, name: string): Milliseconds => {
    const seen = options.lastSeen?.(name, family);
    if (seen?.lastAnswerMs === undefined) return -Infinity;
    return seen.lastAnswerMs - (seen.rttMs ?? 0) - Math.max(uncertainMs, 4 * (seen.jitterMs ?? 0));
  };

  /** Repairs what somebody else changed, some times a minute. */
  const inspect = () => {
    look = undefined;
    if (released || dryRun || !journal) return;
    for (const family of families) {
      const changes = difference(present(family), wanted(family));
      if (changes.length === 0) continue;
      const what = changes.map(commandText).join('; ');
      const nowMs = clock.monotonic();
      repairs = repairs.filter((atMs) => nowMs - atMs < minuteMs);
      if (repairs.length >= repairsAMinute) {
        options.onInterference(`somebody keeps changing our IPv${family} routes; left alone for a minute: ${what}`);
        look = clock.after(minuteMs, inspect);
        return;
      }
      repairs.push(nowMs);
      const problems = apply(changes);
      options.onInterference(`our IPv${family} routes were changed by somebody else, repaired: ${what}`);
      for (const problem of problems) log.warning(`uplinks: ${problem}`);
    }
  };

  /** From what is known to be there, so that nothing is read before a switch; reading back finds what differs. */
  const changesTo = (order: UplinkOrder): NetworkChange[] => {
    const routes = (one: UplinkOrder | undefined) =>
      one ? withLink(trafficRoutes(uplinks, one, failover, numbers)) : [];
    return difference({ routes: routes(orders.get(order.family)), rules: [] }, { routes: routes(order), rules: [] });
  };

  return {
    prepare: async (first) => {
      const left = await readJournal(disk, folder);
      if (left && !dryRun) {
        log.warning('removing what an earlier run set up for uplinks and did not take back');
        await removeSetup(left, parts);
        await removeJournal(disk, folder);
      }
      // Without having taken it away, what an earlier run left would look like somebody else's.
      if (!left || !dryRun) await refuseOthers();
      const settings = settingChanges(uplinks, failover, parts.settings);
      for (const order of first) orders.set(order.family, order);
      replayer = openReplayer();
      const script = ruleset(uplinks, numbers, replayer && { replayGroup: failover.replay.group });
      const lines = [...settings.map(({ path, after }) => `sysctl net/${path}=${after}`), `nft -f -\n${script}`];
      if (!dryRun) {
        const { mark, table, 'rule-priority': rulePriority } = failover;
        journal = {
          version: 1,
          numbers: { mark, table, 'rule-priority': rulePriority },
          uplinkCount: uplinks.length,
          settings,
        };
        await writeJournal(disk, folder, journal);
        for (const { path, after } of settings) parts.settings.write(path, after);
        await parts.applyNft(script);
        cutter = new Cutter(parts, numbers, clock);
      }
      for (const family of families) {
        const { commands, problems } = converge(family);
        lines.push(...commands.map((command) => `ip -${family} ${command}`));
        for (const problem of problems) log.warning(`uplinks: ${problem}`);
        if (!dryRun) rehearse(family);
      }
      return lines;
    },

    foresee: (order) => {
      const { family, serving, leaving } = order;
      const commands = changesTo(order).map(commandText);
      return { family, serving, left: leaving, commands, dryRun: true, verified: false, problems: [], tookMs: 0 };
    },

    serve: (order) => {
      const startMs = clock.monotonic();
      const { family } = order;
      const before = orders.get(family);
      const changes = changesTo(order);
      orders.set(family, order);
      const problems = apply(changes);
      if (!dryRun) {
        const former = failover.mode === 'failover' ? before?.serving.slice(0, 1) : [];
        const moved = new Set([...order.leaving, ...(former ?? []).filter((name) => name !== order.serving[0])]);
        for (const name of moved) cutter?.move(family, placeOf(name));
        for (const name of order.leaving) {
          const count = replayer?.replay(family, placeOf(name), leftSince(family, name)) ?? 0;
          if (count > 0) log.info(`sent ${count} packets again that uplink ${name} did not answer`, { family, count });
          startGrace(family, name);
        }
        for (const name of order.serving) graces.get(`${family} ${name}`)?.cancel();
      }
      const tookMs = clock.monotonic() - startMs;
      const commands = changes.map(commandText);
      if (!dryRun) {
        const rest = converge(family);
        commands.push(...rest.commands);
        problems.push(...rest.problems);
      }
      const verified = !dryRun && problems.length === 0;
      return { family, serving: order.serving, left: order.leaving, commands, dryRun, verified, problems, tookMs };
    },

    notice: (event) => {
      if (released || look) return;
      const ours =
        event.kind === 'lost' ||
        (event.kind === 'route' && owned.table(event.route.table)) ||
        (event.kind === 'rule' && event.rule.priority >= numbers.rules.specific && owned.rule(event.rule)) ||
        // Addresses have rules, and a device that is switched on again has lost its routes.
        ((event.kind === 'address' || event.kind === 'link') &&
          uplinks.some(({ device }) => device === (event.kind === 'link' ? event.link : event.address).device));
      if (ours) look = clock.after(settleMs, inspect);
    },

    release: async () => {
      released = true;
      look?.cancel();
      for (const timer of graces.values()) timer.cancel();
      if (journal) {
        await removeSetup(journal, parts);
        await removeJournal(disk, folder);
      }
      journal = undefined;
      replayer?.close();
      cutter?.close();
    },
  };
}

import {
  messageOf,
  type FailoverSettings,
  type IpFamily,
  type Milliseconds,
  type UplinkOpinion,
  type UplinkOrder,
  type UplinkReceipt,
  type UplinkSettings,
} from '../../model/index.ts';
import {
  commandLine,
  type Clock,
  type Disk,
  type LinuxParts,
  type Log,
  type NetworkEvent,
  type Timer,
} from '../../platform/index.ts';
import { formerUplinks } from './classes.ts';
import { refuseConflicts } from './conflicts.ts';
import { Cutter, movableOf } from './cutter.ts';
import { Degrader } from './degrader.ts';
import type { UplinkInterference } from './interference.ts';
import { readJournal, removeJournal } from './journal.ts';
import { KernelRouting } from './kernel-routing.ts';
import { removeSetup } from './leftovers.ts';
import { numbersOf } from './numbers.ts';
import { openReplayer } from './open-replayer.ts';
import type { Replayer } from './replayer.ts';
import { ruleset } from './ruleset.ts';
import { settingChanges } from './settings.ts';
import { Setup } from './setup.ts';
import { forgetCommand, nftCommand, settingCommand } from './shell-text.ts';

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
  onInterference(found: UplinkInterference): void;
}

export interface UplinkActor {
  /**
   * Removes what a crash left, then sets up. Lines say what was, or with `dry-run` would be, done. Throws CONFLICT and
   * what the machine refuses; then nothing is set up, and it may be called again.
   */
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
  const numbers = numbersOf(failover);
  const dryRun = failover['dry-run'];
  const routing = new KernelRouting(uplinks, failover, parts.network);
  const degrader = new Degrader(uplinks, failover, { applyNft: (script) => parts.applyNft(script), log });
  const orders = new Map<IpFamily, UplinkOrder>();
  const graces = new Map<string, Timer>();
  let setup = new Setup(options);
  let cutter: Cutter | undefined;
  let replayer: Replayer | undefined;
  let look: Timer | undefined;
  let repairs: Milliseconds[] = [];
  let released = false;

  const placeOf = (name: string) => uplinks.findIndex((uplink) => uplink.name === name);
  const formerOf = (before: UplinkOrder | undefined, order: UplinkOrder) =>
    formerUplinks(before, order, failover.mode, failover.classes);
  const forgetting = (before: UplinkOrder | undefined, order: UplinkOrder) =>
    [...formerOf(before, order)].map((name) => forgetCommand(order.family, movableOf(numbers, placeOf(name))));

  /** The first runs of any code are slow, and the first switch must not be: the same steps, on what is not there. */
  const rehearse = (family: IpFamily) => {
    const serving = orders.get(family)?.serving.slice(0, 1) ?? [];
    const order = { family, serving, leaving: [] };
    // Programs have no first run that is slower than the next.
    const rounds = parts.network.method === 'netlink' ? rehearsals : 1;
    const problems: string[] = [];
    for (let round = 0; round < rounds && problems.length === 0; round++) {
      parts.network.apply(routing.rehearsal(order, absentMetric));
      attempt(problems, () => parts.conntrack.flush(family, { mark: numbers.pokeMark, mask: numbers.uplinkMask }));
    }
    for (const problem of problems) log.warning(`uplinks: connections will neither be moved nor cut: ${problem}`);
  };

  /** The established connections stay for the grace, in case the uplink comes back. */
  const startGrace = (family: IpFamily, name: string) => {
    const key = `${family} ${name}`;
    graces.get(key)?.cancel();
    const timer = clock.after(failover.grace, () => {
      graces.delete(key);
      if (released || !options.stillGone(name, family)) return;
      const problems: string[] = [];
      attempt(problems, () => {
        const count = cutter?.cut(family, placeOf(name)) ?? 0;
        log.info(`cut ${count} connections of uplink ${name}`, { family, count });
      });
      for (const problem of problems) log.warning(`uplinks: connections of ${name} cannot be cut: ${problem}`);
    });
    graces.set(key, timer);
  };

  /** What left this long before the last answer came may have been lost already. */
  const leftSince = (family: IpFamily, name: string): Milliseconds => {
    const seen = options.lastSeen?.(name, family);
    if (seen?.lastAnswerMs === undefined) return -Infinity;
    return seen.lastAnswerMs - (seen.rttMs ?? 0) - Math.max(uncertainMs, 4 * (seen.jitterMs ?? 0));
  };

  /** The switch has happened already; what cannot be done to connections is told, and no reason to stop. */
  const attempt = (problems: string[], work: () => void) => {
    try {
      work();
    } catch (error) {
      problems.push(messageOf(error));
    }
  };

  /** Repairs what somebody else changed, some times a minute. */
  const inspect = () => {
    look = undefined;
    if (released || dryRun || !setup.stands) return;
    setup.complete();
    for (const family of routing.families) {
      const { changes, followed } = routing.inspect(family, orders.get(family));
      if (changes.length === 0) continue;
      const what = changes.map(commandLine).join('; ');
      if (followed) {
        log.info(`uplinks: followed a device, an address or a gateway: ${what}`, { family });
        for (const problem of routing.apply(changes)) log.warning(`uplinks: ${problem}`);
        continue;
      }
      const nowMs = clock.monotonic();
      repairs = repairs.filter((atMs) => nowMs - atMs < minuteMs);
      if (repairs.length >= repairsAMinute) {
        const text = `somebody keeps changing our IPv${family} routes; left alone for a minute: ${what}`;
        options.onInterference({ family, text });
        look = clock.after(minuteMs, inspect);
        return;
      }
      repairs.push(nowMs);
      const problems = routing.apply(changes);
      const repair = {
        family,
        serving: orders.get(family)?.serving ?? [],
        left: [],
        commands: changes.map(commandLine),
        dryRun,
        verified: problems.length === 0,
        problems,
        tookMs: clock.monotonic() - nowMs,
      };
      options.onInterference({
        family,
        text: `our IPv${family} routes were changed by somebody else, repaired: ${what}`,
        repair,
      });
      for (const problem of problems) log.warning(`uplinks: ${problem}`);
    }
  };

  const setUp = async (first: readonly UplinkOrder[]): Promise<string[]> => {
    const left = await readJournal(disk, folder);
    if (left && !dryRun) {
      log.warning('removing what an earlier run set up for uplinks and did not take back');
      await removeSetup(left, parts);
      await removeJournal(disk, folder);
    }
    // Without having taken it away, what an earlier run left would look like somebody else's.
    if (!left || !dryRun) await refuseConflicts(failover, uplinks.length, routing.families, parts);
    for (const limit of parts.limits) log.warning(`uplinks: ${limit}`);
    const settings = settingChanges(uplinks, failover, parts.settings);
    for (const order of first) orders.set(order.family, order);
    replayer = openReplayer(failover, { parts, clock, numbers, log });
    const { classes } = failover;
    const script = ruleset(uplinks, numbers, { classes, ...(replayer && { replayGroup: failover.replay.group }) });
    const lines = [...settings.map(settingCommand), nftCommand(script)];
    if (!dryRun) {
      await setup.begin(settings);
      await parts.applyNft(script);
      cutter = new Cutter(parts, numbers, clock);
    }
    for (const family of routing.families) {
      const { commands, problems } = routing.converge(family, orders.get(family));
      lines.push(...commands);
      for (const problem of problems) log.warning(`uplinks: ${problem}`);
      if (!dryRun) rehearse(family);
    }
    if (!dryRun) degrader.follow([...orders.values()]);
    return lines;
  };
  const takeDown = async () => {
    replayer?.close();
    replayer = undefined;
    cutter?.close();
    cutter = undefined;
    await degrader.settled();
    await setup.end();
  };

  return {
    prepare: async (first) => {
      try {
        return await setUp(first);
      } catch (error) {
        // What stays because it cannot be taken back stands in the journal, and goes first at the next attempt.
        await takeDown().catch((failure: unknown) => {
          log.warning(`uplinks: what was set up before is not taken back yet: ${messageOf(failure)}`);
        });
        setup = new Setup(options);
        throw error;
      }
    },

    foresee: (order) => {
      const { family, serving, leaving } = order;
      const before = orders.get(family);
      const commands = [...routing.changes(before, order).map(commandLine), ...forgetting(before, order)];
      return { family, serving, left: leaving, commands, dryRun: true, verified: false, problems: [], tookMs: 0 };
    },

    serve: (order) => {
      const startMs = clock.monotonic();
      const { family } = order;
      const before = orders.get(family);
      const changes = routing.changes(before, order);
      orders.set(family, order);
      const problems = routing.apply(changes);
      if (!dryRun) {
        for (const name of formerOf(before, order)) attempt(problems, () => cutter?.move(family, placeOf(name)));
        for (const name of order.leaving) {
          attempt(problems, () => {
            const count = replayer?.replay(family, placeOf(name), leftSince(family, name)) ?? 0;
            if (count > 0)
              log.info(`sent ${count} packets again that uplink ${name} did not answer`, { family, count });
          });
          startGrace(family, name);
        }
        for (const name of order.serving) graces.get(`${family} ${name}`)?.cancel();
      }
      const tookMs = clock.monotonic() - startMs;
      const commands = [...changes.map(commandLine), ...forgetting(before, order)];
      if (!dryRun) {
        const rest = routing.converge(family, order);
        commands.push(...rest.commands);
        problems.push(...rest.problems);
        degrader.follow([...orders.values()]);
      }
      const verified = !dryRun && problems.length === 0;
      return { family, serving: order.serving, left: order.leaving, commands, dryRun, verified, problems, tookMs };
    },

    notice: (event) => {
      if (released || look) return;
      if (routing.concerns(event)) look = clock.after(settleMs, inspect);
    },

    release: async () => {
      released = true;
      look?.cancel();
      for (const timer of graces.values()) timer.cancel();
      await takeDown();
    },
  };
}

import {
  gatewayOf,
  messageOf,
  QwError,
  type FailoverSettings,
  type IpFamily,
  type Milliseconds,
  type UplinkOrder,
  type UplinkReceipt,
  type UplinkRouter,
  type UplinkSettings,
} from '../../model/index.ts';
import { readSecret, redact, type Clock, type Disk, type Log, type Secret, type Timer } from '../../platform/index.ts';
import type { UplinkInterference } from '../uplinks/interference.ts';
import type { UplinkActor } from '../uplinks/linux-actor.ts';
import { openRouter, RouterError, type RouterClient } from './client.ts';
import { removeMarked } from './connections.ts';
import { isOurs, readRouterJournal, removeRouterJournal, writeRouterJournal } from './uplink-journal.ts';
import { refuseUnfit } from './uplink-refusals.ts';
import { RouteSwitch } from './uplink-switch.ts';
import {
  bodyOf,
  changesFor,
  findAgain,
  findRoutes,
  menuOf,
  notFound,
  readRoute,
  requestText,
} from './uplink-routes.ts';
import { sameState, type RouterRoute } from './uplink-routes.ts';

export interface RouterOsUplinkActorOptions {
  uplinks: readonly UplinkSettings[];
  failover: Pick<FailoverSettings, 'mode' | 'dry-run' | 'grace'>;
  router: UplinkRouter;
  clock: Clock;
  disk: Disk;
  /** Where it is written down what was changed. */
  folder: string;
  log: Log;
  /** Asked when the grace of an uplink that was left is over: only what is still dead or bad is cut. */
  stillGone(uplink: string, family: IpFamily): boolean;
  onInterference(found: UplinkInterference): void;
}

/** The face of the actor of this machine, but for the switch: the router is asked over the network. */
export interface RouterOsUplinkActor extends Omit<UplinkActor, 'serve'> {
  /** Done and read back when it resolves; never rejects. `tookMs` is until the router had taken all changes. */
  serve(order: UplinkOrder): Promise<UplinkReceipt>;
  /** Why the router cannot be asked now; undefined while it can. */
  problem(): string | undefined;
}

/** The kept connection stays open, and what somebody else changed is seen. */
const lookEveryMs: Milliseconds = 10_000;

/** Creates the actor that switches the default routes of a RouterOS router. */
export function createRouterOsUplinkActor(options: RouterOsUplinkActorOptions): RouterOsUplinkActor {
  const { uplinks, failover, router, clock, disk, folder, log } = options;
  const { method } = router;
  const dryRun = failover['dry-run'];
  const families = ([4, 6] as const).filter((family) => uplinks.some((one) => gatewayOf(one, family) !== undefined));
  const ending = new AbortController();
  const secrets: Secret[] = [];
  const orders = new Map<IpFamily, UplinkOrder>();
  const graces = new Map<string, Timer>();
  let routes: RouterRoute[] = [];
  let client: RouterClient | undefined;
  let look: Timer | undefined;
  let trouble: string | undefined;
  let written = false;
  let released = false;
  /** One thing after the other: two orders at once would mix. */
  let tail: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work);
    tail = result.catch(() => {});
    return result;
  };
  const said = (error: unknown) => redact(messageOf(error), secrets);

  const open = async (): Promise<RouterClient> => {
    const { url, user, timeout, 'password-file': file, 'certificate-sha256': certificateSha256 } = router.routeros;
    const password = await readSecret({ file }, { warn: (message) => log.warning(message) });
    // The file may hold another one by now.
    if (!secrets.some((known) => known.reveal() === password.reveal())) secrets.push(password);
    const pin = certificateSha256 === undefined ? {} : { certificateSha256 };
    return openRouter({ url, user, password, ...pin, timeoutMs: timeout, signal: ending.signal });
  };

  const resolveAll = async (on: RouterClient): Promise<RouterRoute[]> => {
    const found: RouterRoute[] = [];
    for (const family of families) {
      for (const uplink of uplinks) {
        const comment = router.routes[uplink.name];
        if (comment === undefined || gatewayOf(uplink, family) === undefined) continue;
        const rows = await findRoutes(on, menuOf(family), comment);
        found.push(...rows.map((row) => ({ ...row, uplink: uplink.name, family })));
      }
    }
    return found;
  };

  /** A crash left routes as they were switched: what they were before stands in the journal, not on the router. */
  const adopt = async (on: RouterClient): Promise<void> => {
    const left = await readRouterJournal(disk, folder);
    if (!left) return;
    if (left.url !== router.routeros.url) {
      throw new QwError('CONFLICT', `routes of another router were changed and not put back: ${left.url}`, {
        where: folder,
        hint: 'start with that router once more, or put its routes back by hand and remove uplinks-router.json',
      });
    }
    for (const { own, ...named } of left.routes) {
      const same = (route: Omit<RouterRoute, 'uplink' | 'family'>) => isOurs(route, { ...named, own }, left.method);
      const kept = routes.find(same);
      if (kept) kept.own = own;
      else if (!dryRun && !routes.some(({ menu, comment }) => menu === named.menu && comment === named.comment)) {
        const rows = await findRoutes(on, named.menu, named.comment).catch(() => []);
        const gone = rows.find(same);
        if (gone && !sameState(gone.now, own)) await on.set(gone.menu, gone.id, bodyOf(gone.now, own));
      }
    }
  };

  const perform = async (order: UplinkOrder): Promise<UplinkReceipt> => {
    const { family, serving, leaving: left } = order;
    const startMs = clock.monotonic();
    const changes = changesFor(order, routes, method);
    const commands = changes.map(({ route, wanted }) => requestText(route, bodyOf(route.now, wanted)));
    const receipt = { family, serving, left, commands, dryRun, verified: false, problems: [], tookMs: 0 };
    if (dryRun) return receipt;
    if (!client) return { ...receipt, problems: ['the router was not prepared'] };
    const superseded = () => released || orders.get(family) !== order;
    const attempt = new RouteSwitch(client, clock, said, superseded);
    const problems = await attempt.make(changes);
    const tookMs = clock.monotonic() - startMs;
    if (problems.length === 0) problems.push(...(await attempt.readBack(changes, serving[0])));
    return { ...receipt, commands: attempt.sent, problems, verified: problems.length === 0, tookMs };
  };

  const cut = async (family: IpFamily, uplink: string, mark: string) => {
    // On a connection of its own: a switch must not wait behind thousands of removals.
    const own = await open();
    try {
      const menu = family === 4 ? 'ip/firewall/connection' : 'ipv6/firewall/connection';
      const { removed, of } = await removeMarked(own, menu, mark);
      log.info(`removed ${removed} of ${of} connections of uplink ${uplink}`, { family, removed, of });
    } catch (error) {
      log.warning(`connections of uplink ${uplink} were not removed: ${said(error)}`);
    } finally {
      own.close();
    }
  };
  const startGrace = (family: IpFamily, uplink: string) => {
    const mark = router['connection-marks'][uplink];
    if (mark === undefined) return;
    const key = `${family} ${uplink}`;
    graces.get(key)?.cancel();
    const timer = clock.after(failover.grace, () => {
      graces.delete(key);
      if (!released && options.stillGone(uplink, family)) void cut(family, uplink, mark);
    });
    graces.set(key, timer);
  };

  /** What somebody else did to a route since it was last looked at; undefined when nothing. */
  const lookAt = async (on: RouterClient, route: RouterRoute): Promise<string | undefined> => {
    const { now, id, comment } = route;
    try {
      const { state } = await readRoute(on, route);
      route.now = state;
      const changed = now !== undefined && !sameState(now, state);
      return changed ? `${comment} has disabled=${state.disabled} distance=${state.distance}` : undefined;
    } catch (error) {
      if (!(error instanceof RouterError) || error.status !== notFound) throw error;
      await findAgain(on, route);
      // After the router was out of reach it may have started anew, with other ids.
      if (now === undefined) return undefined;
      return `${comment} has the id ${route.id} now, no longer ${id}`;
    }
  };
  const inspect = async (on: RouterClient) => {
    const foreign = new Map<IpFamily, string[]>();
    for (const route of routes) {
      if (released) return;
      const found = await lookAt(on, route);
      if (found !== undefined) foreign.set(route.family, [...(foreign.get(route.family) ?? []), found]);
    }
    for (const order of orders.values()) {
      const { family } = order;
      const repair = await perform(order);
      for (const problem of repair.problems) log.warning(`uplinks: ${problem}`, { family });
      const found = foreign.get(family);
      if (!found) continue;
      const text = `our routes were changed by somebody else: ${found.join('; ')}`;
      options.onInterference({ family, text, ...(repair.commands.length > 0 && { repair }) });
    }
  };
  const lookLater = (on: RouterClient) => {
    look = clock.after(lookEveryMs, () => {
      const done = inTurn(() => inspect(on)).then(
        () => (trouble = undefined),
        (error: unknown) => {
          const text = `the router of the uplinks: ${said(error)}`;
          if (trouble === undefined) log.warning(text);
          trouble = text;
          for (const route of routes) route.now = undefined;
        },
      );
      void done.then(() => {
        if (!released) lookLater(on);
      });
    });
  };

  return {
    prepare: async (first) => {
      const opened = await open();
      client = opened;
      try {
        routes = await resolveAll(opened);
        await adopt(opened);
        refuseUnfit(routes, uplinks, failover.mode);
      } catch (error) {
        opened.close();
        if (error instanceof QwError) throw error;
        throw new QwError('CONFLICT', `the router of the uplinks: ${said(error)}`, { where: router.routeros.url });
      }
      if (!dryRun) {
        written = true;
        const kept = routes.map(({ menu, comment, destination, gateway, own }) => {
          return { menu, comment, destination, gateway, own };
        });
        const { url, insecure: _, ...access } = router.routeros;
        await writeRouterJournal(disk, folder, { version: 1, url, access, method, routes: kept });
      }
      const lines: string[] = [];
      for (const order of first) {
        orders.set(order.family, order);
        const { commands, problems } = await inTurn(() => perform(order));
        lines.push(...commands);
        for (const problem of problems) log.warning(`uplinks: ${problem}`);
      }
      if (!dryRun) lookLater(opened);
      return lines;
    },

    foresee: ({ family, serving, leaving: left }) => {
      const changes = changesFor({ family, serving, leaving: left }, routes, method);
      const commands = changes.map(({ route, wanted }) => requestText(route, bodyOf(route.now, wanted)));
      return { family, serving, left, commands, dryRun: true, verified: false, problems: [], tookMs: 0 };
    },

    serve: async (order) => {
      const { family } = order;
      orders.set(family, order);
      const receipt = await inTurn(() => perform(order));
      if (!dryRun && orders.get(family) === order) {
        for (const name of order.leaving) startGrace(family, name);
        for (const name of order.serving) graces.get(`${family} ${name}`)?.cancel();
      }
      return receipt;
    },

    problem: () => trouble,

    // The events are those of this machine's kernel, which has none of these routes.
    notice: () => {},

    release: async () => {
      released = true;
      look?.cancel();
      for (const timer of graces.values()) timer.cancel();
      await tail;
      if (client && written) {
        const attempt = new RouteSwitch(client, clock, said, () => false);
        const problems = await attempt.restore(routes);
        for (const problem of problems) log.warning(`uplinks: not put back: ${problem}`);
        // What could not be put back is put back at the next start.
        if (problems.length === 0) await removeRouterJournal(disk, folder);
      }
      ending.abort();
      client?.close();
    },
  };
}

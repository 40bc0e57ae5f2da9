import type { Milliseconds } from '../../model/index.ts';
import { sleep, type Clock } from '../../platform/index.ts';
import { RouterError, type RouterClient } from './client.ts';
import { bodyOf, findAgain, notFound, readRoute, requestText, sameState } from './uplink-routes.ts';
import type { RouteChange, RouterRoute, RouteState } from './uplink-routes.ts';

/** The router needs a moment until a changed route is active. */
const settleTries = 4;
const settleMs: Milliseconds = 100;
const serverFault = 500;

/** One try to change routes: in order, one request each, all or nothing, read back. */
export class RouteSwitch {
  /** The requests that were made. */
  readonly sent: string[] = [];
  readonly #router: RouterClient;
  readonly #clock: Clock;
  readonly #said: (error: unknown) => string;
  readonly #superseded: () => boolean;

  constructor(router: RouterClient, clock: Clock, said: (error: unknown) => string, superseded: () => boolean) {
    this.#router = router;
    this.#clock = clock;
    this.#said = said;
    this.#superseded = superseded;
  }

  /** The problems; where there is one and no newer order waits, what was changed before it is changed back. */
  async make(changes: readonly RouteChange[]): Promise<string[]> {
    const done: { route: RouterRoute; before: RouteState }[] = [];
    for (const { route, wanted } of changes) {
      if (this.#superseded()) return ['superseded by a newer order'];
      const before = route.now ?? route.own;
      try {
        await this.#set(route, wanted);
        done.push({ route, before });
      } catch (error) {
        const problems = [`${route.comment}: ${this.#said(error)}`];
        if (this.#superseded()) return [...problems, 'superseded by a newer order'];
        // Refused is not changed; anything else may have been carried out all the same.
        if (!refused(error)) done.push({ route, before });
        for (const { route: changed, before: back } of done.toReversed()) {
          await this.#set(changed, back).catch((failure: unknown) => {
            problems.push(`${changed.comment} could not be changed back: ${this.#said(failure)}`);
          });
        }
        return problems;
      }
    }
    return [];
  }

  /** What the router has instead of what was wanted; `first` is the uplink that must be carrying traffic. */
  async readBack(changes: readonly RouteChange[], first: string | undefined): Promise<string[]> {
    const problems: string[] = [];
    for (const { route, wanted } of changes) {
      try {
        for (let tries = 1; ; tries++) {
          const { state, active } = await readRoute(this.#router, route);
          route.now = state;
          const same = sameState(state, wanted);
          if (same && (active || route.uplink !== first)) break;
          if (tries < settleTries && !this.#superseded()) {
            await sleep(this.#clock, settleMs);
            continue;
          }
          const what = `disabled=${state.disabled} distance=${state.distance} active=${active}`;
          problems.push(`${route.comment}: took the change, but reads back ${what}`);
          break;
        }
      } catch (error) {
        route.now = undefined;
        problems.push(`${route.comment}: changed, but not read back: ${this.#said(error)}`);
      }
    }
    return problems;
  }

  /** Puts back what was, except where somebody has changed it since; the problems. */
  async restore(routes: readonly RouterRoute[]): Promise<string[]> {
    const problems: string[] = [];
    // What was disabled by its owner goes last, so that there is never a moment without a route.
    for (const route of routes.toSorted((a, b) => Number(a.own.disabled) - Number(b.own.disabled))) {
      try {
        const ours = route.now;
        await findAgain(this.#router, route);
        if (ours && !sameState(route.now, ours)) continue;
        if (!sameState(route.now, route.own)) await this.#set(route, route.own);
      } catch (error) {
        problems.push(`${route.comment}: ${this.#said(error)}`);
      }
    }
    return problems;
  }

  /** Setting the same twice is setting it once, so what was not answered is sent a second time. */
  async #set(route: RouterRoute, wanted: RouteState): Promise<void> {
    try {
      // Without the connection the router may be a newly started one, where the id can be another row's.
      if (!this.#router.kept()) await findAgain(this.#router, route);
      await this.#send(route, wanted);
    } catch (error) {
      const { status = serverFault } = error instanceof RouterError ? error : { status: 0 };
      if (this.#superseded() || (status !== notFound && status < serverFault)) throw error;
      // The router may have been started anew meanwhile, with other ids.
      await findAgain(this.#router, route);
      route.now = undefined;
      await this.#send(route, wanted);
    }
  }

  async #send(route: RouterRoute, wanted: RouteState): Promise<void> {
    const body = bodyOf(route.now, wanted);
    if (Object.keys(body).length === 0) return;
    const before = route.now;
    route.now = undefined;
    this.sent.push(requestText(route, body));
    try {
      await this.#router.set(route.menu, route.id, body);
      route.now = wanted;
    } catch (error) {
      if (refused(error)) route.now = before;
      throw error;
    }
  }
}

/** The router understood, and did not do it. */
function refused(error: unknown): boolean {
  const status = error instanceof RouterError ? error.status : undefined;
  return status !== undefined && status >= 400 && status < serverFault;
}

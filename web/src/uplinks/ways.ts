import type { ApiSwitchAnswer, ApiUplinkFamily, ApiUplinks } from '../../../src/model/index.ts';

/** What carries new connections, and what would after a switch. */

/** Whether nothing is left to be switched to an uplink. */
export function carriesAll(status: ApiUplinks, uplink: string): boolean {
  const families = status.uplinks.find(({ name }) => name === uplink)?.families ?? [];
  return families.length > 0 && families.every(({ serving }) => serving === true);
}

/** What carries new connections of a family: with failover the first alone. */
export function carriersOf(status: ApiUplinks, family: 4 | 6): readonly string[] {
  const names = status.serving.find((one) => one.family === family)?.uplinks ?? [];
  return status.policy.mode === 'failover' ? names.slice(0, 1) : names;
}

interface Way {
  name: string;
  state: ApiUplinkFamily['state'];
}

/** All uplinks of a family: those that carry, and the others as they would come next, then those that would not. */
export function waysOf(status: ApiUplinks, family: 4 | 6): { carriers: Way[]; others: Way[] } {
  const served = status.serving.find((one) => one.family === family)?.uplinks ?? [];
  const carrying = carriersOf(status, family);
  const place = (name: string) => (served.includes(name) ? served.indexOf(name) : served.length);
  const ways = status.uplinks
    .toSorted((a, b) => a.priority - b.priority)
    .flatMap(({ name, families }): Way[] =>
      families.flatMap((one) => (one.family === family ? [{ name, state: one.state }] : [])),
    )
    .sort((a, b) => place(a.name) - place(b.name));
  return {
    carriers: ways.filter(({ name }) => carrying.includes(name)),
    others: ways.filter(({ name }) => !carrying.includes(name)),
  };
}

export interface Effects {
  /** Families whose traffic goes another way. */
  moves: { family: 4 | 6; from: readonly string[]; to: readonly string[] }[];
  /** Left in good health: open TCP connections stay there. */
  kept: string[];
  /** Left because they failed: open TCP connections are cut. */
  cut: string[];
}

/** What the answer to a dry run means for connections. A spare that comes or goes moves nothing. */
export function effectsOf(plan: ApiSwitchAnswer['receipts'], status: ApiUplinks): Effects {
  const carrying = (serving: readonly string[]) => (status.policy.mode === 'failover' ? serving.slice(0, 1) : serving);
  const moves = plan
    .map(({ family, serving }) => ({ family, from: carriersOf(status, family), to: carrying(serving) }))
    .filter(({ from, to }) => from.join('\n') !== to.join('\n'));
  const left = new Set(moves.flatMap(({ from, to }) => from.filter((name) => !to.includes(name))));
  const failed = new Set(plan.flatMap((receipt) => receipt.left));
  return { moves, kept: [...left].filter((name) => !failed.has(name)), cut: [...failed] };
}

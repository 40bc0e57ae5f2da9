import type { Check } from '../../model/index.ts';

/**
 * Who depends on whom. The configuration has been validated: names are known and there is no circle. All walks are
 * loops, for a chain of a hundred thousand checks must not overflow the stack.
 */
export class Dependencies {
  readonly #parents = new Map<string, readonly string[]>();
  readonly #children = new Map<string, string[]>();
  readonly #depth = new Map<string, number>();

  constructor(checks: readonly Pick<Check, 'name' | 'depends-on'>[]) {
    for (const check of checks) {
      if (check['depends-on'].length === 0) continue;
      this.#parents.set(check.name, check['depends-on']);
      for (const parent of check['depends-on']) {
        const children = this.#children.get(parent);
        if (children) children.push(check.name);
        else this.#children.set(parent, [check.name]);
      }
    }
    this.#measure();
  }

  /** 0 for a check that depends on nothing, else one more than its deepest parent: parents sort before children. */
  depth(check: string): number {
    return this.#depth.get(check) ?? 0;
  }

  /** The nearest ancestor for which `explains` holds, breadth first in the order of the configuration. */
  nearest(check: string, explains: (ancestor: string) => boolean): string | undefined {
    for (const ancestor of walk(check, this.#parents)) if (explains(ancestor)) return ancestor;
    return undefined;
  }

  /** All that depend on the check, directly or through others. */
  dependants(check: string): Iterable<string> {
    return walk(check, this.#children);
  }

  #measure(): void {
    // Kahn's order from the roots: each edge is looked at once.
    const waitingFor = new Map([...this.#parents].map(([name, parents]) => [name, new Set(parents).size]));
    const ready = [...this.#children.keys()].filter((name) => !waitingFor.has(name));
    for (const name of ready) {
      for (const child of new Set(this.#children.get(name))) {
        this.#depth.set(child, Math.max(this.depth(child), this.depth(name) + 1));
        const left = (waitingFor.get(child) ?? 1) - 1;
        waitingFor.set(child, left);
        if (left === 0) ready.push(child);
      }
    }
  }
}

function* walk(from: string, edges: ReadonlyMap<string, readonly string[]>): Generator<string> {
  const seen = new Set([from]);
  const queue = [...(edges.get(from) ?? [])];
  for (const name of queue) {
    if (seen.has(name)) continue;
    seen.add(name);
    yield name;
    queue.push(...(edges.get(name) ?? []));
  }
}

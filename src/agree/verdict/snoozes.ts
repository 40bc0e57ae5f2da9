import { matchesSelector, type EpochMs, type Snooze } from '../../model/index.ts';
import type { PlannedCheck } from './plan.ts';

/** A check, and the policy that it or the resource that it is stands for. */
type Quietened = Pick<PlannedCheck, 'check' | 'policy'>;

/** The snoozes that had not ended at the last change of any. Never changed in place. */
export class Snoozes {
  /** Oldest first. */
  readonly list: readonly Snooze[];
  /** Thousands of checks may ask at each tick: what names one of them is found without looking at all snoozes. */
  readonly #named = new Map<string, Snooze[]>();
  readonly #selecting: readonly (readonly [selector: string, snooze: Snooze])[];

  constructor(list: readonly Snooze[]) {
    this.list = list;
    for (const snooze of list) {
      const key = keyOf(snooze);
      if (key !== undefined) this.#named.set(key, [...(this.#named.get(key) ?? []), snooze]);
    }
    this.#selecting = list.flatMap((snooze) =>
      'select' in snooze.scope ? [[snooze.scope.select, snooze] as const] : [],
    );
  }

  /** After an entry: what has ended since is forgotten too. */
  with(snooze: Snooze, at: EpochMs): Snoozes {
    const others = this.list.filter(({ id, until }) => id !== snooze.id && until > at);
    return new Snoozes(snooze.ended ? others : [...others, snooze]);
  }

  /** The one that keeps the check quiet at the time, and the longest of them where there are several. */
  over({ check, policy }: Quietened, incident: string | undefined, at: EpochMs): Snooze | undefined {
    if (this.list.length === 0) return undefined;
    const keys = [`check ${check.name}`];
    // Who names a policy as a check means all of it.
    if (policy) keys.push(`policy ${policy.name}`, `check ${policy.name}`);
    if (incident !== undefined) keys.push(`incident ${incident}`);
    const labels = labelsOf({ check, policy });
    const named = new Set(keys.flatMap((key) => this.#named.get(key) ?? []));
    const found = [
      ...named,
      ...this.#selecting.filter(([selector]) => matchesSelector(selector, labels)).map(([, snooze]) => snooze),
    ].filter(({ from, until }) => from <= at && at < until);
    return found.reduce<Snooze | undefined>(
      (longest, one) => (longest && longest.until >= one.until ? longest : one),
      undefined,
    );
  }
}

export const noSnoozes = new Snoozes([]);

/** Whether the check may neither open an incident nor tell anybody new of the one that it has. */
export function isSnoozed(
  store: { readonly snoozes: Snoozes; check(name: string): { readonly incident?: string } | undefined },
  planned: Quietened,
  at: EpochMs,
): boolean {
  return store.snoozes.over(planned, store.check(planned.check.name)?.incident, at) !== undefined;
}

function keyOf({ scope }: Snooze): string | undefined {
  if ('check' in scope) return `check ${scope.check}`;
  if ('policy' in scope) return `policy ${scope.policy}`;
  return 'incident' in scope ? `incident ${scope.incident}` : undefined;
}

/** What a selector sees: the labels, and what routes see of a check besides. */
function labelsOf({ check, policy }: { check: Quietened['check']; policy: Quietened['policy'] | undefined }) {
  return {
    ...(check.group !== undefined && { group: check.group }),
    ...(check.target !== undefined && { target: check.target }),
    ...check.labels,
    check: check.name,
    type: check.type,
    ...(policy && { policy: policy.name }),
  };
}

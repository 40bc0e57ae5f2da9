import type { View } from '../../agree/index.ts';
import { quorumNeed, type EpochMs, type LedgerRecord, type Membership, type VerdictState } from '../../model/index.ts';
import type { QuorumState, StandingVerdict } from '../../report/index.ts';
import type { Standing } from './readings/index.ts';

/** How many members may be missing, and are: nothing can be decided once fewer are there than must agree. */
export function quorumStateOf({ watchers, protocol }: Membership, missing: readonly string[]): QuorumState {
  const members = watchers.filter(({ role }) => role === 'member').map(({ id }) => id);
  const need = quorumNeed({ rule: protocol === 'pbft' ? 'bft' : 'majority' }, members.length);
  const spare = members.filter((id) => !missing.includes(id)).length - need;
  if (spare < 0) return 'lost';
  if (spare === 0 && members.length > need) return 'critical';
  return spare < members.length - need ? 'reduced' : 'whole';
}

export interface LiveStandingParts {
  view: () => Pick<View, 'checks' | 'membership' | 'silent'>;
  /** Watchers that this one does not hear. */
  unheard: () => readonly string[];
}

/** So many changes are remembered: those of the seconds between a time of evaluation and its turn. */
const maxChanges = 10_000;

/** Verdicts as they were some seconds ago, and the cluster as it is. */
export class LiveStanding implements Standing {
  readonly #parts: LiveStandingParts;
  #changes: { time: EpochMs; check: string; from: VerdictState }[] = [];

  constructor(parts: LiveStandingParts) {
    this.#parts = parts;
  }

  onEntry(entry: LedgerRecord): void {
    if (entry.kind !== 'transition') return;
    const { check, from } = entry.body;
    this.#changes.push({ time: entry.time, check, from });
    if (this.#changes.length > 2 * maxChanges) this.#changes = this.#changes.slice(-maxChanges);
  }

  *verdicts(at: EpochMs): Generator<StandingVerdict> {
    const former = new Map<string, VerdictState>();
    for (let i = this.#changes.length - 1; i >= 0; i--) {
      const change = this.#changes[i];
      if (!change || change.time <= at) break;
      former.set(change.check, change.from);
    }
    for (const { check, verdict } of this.#parts.view().checks()) {
      if (check.disabled) continue;
      yield { check: check.name, labels: check.labels, verdict: former.get(check.name) ?? verdict };
    }
  }

  quorum(): QuorumState {
    const { membership, silent } = this.#parts.view();
    return quorumStateOf(membership, [...silent, ...this.#parts.unheard()]);
  }
}

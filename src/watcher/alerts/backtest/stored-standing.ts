import type { View } from '../../../agree/index.ts';
import type { EpochMs, LedgerRecord, VerdictState } from '../../../model/index.ts';
import type { QuorumState, StandingVerdict } from '../../../report/index.ts';
import type { Standing } from '../readings/index.ts';
import { quorumStateOf } from '../standing.ts';

/** The ledger as a back-test reads it: entries from a position on, in order. */
export interface PastEntries {
  /** How many there are. */
  count: () => number;
  read: (from: number, limit: number) => Promise<readonly LedgerRecord[]>;
}

export interface PastChange {
  time: EpochMs;
  check: string;
  from: VerdictState;
  to: VerdictState;
}

/** Whom the watcher said that it did not hear. */
interface PastSilence {
  time: EpochMs;
  silent: readonly string[];
}

/** A back-test walks no further through the ledger than this. */
const maxEntries = 500_000;
const readAtOnce = 1000;

/** Verdicts and the quorum of a time that is over, from the ledger; times are asked for in ascending order. */
export class StoredStanding implements Standing {
  /** Oldest first, from the beginning of the time on. */
  readonly changes: readonly PastChange[];
  /** There was more in the ledger than is looked at. */
  readonly isCut: boolean;
  readonly #view: Pick<View, 'checks' | 'membership'>;
  readonly #verdicts = new Map<string, VerdictState>();
  readonly #missing: readonly PastSilence[];
  #next = 0;

  static async load(
    self: string,
    view: Pick<View, 'checks' | 'membership'>,
    entries: PastEntries,
    from: EpochMs,
    signal?: AbortSignal,
  ): Promise<StoredStanding> {
    const changes: PastChange[] = [];
    const missing: PastSilence[] = [];
    const count = entries.count();
    const begin = await firstSince(entries, from);
    const end = Math.min(count, begin + maxEntries);
    for (let next = begin; next < end;) {
      signal?.throwIfAborted();
      const read = await entries.read(next, Math.min(readAtOnce, end - next));
      if (read.length === 0) break;
      for (const { kind, time, body } of read) {
        if (kind === 'transition') changes.push({ time, check: body.check, from: body.from, to: body.to });
        if (kind === 'presence' && body.watcher === self) missing.push({ time, silent: body.silent });
      }
      next = (read.at(-1)?.position ?? end) + 1;
    }
    return new StoredStanding(view, changes, missing, end < count);
  }

  private constructor(
    view: Pick<View, 'checks' | 'membership'>,
    changes: readonly PastChange[],
    missing: readonly PastSilence[],
    isCut: boolean,
  ) {
    this.#view = view;
    this.changes = changes;
    this.#missing = missing;
    this.isCut = isCut;
    // Before its first change a check was what it changed from; without any it was what it is.
    for (const { check, verdict } of view.checks()) this.#verdicts.set(check.name, verdict);
    for (const { check, from } of [...changes].reverse()) this.#verdicts.set(check, from);
  }

  /** What a check was at the beginning. */
  verdictAtBegin(check: string): VerdictState {
    return this.changes.find((change) => change.check === check)?.from ?? this.#verdicts.get(check) ?? 'unknown';
  }

  *verdicts(at: EpochMs): Generator<StandingVerdict> {
    for (; ; this.#next++) {
      const change = this.changes[this.#next];
      if (!change || change.time > at) break;
      this.#verdicts.set(change.check, change.to);
    }
    for (const { check } of this.#view.checks()) {
      if (check.disabled) continue;
      yield { check: check.name, labels: check.labels, verdict: this.#verdicts.get(check.name) ?? 'unknown' };
    }
  }

  quorum(at: EpochMs): QuorumState {
    const said = this.#missing.findLast(({ time }) => time <= at);
    return quorumStateOf(this.#view.membership, said?.silent ?? []);
  }
}

/** The first position whose time is not before; times ascend with positions. */
async function firstSince(entries: PastEntries, at: EpochMs): Promise<number> {
  let [low, high] = [0, entries.count()];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await entries.read(middle, 1);
    if (!entry || entry.time >= at) high = middle;
    else low = middle + 1;
  }
  return low;
}

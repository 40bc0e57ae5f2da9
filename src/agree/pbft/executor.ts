import { assert } from '../../model/index.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Bundle, BundleReference } from './messages.ts';
import type { RequestPool } from './request-pool.ts';
import type { Shared } from './shared.ts';
import type { SlotLog } from './slot-log.ts';

interface ExecutorParts {
  shared: Shared;
  slots: SlotLog;
  pool: RequestPool;
  checkpoints: Checkpoints;
  /** Bundles were executed, for the first time or again. */
  onExecuted: (bundle: Bundle) => void;
}

/** Hands out what is committed, in order, each bundle once for ever, and the next only when the owner has executed the last. */
export class Executor {
  readonly #parts: ExecutorParts;
  /** Executed since the last question. */
  #progressed = { sequences: 0, requests: 0 };

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  /** What was executed since the last call. */
  takeProgress(): { sequences: number; requests: number } {
    const progressed = this.#progressed;
    this.#progressed = { sequences: 0, requests: 0 };
    return progressed;
  }

  /** Whether there was a batch to hand out. */
  execute(): boolean {
    const { shared, slots, pool, checkpoints, onExecuted } = this.#parts;
    const { state } = checkpoints;
    // The owner's answer may end the epoch, and then there is no next batch.
    if (!shared.isSound || state.rooted < state.sequence || shared.endsAt !== undefined) return false;
    const slot = slots.peek(state.sequence + 1);
    if (!slot?.committed) return false;
    const proposal = slot.find(slot.committed.digest);
    assert(proposal, 'what is committed was prepared or learned here, with its content');
    const { time, fresh } = checkpoints.execute(slot.sequence, proposal);
    const requests = proposal.bundles.flatMap(({ digest }, at) => {
      const bundle = pool.get(digest);
      if (bundle) onExecuted(bundle);
      if (!fresh[at]) return [];
      assert(bundle, 'the content of what is committed is here');
      return bundle.requests;
    });
    const isStale = ({ client, number }: BundleReference) => !state.clients.accepts(client, number);
    pool.executed(proposal.bundles, slot.sequence, isStale);
    this.#progressed.sequences += 1;
    this.#progressed.requests += requests.length;
    const batch = { sequence: slot.sequence, time, requests, certificate: slot.committed };
    shared.outbox.apply({ ...batch, lsn: checkpoints.floor() }, slot.preparedEnd);
    return true;
  }
}

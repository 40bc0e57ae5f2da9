import type { ParticipantId } from '../protocol.ts';
import type { RaftMessage } from './messages.ts';
import type { Progress } from './progress.ts';
import type { RaftState } from './state.ts';

type AppendReply = Extract<RaftMessage, { type: 'append-reply' }>;
type SnapshotReply = Extract<RaftMessage, { type: 'snapshot-reply' }>;

/** Brings one follower up to the leader's log: finds where they agree, streams, or sends a state (3.5, 5.3, 10.2.1). */
export class Replicator {
  readonly #state: RaftState;

  constructor(state: RaftState) {
    this.#state = state;
  }

  /** Sends what the follower lacks, as far as its window has room. */
  replicate(to: ParticipantId, progress: Progress): void {
    const { log, commit, limits } = this.#state;
    while (!progress.waiting && progress.inflight < limits.maxInflightAppends) {
      const news = progress.next <= log.lastIndex || (progress.mode === 'probe' && progress.match === 0);
      if (progress.mode !== 'snapshot' && !news && progress.toldCommit >= commit) return;
      if (!this.#send(to, progress, false)) return;
    }
  }

  /** Shows that the leader lives, and repeats what may have been lost. */
  heartbeat(to: ParticipantId, progress: Progress): void {
    progress.waiting = false;
    this.#send(to, progress, progress.mode === 'stream');
  }

  refused(to: ParticipantId, progress: Progress, message: AppendReply): void {
    if (progress.mode === 'snapshot' || message.index <= progress.match) return;
    if (progress.mode === 'stream') {
      progress.probe(progress.match + 1);
    } else {
      if (message.index !== progress.next - 1) return;
      // One of its term at once instead of one entry at a time (section 3.5).
      const before = Math.min(message.hintIndex, message.index - 1);
      progress.probe(this.#state.log.lastAtMost(before, message.hintTerm).index + 1);
    }
    this.replicate(to, progress);
  }

  chunkArrived(to: ParticipantId, progress: Progress, message: SnapshotReply): void {
    if (progress.mode !== 'snapshot' || message.index !== progress.snapshotIndex) return;
    // An old answer that was overtaken only costs one chunk sent twice.
    progress.snapshotOffset = message.offset;
    progress.waiting = false;
    this.replicate(to, progress);
  }

  /** Returns whether something was sent. */
  #send(to: ParticipantId, progress: Progress, bare: boolean): boolean {
    const { log, term, commit, limits, outbox } = this.#state;
    if (progress.mode === 'snapshot') return this.#sendChunk(to, progress);
    const previousIndex = progress.next - 1;
    const previousTerm = log.termAt(previousIndex);
    if (previousTerm === undefined) return this.#sendChunk(to, progress);
    const entries = bare ? [] : log.slice(progress.next, limits.maxAppendEntries, limits.maxAppendBytes);
    outbox.send(to, { type: 'append', term, previousIndex, previousTerm, commit, entries });
    progress.toldCommit = commit;
    if (entries.length > 0 || progress.mode === 'probe') progress.sent(previousIndex + entries.length);
    return true;
  }

  /** The next chunk of the newest state; of another state than before it starts at the beginning. */
  #sendChunk(to: ParticipantId, progress: Progress): boolean {
    const { snapshot, term, limits, outbox } = this.#state;
    if (!snapshot) return false;
    const { point, state } = snapshot;
    if (progress.mode !== 'snapshot' || progress.snapshotIndex !== point.index) progress.startSnapshot(point.index);
    const offset = Math.min(progress.snapshotOffset, state.length);
    const bytes = state.subarray(offset, offset + limits.snapshotChunkBytes);
    outbox.send(to, { type: 'snapshot', term, point, totalBytes: state.length, offset, bytes });
    progress.waiting = true;
    return true;
  }
}

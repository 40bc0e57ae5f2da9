import { assert } from '../../model/index.ts';
import type { ParticipantId } from '../protocol.ts';
import type { Entry, Point, RaftMessage } from './messages.ts';
import type { RaftState } from './state.ts';

type Append = Extract<RaftMessage, { type: 'append' }>;
type Chunk = Extract<RaftMessage, { type: 'snapshot' }>;

interface Incoming {
  point: Point;
  chunks: Uint8Array[];
  receivedBytes: number;
}

/** What a member does for its leader: append (section 3.5), receive a state (5.3). */
export class Follower {
  readonly #state: RaftState;
  #incoming: Incoming | undefined;
  /** A state is with the owner; until it is in force nothing is appended or applied. */
  #installing: { point: Point; state: Uint8Array } | undefined;

  constructor(state: RaftState) {
    this.#state = state;
  }

  get installing(): boolean {
    return this.#installing !== undefined;
  }

  onAppend(from: ParticipantId, message: Append): void {
    this.#heed(from);
    if (this.#installing) return;
    const { log, rules, outbox } = this.#state;
    let { previousIndex, previousTerm, entries } = message;
    if (previousIndex < this.#state.commit) {
      // What is committed agrees with every leader's log; comparing goes on after it.
      entries = entries.slice(this.#state.commit - previousIndex);
      previousIndex = this.#state.commit;
      previousTerm = log.termAt(previousIndex) ?? 0;
    }
    if (!rules.fits(previousTerm, log.termAt(previousIndex))) {
      const hint = log.lastAtMost(previousIndex, previousTerm);
      const refusal = { index: previousIndex, refused: true, hintIndex: hint.index, hintTerm: hint.term };
      const { term, promiseEnd } = this.#state;
      outbox.sendDurable(from, { type: 'append-reply', term, ...refusal }, promiseEnd);
      return;
    }
    for (const entry of entries) this.#take(entry);
    const lastAgreed = previousIndex + entries.length;
    this.#state.commit = Math.max(this.#state.commit, rules.followerCommit(message.commit, lastAgreed));
    this.acknowledge(from, lastAgreed);
  }

  onSnapshot(from: ParticipantId, message: Chunk): void {
    this.#heed(from);
    const { commit, term, limits, outbox } = this.#state;
    const { point, offset, bytes, totalBytes } = message;
    if (this.#installing || totalBytes > limits.maxSnapshotBytes) return;
    if (point.index <= commit) {
      this.acknowledge(from, commit);
      return;
    }
    const current = this.#incoming;
    const known = current?.point.index === point.index && current.point.term === point.term;
    const incoming = known ? current : { point, chunks: [], receivedBytes: 0 };
    this.#incoming = incoming;
    if (offset === incoming.receivedBytes) {
      incoming.chunks.push(bytes);
      incoming.receivedBytes += bytes.length;
    }
    if (incoming.receivedBytes === totalBytes) {
      this.#incoming = undefined;
      this.#installing = { point, state: Buffer.concat(incoming.chunks) };
      outbox.install(this.#installing);
      return;
    }
    outbox.send(from, { type: 'snapshot-reply', term, index: point.index, offset: incoming.receivedBytes });
  }

  /** The owner has made the state durable and put it into force. */
  installed(sequence: number): void {
    const installing = this.#installing;
    assert(installing?.point.index === sequence, 'only the state that was handed out is confirmed');
    this.#installing = undefined;
    const { point } = installing;
    const { log, rules, leader } = this.#state;
    const ownTerm = log.termAt(point.index);
    if (ownTerm !== undefined && rules.keepsSuffix(ownTerm, point.term)) log.compact(point.index);
    else log.reset(point);
    this.#state.snapshot = installing;
    this.#state.commit = Math.max(this.#state.commit, point.index);
    this.#state.applied = point.index;
    this.#state.persistBase();
    if (leader !== undefined && this.#state.role === 'follower') this.acknowledge(leader, point.index);
  }

  /** Tells that the logs agree up to an index, when that is durable here. */
  acknowledge(to: ParticipantId, index: number): void {
    const { log, outbox, term, promiseEnd } = this.#state;
    const reply: RaftMessage = { type: 'append-reply', term, index, refused: false, hintIndex: 0, hintTerm: 0 };
    outbox.sendDurable(to, reply, index <= log.durableIndex ? promiseEnd : outbox.lsn);
  }

  #heed(leader: ParticipantId): void {
    const state = this.#state;
    state.role = 'follower';
    state.leader = leader;
    state.leaderHeardMs = state.elapsedMs;
    state.restartElectionTimer();
  }

  #take(entry: Entry): void {
    const { log, rules, commit } = this.#state;
    const ownTerm = log.termAt(entry.index);
    if (ownTerm !== undefined) {
      if (!rules.replaces(entry.term, ownTerm)) return;
      assert(entry.index > commit, 'a committed entry is never replaced');
      log.truncateFrom(entry.index);
    }
    if (entry.index === log.lastIndex + 1) this.#state.append(entry);
  }
}

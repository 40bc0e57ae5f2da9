import type { Milliseconds } from '../../../model/index.ts';
import type { ParticipantId } from '../../protocol.ts';

/** What was brought to a leader and has had no answer is brought again after so long. */
const againMs = 1000;

export interface RaftProposalParts {
  nowMs: () => Milliseconds;
  self: () => ParticipantId;
  /** Who leads, and in which term. */
  lead: () => { leader: ParticipantId | undefined; term: number };
  /** Requests of this watcher without an answer, by id. */
  waiting: ReadonlyMap<string, { request: Uint8Array }>;
  /** Hands a request to the core, which leads. */
  propose: (id: string, request: Uint8Array) => void;
  forward: (to: ParticipantId, id: string, request: Uint8Array) => void;
}

/**
 * Brings what is proposed here to whoever leads, again when somebody else leads or no answer comes, and as the leader
 * takes each request once. What two leaders have ordered the application refuses the second time.
 */
export class RaftProposals {
  readonly #parts: RaftProposalParts;
  /** When each of the own requests was brought to a leader, oldest first. */
  readonly #saidMs = new Map<string, Milliseconds>();
  /** In the hands of the own core. */
  readonly #taken = new Set<string>();
  #leader: ParticipantId | undefined;
  #term = 0;

  constructor(parts: RaftProposalParts) {
    this.#parts = parts;
  }

  bring(id: string, request: Uint8Array): void {
    const { lead, self, forward, nowMs } = this.#parts;
    const { leader } = lead();
    this.#saidMs.delete(id);
    this.#saidMs.set(id, nowMs());
    if (leader === self()) this.take(id, request);
    else if (leader !== undefined) forward(leader, id, request);
  }

  /** A request of any member, for the own core. */
  take(id: string, request: Uint8Array): void {
    const { lead, self, propose } = this.#parts;
    if (lead().leader !== self() || this.#taken.has(id)) return;
    this.#taken.add(id);
    propose(id, request);
  }

  /** Ordered, or refused for good. */
  ended(id: string): void {
    this.#saidMs.delete(id);
    this.#taken.delete(id);
  }

  /** To be called as time passes. */
  look(): void {
    const { lead, nowMs, waiting } = this.#parts;
    const { leader, term } = lead();
    const isNew = leader !== this.#leader || term !== this.#term;
    this.#leader = leader;
    this.#term = term;
    if (isNew) this.#taken.clear();
    if (leader === undefined) return;
    const now = nowMs();
    // What is brought again goes to the end: the list of now is gone through, and no more.
    const said = [...this.#saidMs];
    for (const [id, saidMs] of said) {
      if (!isNew && now - saidMs < againMs) return;
      const own = waiting.get(id);
      if (own) this.bring(id, own.request);
      else this.#saidMs.delete(id);
    }
  }
}

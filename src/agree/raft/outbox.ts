import type { CommittedBatch, CoreEvent, Lsn, ParticipantId, Ready } from '../protocol.ts';
import type { Point, RaftMessage, RaftSend } from './messages.ts';
import { encodeRecord, type RaftRecord } from './records.ts';
import type { RaftRules } from './rules.ts';

/** A state from the leader, in place of batches that it no longer has. */
export interface Install {
  point: Point;
  state: Uint8Array;
}

/** Work for the owner of a Raft core. */
export interface RaftReady extends Ready<RaftSend> {
  /** To be made durable together with its point, put into force, and confirmed by `installed`. */
  install?: Install;
  /** Journal records before this position are not needed any more. */
  releasable?: Lsn;
}

/**
 * Gathers work until it is taken, and holds back what rests on records that are not yet durable (dissertation,
 * section 3.8). At most one promise and one reply to each append that is in flight wait here.
 */
export class Outbox {
  readonly #rules: RaftRules;
  #records: Uint8Array[] = [];
  #send: RaftSend[] = [];
  #held: { needed: Lsn; send: RaftSend }[] = [];
  #events: CoreEvent[] = [];
  #install: Install | undefined;
  #release: { needed: Lsn; lsn: Lsn } | undefined;
  #releasable: Lsn | undefined;
  #durable: Lsn;
  #lsn: Lsn;

  constructor(lsn: Lsn, rules: RaftRules) {
    this.#rules = rules;
    this.#lsn = lsn;
    this.#durable = lsn;
  }

  /** The position that the next record gets. */
  get lsn(): Lsn {
    return this.#lsn;
  }

  get durable(): Lsn {
    return this.#durable;
  }

  persist(record: RaftRecord): Lsn {
    this.#records.push(encodeRecord(record));
    this.#lsn += 1;
    return this.#lsn - 1;
  }

  /** Sends what rests on nothing that is still to be written. */
  send(to: ParticipantId, message: RaftMessage): void {
    this.#send.push({ to: [to], message });
  }

  /** Sends when every record before `needed` is durable; by default all there are. */
  sendDurable(to: ParticipantId, message: RaftMessage, needed: Lsn = this.#lsn): void {
    if (this.#rules.isReleased(needed, this.#durable)) this.send(to, message);
    else this.#held.push({ needed, send: { to: [to], message } });
  }

  event(event: CoreEvent): void {
    this.#events.push(event);
  }

  install(install: Install): void {
    this.#install = install;
  }

  /** Gives up records before `lsn` when what replaces them, every record so far, is durable. */
  release(lsn: Lsn): void {
    this.#release = { needed: this.#lsn, lsn };
  }

  persisted(lsn: Lsn): void {
    this.#durable = Math.max(this.#durable, lsn);
    let free = 0;
    for (const { needed, send } of this.#held) {
      if (!this.#rules.isReleased(needed, this.#durable)) break;
      free += 1;
      this.#send.push(send);
    }
    if (free > 0) this.#held.splice(0, free);
    if (this.#release && this.#release.needed <= this.#durable) {
      this.#releasable = this.#release.lsn;
      this.#release = undefined;
    }
  }

  take(apply: readonly CommittedBatch[]): RaftReady | undefined {
    const idle = this.#records.length === 0 && this.#send.length === 0 && this.#events.length === 0;
    if (idle && apply.length === 0 && !this.#install && this.#releasable === undefined) return undefined;
    const ready: RaftReady = {
      persist: this.#records,
      mustSync: this.#records.length > 0,
      send: this.#send,
      apply,
      events: this.#events,
      ...(this.#install ? { install: this.#install } : {}),
      ...(this.#releasable === undefined ? {} : { releasable: this.#releasable }),
    };
    this.#records = [];
    this.#send = [];
    this.#events = [];
    this.#install = undefined;
    this.#releasable = undefined;
    return ready;
  }
}

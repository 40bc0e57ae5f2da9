import { assert } from '../../model/index.ts';
import type { Addressed, CoreEvent, JournalRecord, Lsn, ParticipantId } from '../protocol.ts';
import type { CertifiedBatch, PbftNotice, PbftReady, StableCheckpoint, TransferOrder } from './work.ts';
import type { Message } from './messages.ts';
import { encodeRecord, type PbftRecord } from './journal-record.ts';

/** Notices that wait for the owner; beyond it the newest are dropped, as they only inform. */
const maxNotices = 4096;

interface Waiting<Work> {
  /** The records that it rests on end here. */
  after: Lsn;
  work: Work;
}

/** Gathers work, and lets nothing out that rests on a record which is not durable. */
export class Outbox {
  #records: JournalRecord[] = [];
  #mustSync = false;
  #sends: Waiting<Addressed<Message>>[] = [];
  #batches: Waiting<CertifiedBatch>[] = [];
  #stable: StableCheckpoint[] = [];
  #events: CoreEvent[] = [];
  #notices: PbftNotice[] = [];
  #transfer: TransferOrder | undefined;
  #end: Lsn;
  /** End of the last record that something sent from now on rests on. */
  #binding: Lsn;
  #durable: Lsn;
  /** End of the record by which this life began. */
  #life: Lsn;

  constructor(end: Lsn) {
    this.#end = end;
    this.#binding = end;
    this.#durable = end;
    this.#life = end;
  }

  /** Position that the next record gets. */
  get end(): Lsn {
    return this.#end;
  }

  /** All records before it are durable. */
  get durable(): Lsn {
    return this.#durable;
  }

  /** Messages and records that wait. */
  get size(): number {
    return this.#records.length + this.#sends.length;
  }

  /** Returns the record's position. `lazy` ones may be lost in a crash, and become durable with the next other one. */
  record(record: PbftRecord, lazy = false): Lsn {
    this.#records.push(encodeRecord(record));
    this.#end += 1;
    if (!lazy) this.#bind();
    return this.#end - 1;
  }

  #bind(): void {
    this.#binding = this.#end;
    if (this.#durable < this.#binding) this.#mustSync = true;
  }

  /** Goes out when everything recorded so far is durable, but for lazy records at the end. */
  send(message: Message, to: readonly ParticipantId[]): void {
    if (to.length > 0) this.#sends.push({ after: this.#binding, work: { to, message } });
  }

  /** What was recorded so far must be durable before anything that carries a number of this life. */
  beginLife(): void {
    this.#life = this.#end;
  }

  /** Goes out at once, because it binds nobody, but for its number to the life that it was said in. */
  sendNow(message: Message, to: readonly ParticipantId[]): void {
    if (to.length > 0) this.#sends.push({ after: this.#life, work: { to, message } });
  }

  /** Makes everything recorded so far durable, because the next message rests on lazy records too. */
  sync(): void {
    this.#bind();
  }

  apply(batch: CertifiedBatch, after: Lsn): void {
    this.#batches.push({ after, work: batch });
  }

  /** A state transfer takes the place of what was not handed out yet. */
  dropBatches(): void {
    this.#batches = [];
  }

  stable(checkpoint: StableCheckpoint): void {
    this.#stable.push(checkpoint);
  }

  transfer(order: TransferOrder): void {
    this.#transfer = order;
  }

  event(event: CoreEvent): void {
    this.#events.push(event);
  }

  notice(notice: PbftNotice): void {
    if (this.#notices.length < maxNotices) this.#notices.push(notice);
  }

  persisted(lsn: Lsn): void {
    assert(lsn <= this.#end, 'only what was recorded becomes durable');
    this.#durable = Math.max(this.#durable, lsn);
  }

  /** Everything that may go out now; undefined when there is nothing. */
  take(): PbftReady | undefined {
    const isDurable = ({ after }: Waiting<unknown>) => after <= this.#durable;
    const send: Addressed<Message>[] = [];
    const held: Waiting<Addressed<Message>>[] = [];
    for (const one of this.#sends) {
      if (isDurable(one)) send.push(one.work);
      else held.push(one);
    }
    const firstHeld = this.#batches.findIndex((one) => !isDurable(one));
    const apply = this.#batches.splice(0, firstHeld < 0 ? this.#batches.length : firstHeld).map(({ work }) => work);
    this.#sends = held;
    const work: PbftReady = {
      persist: this.#records,
      mustSync: this.#mustSync,
      send,
      apply,
      events: this.#events,
      stable: this.#stable,
      transfer: this.#transfer,
      notices: this.#notices,
    };
    const lists: readonly (readonly unknown[])[] = [work.persist, send, apply, work.events, work.stable, work.notices];
    if (!work.mustSync && !work.transfer && lists.every((list) => list.length === 0)) return undefined;
    this.#records = [];
    this.#mustSync = false;
    this.#events = [];
    this.#stable = [];
    this.#notices = [];
    this.#transfer = undefined;
    return work;
  }
}

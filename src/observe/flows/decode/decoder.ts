import type { EpochMs } from '../../../model/index.ts';
import { noCounts, type FlowDecoderOptions, type Origin, type SessionScope } from './decoder-options.ts';
import { FieldBudget } from './field-budget.ts';
import { readFixedHeader, samplingOf, type FixedHeader } from './fixed-formats.ts';
import { FlowRows } from './flow-rows.ts';
import { locateFields, readHeader, walkSets, type Malformed, type MessageHeader, type Template } from './message.ts';
import { narrowSwaps, wideSwaps } from './opposite.ts';
import { readOptions } from './options.ts';
import { compilePlan, Plans, type Plan } from './plan.ts';
import { readFixedRecords, readVaryingRecord } from './read-records.ts';
import { costOf, Session, type KnownTemplate } from './session.ts';
import { nothingAtTheEnd, restoreSession, saveSession, type ExpectedNext, type SavedSession } from './saved-session.ts';
import { settleColumns } from './settle.ts';
import { furthestBehindMs, settleTimes, type TimeBasis } from './times.ts';

/**
 * NetFlow v1, v5, v7, v9 and IPFIX into columns. It keeps what the protocols keep, templates, samplers, sequence numbers,
 * by exporter, domain and version, all of it bounded: whoever sends can make it count, and never grow or throw.
 */
export class FlowDecoder {
  readonly #options: Required<Omit<FlowDecoderOptions, 'onName' | 'onEnd'>> &
    Pick<FlowDecoderOptions, 'onName' | 'onEnd'>;
  /** In the order in which they were heard. */
  readonly #sessions = new Map<string, Session>();
  readonly #fixedPlans = new Map<number, Plan>();
  readonly #plans = new Plans();
  readonly #places: number[] = [];
  #rows: FlowRows;
  #nextNumber = 1;
  #parkedBytes = 0;
  readonly #fields: FieldBudget;
  readonly counts = noCounts();

  constructor(options: FlowDecoderOptions) {
    this.#options = {
      rowsAtOnce: 8192,
      templateLifetimeMs: 3 * 3_600_000,
      maxSessions: 5000,
      maxFields: 1_500_000,
      maxFieldsOfExporter: 300_000,
      maxParkedBytes: 16 * 1024 * 1024,
      takeNumber: () => this.#nextNumber++,
      takeRows: () => new FlowRows(this.#options.rowsAtOnce),
      furthestBehindMs,
      ...options,
    };
    this.#rows = this.#options.takeRows();
    this.#fields = new FieldBudget(this.#options.maxFields, this.#options.maxFieldsOfExporter);
  }

  get sessions(): Iterable<Session> {
    return this.#sessions.values();
  }

  /** What sessions must know after a restart. */
  save(kept = nothingAtTheEnd): SavedSession[] {
    return [...this.#sessions.values()].map((session) => saveSession(session, kept));
  }

  /** Which numbers are expected next, of sessions that were heard since then. */
  expected(since: EpochMs): ExpectedNext[] {
    return [...this.#sessions.values()].flatMap((session) => {
      const { exporter, version, domain, number, seenAt } = session;
      const sequence = seenAt >= since ? session.sequence.save() : undefined;
      return sequence ? [{ exporter, version, domain, number, seenAt, sequence }] : [];
    });
  }

  restore(saved: readonly SavedSession[]): void {
    for (const one of saved.slice(0, this.#options.maxSessions)) {
      const session = restoreSession(one, this.#plans);
      this.#sessions.set(keyOf(session), session);
      this.#parkedBytes += session.parkedBytes;
      this.#fields.count(session, 0);
    }
  }

  find(scope: SessionScope): Session | undefined {
    return this.#sessions.get(keyOf(scope));
  }

  /** Every session of an exporter is over, such as when its connection ends (RFC 7011, section 10.4.3). */
  forget(exporter: string): void {
    for (const [key, session] of this.#sessions) if (session.exporter === exporter) this.#end(key, session);
  }

  /** Ends sessions that were silent since then, and gives up what waited for a template since `parkedBefore`. */
  sweep(silentSince: EpochMs, parkedBefore: EpochMs): void {
    for (const [key, session] of this.#sessions) {
      if (session.seenAt < silentSince) {
        this.#end(key, session);
        continue;
      }
      const { sets, bytes } = session.giveUp(parkedBefore);
      this.#parkedBytes -= bytes;
      this.counts.discardedSets += sets;
    }
  }

  /** One datagram, or one message of a stream; several messages that were glued together are taken one after the other. */
  decode(bytes: Uint8Array, origin: Origin): void {
    let at = 0;
    do {
      const fixed = readFixedHeader(bytes, at);
      if (fixed) {
        at = this.#fixed(bytes, at, fixed, origin);
        continue;
      }
      const header = readHeader(bytes, at);
      if (typeof header === 'string') {
        // What follows a message and is none is what an exporter left in its buffer.
        this.#malformed(at === 0 ? header : 'trailing-bytes');
        return;
      }
      at = this.#sets(bytes, at, header, origin);
    } while (at < bytes.length);
  }

  /** Hands over what was decoded so far. */
  flush(): void {
    if (this.#rows.rows === 0) return;
    const full = this.#rows;
    this.#rows = this.#options.takeRows();
    this.#options.onRows(full);
  }

  #fixed(bytes: Uint8Array, at: number, header: FixedHeader, origin: Origin): number {
    const { version, count, headerBytes, recordBytes, fields, sequence, domain } = header;
    const session = this.#session(origin, version, domain);
    // Where its records end cannot matter: what is glued to them is of the same sender.
    if (!session) return bytes.length;
    const fits = Math.floor((bytes.length - at - headerBytes) / recordBytes);
    const records = Math.min(count, fits);
    if (records < count) this.#malformed('truncated-record', session);
    if (sequence !== undefined) session.sequence.offer(sequence, count);
    let plan = this.#fixedPlans.get(version);
    if (!plan) this.#fixedPlans.set(version, (plan = compilePlan(fields, version)));
    const exportedAt = header.exportSeconds * 1000 + header.exportNanoseconds / 1e6;
    session.aheadMs = exportedAt - origin.receivedAt;
    const from = at + headerBytes;
    const context = { session, sampling: samplingOf(header), receivedAt: origin.receivedAt };
    this.#fixedLength(plan, bytes, from, records, { exportedAt, uptimeMs: header.uptimeMs }, context);
    // A count that promises more than there is leaves nothing to go on with.
    return records < count ? bytes.length : from + records * recordBytes;
  }

  /** Where the message ends. */
  #sets(bytes: Uint8Array, at: number, header: MessageHeader, { exporter, receivedAt }: Origin): number {
    const { version, domain, exportSeconds, uptimeMs, sequence } = header;
    const session = this.#session({ exporter, receivedAt }, version, domain);
    if (!session) return at + header.length;
    const exportedAt = exportSeconds * 1000;
    session.aheadMs = exportedAt - receivedAt;
    let units: number | undefined = 0;
    const records = (id: number, from: Uint8Array, start: number, end: number) => {
      if (start === end) return;
      const { fields } = session;
      const known = session.template(id, receivedAt, this.#options.templateLifetimeMs);
      if (!known) {
        this.#fields.count(session, fields);
        units = undefined;
        this.#park(session, { id, bytes: from.slice(start, end), exportedAt, uptimeMs, receivedAt });
        return;
      }
      const count = this.#records(session, known, from, start, end, { exportedAt, uptimeMs, receivedAt });
      if (units !== undefined) units += count;
    };
    const end = walkSets(bytes, at, header, {
      template: (template) => this.#template(session, template, receivedAt),
      withdrawn: (what) => {
        const { fields } = session;
        session.forget(what);
        this.#fields.count(session, fields);
      },
      records,
      malformed: (reason) => this.#malformed(reason, session),
    });
    session.sequence.offer(sequence, version === 9 ? 1 : units);
    return end;
  }

  #template(session: Session, template: Template, receivedAt: EpochMs): void {
    this.counts.templates++;
    const { fields } = session;
    if (!session.learn(template, receivedAt, this.#fields.room(session.exporter))) {
      this.counts.refusedTemplates++;
      return;
    }
    this.#fields.count(session, fields);
    const known = session.templates.get(template.id);
    for (const parked of session.unpark(template.id)) {
      this.#parkedBytes -= costOf(parked);
      if (known) this.#records(session, known, parked.bytes, 0, parked.bytes.length, parked);
    }
  }

  #park(session: Session, parked: Parameters<Session['park']>[0]): void {
    const hasRoom = this.#parkedBytes + costOf(parked) <= this.#options.maxParkedBytes;
    if (!hasRoom || !session.park(parked)) {
      this.counts.discardedSets++;
      session.discarded++;
      return;
    }
    this.#parkedBytes += costOf(parked);
    this.counts.parkedSets++;
  }

  /** The number of records. */
  #records(
    session: Session,
    { plan, scopes }: KnownTemplate,
    bytes: Uint8Array,
    from: number,
    to: number,
    told: { exportedAt: EpochMs; uptimeMs: number | undefined; receivedAt: EpochMs },
  ): number {
    const { exportedAt, uptimeMs, receivedAt } = told;
    if (scopes > 0) return this.#optionsRecords(session, plan, bytes, from, to);
    const basis: TimeBasis = {
      exportedAt,
      ...(uptimeMs !== undefined && { uptimeMs }),
      ...(session.startedAt !== undefined && { startedAt: session.startedAt }),
    };
    const context = { session, sampling: 0, receivedAt };
    if (plan.recordBytes === undefined) return this.#varyingLength(plan, bytes, from, to, basis, context);
    const count = Math.floor((to - from) / plan.recordBytes);
    this.#fixedLength(plan, bytes, from, count, basis, context);
    return count;
  }

  #optionsRecords(session: Session, plan: Plan, bytes: Uint8Array, from: number, to: number): number {
    let count = 0;
    for (let at = from; to - at >= Math.max(1, plan.leastBytes); count++) {
      const end = locateFields(plan.fields, bytes, at, to, this.#places);
      if (end === undefined || end === at) break;
      for (const option of readOptions(session, plan, bytes, this.#places)) {
        this.#options.onName?.(session, option);
      }
      at = end;
    }
    this.counts.optionsRecords += count;
    return count;
  }

  #fixedLength(
    plan: Plan,
    bytes: Uint8Array,
    from: number,
    count: number,
    basis: TimeBasis,
    context: RowContext,
  ): void {
    const { recordBytes = 0 } = plan;
    for (let done = 0; done < count;) {
      if (this.#rows.room === 0) this.flush();
      const rows = this.#rows;
      const some = Math.min(count - done, rows.room);
      const row = rows.rows;
      readFixedRecords(plan, bytes, from + done * recordBytes, some, rows, row, basis);
      rows.rows += some;
      done += some;
      this.#settle(plan, rows, row, basis, context);
    }
  }

  #varyingLength(
    plan: Plan,
    bytes: Uint8Array,
    from: number,
    to: number,
    basis: TimeBasis,
    context: RowContext,
  ): number {
    let count = 0;
    for (let at = from; to - at >= Math.max(1, plan.leastBytes);) {
      if (this.#rows.room === 0) this.flush();
      const rows = this.#rows;
      const row = rows.rows;
      const end = readVaryingRecord(plan, bytes, at, to, rows, row, basis, this.#places);
      if (end === undefined || end === at) {
        this.#malformed('truncated-record', context.session);
        break;
      }
      rows.rows++;
      count++;
      at = end;
      this.#settle(plan, rows, row, basis, context);
    }
    return count;
  }

  /** What does not stand in a record as its column has it. */
  #settle(plan: Plan, rows: FlowRows, from: number, { exportedAt }: TimeBasis, context: RowContext): void {
    const { session, sampling, receivedAt } = context;
    const to = rows.rows;
    this.counts.rows += to - from;
    session.records += to - from;
    settleTimes(rows, from, to, { exportedAt, receivedAt, behindMs: this.#options.furthestBehindMs });
    settleColumns(plan, rows, from, to, { session, sampling });
    if (plan.hasReverse) this.#addReverse(session, rows, from, to);
  }

  /** A record that tells of both directions becomes two rows (RFC 5103). */
  #addReverse(session: Session, given: FlowRows, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const packets = given.reversePackets[row] as number;
      const bytes = given.reverseBytes[row] as number;
      if (packets === 0 && bytes === 0) continue;
      // Flushing hands the given rows over; the arrays stay readable here.
      if (this.#rows.room === 0) this.flush();
      const rows = this.#rows;
      const at = rows.rows++;
      this.counts.rows++;
      session.records++;
      for (const [name, into] of narrowSwaps) rows.narrow[into][at] = given.narrow[name][row] as number;
      for (const [name, into] of wideSwaps) rows.wide[into][at] = given.wide[name][row] as bigint;
      rows.wide.bytes[at] = BigInt(bytes);
      rows.wide.packets[at] = BigInt(packets);
      rows.start[at] = given.start[row] as number;
      rows.end[at] = given.end[row] as number;
    }
  }

  #session({ exporter, receivedAt }: Origin, version: number, domain: number): Session | undefined {
    const scope = { exporter, version, domain };
    const key = keyOf(scope);
    let session = this.#sessions.get(key);
    if (!session) {
      const number = this.#options.takeNumber(scope);
      if (number === 0) {
        this.counts.refusedMessages++;
        return undefined;
      }
      if (this.#sessions.size >= this.#options.maxSessions) this.#evict();
      session = new Session(exporter, version, domain, number, this.#plans);
      this.#sessions.set(key, session);
    }
    this.counts.messages++;
    session.messages++;
    session.seenAt = receivedAt;
    return session;
  }

  /** Whoever forges senders fills the book; those who go on are heard again within a moment. */
  #evict(): void {
    let oldest: [string, Session] | undefined;
    for (const entry of this.#sessions) if (!oldest || entry[1].seenAt < oldest[1].seenAt) oldest = entry;
    if (!oldest) return;
    this.#end(...oldest);
    this.counts.evictedSessions++;
  }

  #end(key: string, session: Session): void {
    this.#sessions.delete(key);
    const { sets, bytes } = session.giveUp(Infinity);
    this.#parkedBytes -= bytes;
    this.counts.discardedSets += sets;
    const { fields } = session;
    session.fields = 0;
    this.#fields.count(session, fields);
    this.#options.onEnd?.(session);
  }

  #malformed(reason: Malformed, session?: Session): void {
    if (session) session.malformed++;
    else this.counts.malformedHeaders++;
    this.counts.malformed.set(reason, (this.counts.malformed.get(reason) ?? 0) + 1);
  }
}

function keyOf({ exporter, version, domain }: SessionScope): string {
  return `${exporter} ${version} ${domain}`;
}

interface RowContext {
  session: Session;
  /** Of the message's header; 0 for none. */
  sampling: number;
  receivedAt: EpochMs;
}

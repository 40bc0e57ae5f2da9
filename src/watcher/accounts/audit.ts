import type { LedgerEntry } from '../../agree/index.ts';
import {
  formatInstant,
  messageOf,
  type ApiAuditEntry,
  type AuditBody,
  type AuditEvent,
  type LedgerRequest,
} from '../../model/index.ts';
import { sleep, type Clock, type Log, type Timer } from '../../platform/index.ts';
import { shortened } from './address.ts';
import { Allowance } from './allowance.ts';

/**
 * Who did what, into the ledger: without making anybody wait, and without letting anybody fill it. What was done is written
 * one by one up to a rate that people do not reach; what fails up to a smaller one, and what strangers fail at up to a much
 * smaller one, so that they hide nothing. Beyond, what is alike is counted and written as one.
 */

export type NewAudit = Omit<AuditEvent, 'at' | 'count'>;

export interface AuditParts {
  self: string;
  clock: Clock;
  log: Log;
  propose: (request: LedgerRequest) => Promise<unknown>;
  /** Observers write nothing into the ledger but what they observe. */
  mayPropose: () => boolean;
}

export interface AuditFilter {
  by?: string | undefined;
  /** Begins so. */
  what?: string | undefined;
  outcome?: AuditEvent['outcome'] | undefined;
}

const doneBurst = 500;
const doneStepMs = 200;
const failedBurst = 100;
const failedStepMs = 10_000;
const strangersBurst = 20;
const strangersStepMs = 60_000;
const sumUpMs = 300_000;
const retryMs = 10_000;
const stopMs = 1000;
const maxWaiting = 500;
const maxEventsInRequest = 50;
const maxKinds = 40;
/** Kept at hand for the page; all others are in the ledger. */
const maxRecent = 5000;

export class Audit {
  readonly #parts: AuditParts;
  readonly #done: Allowance;
  readonly #failed: Allowance;
  readonly #strangers: Allowance;
  #waiting: AuditEvent[] = [];
  #summed = new Map<string, AuditEvent>();
  readonly #recent: ApiAuditEntry[] = [];
  #writing: Promise<void> | undefined;
  #timer: Timer | undefined;
  #ended = false;

  constructor(parts: AuditParts) {
    this.#parts = parts;
    const now = parts.clock.monotonic();
    this.#done = new Allowance(doneBurst, doneStepMs, now);
    this.#failed = new Allowance(failedBurst, failedStepMs, now);
    this.#strangers = new Allowance(strangersBurst, strangersStepMs, now);
  }

  /** `from` is an address as it is; it is shortened here. Whether the ledger will have it, as one entry of its own. */
  add(given: NewAudit): boolean {
    if (this.#ended) return false;
    const { clock, log } = this.#parts;
    const event = cut({ at: clock.now(), ...given, from: shortened(given.from) });
    const { by, what, on, outcome, code, from } = event;
    const facts = { by, what, from, ...(on !== undefined && { on }), outcome: code ?? outcome };
    if (outcome === 'done') log.info('audit', facts);
    else log.debug('audit', facts);
    if (!this.#parts.mayPropose()) return false;
    const failed = event.identity === 'nobody' ? this.#strangers : this.#failed;
    const allowance = outcome === 'done' ? this.#done : failed;
    if (this.#waiting.length < maxWaiting && allowance.take(clock.monotonic())) {
      this.#waiting.push(event);
      void this.#write();
      return true;
    }
    this.#sum(event);
    this.#later(sumUpMs);
    return false;
  }

  /** Of each entry of the ledger, when it comes. */
  onEntry(entry: LedgerEntry): void {
    if (entry.kind !== 'audit') return;
    const { watcher, events } = entry.body as AuditBody;
    for (const { at, count = 1, ...event } of events) {
      this.#recent.push({ position: entry.position, watcher, at: formatInstant(at), count, ...event });
    }
    if (this.#recent.length > maxRecent) this.#recent.splice(0, this.#recent.length - maxRecent);
  }

  /** The newest first. */
  list({ by, what, outcome }: AuditFilter): ApiAuditEntry[] {
    return this.#recent
      .filter(
        (one) =>
          (by === undefined || one.by === by) &&
          (what === undefined || one.what.startsWith(what)) &&
          (outcome === undefined || one.outcome === outcome),
      )
      .toReversed();
  }

  /** Writes what waits, and takes nothing more. */
  async stop(): Promise<void> {
    this.#ended = true;
    this.#timer?.cancel();
    this.#takeSums();
    // Members that do not agree at the moment must not keep this one from stopping.
    await Promise.race([this.#write(), sleep(this.#parts.clock, stopMs)]);
  }

  #sum(event: AuditEvent): void {
    const { on: _on, text: _text, ...alike } = event;
    const keyOf = (one: AuditEvent) => [one.by, one.identity, one.what, one.from, one.outcome, one.code].join('\n');
    const { code: _code, ...plain } = alike;
    const coarse: AuditEvent = { ...plain, by: '', identity: 'nobody', what: 'various', from: '' };
    const known = this.#summed.has(keyOf(alike)) || this.#summed.size < maxKinds;
    const kind = known ? alike : coarse;
    const before = this.#summed.get(keyOf(kind));
    this.#summed.set(keyOf(kind), { ...kind, at: before?.at ?? kind.at, count: (before?.count ?? 0) + 1 });
  }

  #takeSums(): void {
    if (this.#waiting.length >= maxWaiting) return;
    this.#waiting.push(...this.#summed.values());
    this.#summed = new Map();
  }

  #later(delayMs: number): void {
    if (this.#ended) return;
    this.#timer ??= this.#parts.clock.after(delayMs, () => {
      this.#timer = undefined;
      this.#takeSums();
      void this.#write();
    });
  }

  /** One request after the other; those that come meanwhile go together. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const events = this.#waiting.slice(0, maxEventsInRequest);
        await this.#parts.propose({ kind: 'audit', watcher: this.#parts.self, events });
        this.#waiting = this.#waiting.slice(events.length);
      }
    } catch (thrown) {
      this.#parts.log.warning('the audit waits to be written', { problem: messageOf(thrown) });
      this.#timer?.cancel();
      this.#timer = undefined;
      this.#later(retryMs);
    }
  }
}

/** Within the bounds of the ledger. */
function cut(event: AuditEvent): AuditEvent {
  const { by, what, on, text } = event;
  return {
    ...event,
    by: by.slice(0, 200),
    what: what.slice(0, 200),
    ...(on !== undefined && { on: on.slice(0, 200) }),
    ...(text !== undefined && { text: text.slice(0, 500) }),
  };
}

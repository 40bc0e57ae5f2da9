import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import type { Template } from './message.ts';
import { Plans, type Plan } from './plan.ts';
import { SequenceTracker } from './sequence.ts';

/** A template with what follows from it: worked out when there are records, since templates alone are cheap to forge. */
export class KnownTemplate implements Template {
  readonly id: number;
  readonly scopes: number;
  fields: Template['fields'];
  /** When it was said last. */
  seenAt: EpochMs;
  readonly #make: (fields: Template['fields']) => Plan;
  #plan: Plan | undefined;

  constructor({ id, fields, scopes }: Template, seenAt: EpochMs, make: (fields: Template['fields']) => Plan) {
    this.id = id;
    this.scopes = scopes;
    this.fields = fields;
    this.seenAt = seenAt;
    this.#make = make;
  }

  get plan(): Plan {
    if (this.#plan) return this.#plan;
    this.#plan = this.#make(this.fields);
    // Equal templates share theirs.
    this.fields = this.#plan.fields;
    return this.#plan;
  }
}

/** Records that came before their template. */
export interface Parked {
  id: number;
  bytes: Uint8Array;
  exportedAt: EpochMs;
  uptimeMs: number | undefined;
  receivedAt: EpochMs;
}

/** Bounds of what one exporter may make us keep. */
export const sessionLimits = { templates: 5000, samplers: 256, parkedBytes: 131_072 } as const;

/** What it takes to keep a set besides its bytes: a datagram may hold thousands of sets of one byte. */
const setBytes = 200;

/** What a set that waits takes of the bounds. */
export const costOf = ({ bytes }: Pick<Parked, 'bytes'>): number => bytes.length + setBytes;

/**
 * One exporter's observation domain in one version of the protocol: the scope of template numbers (RFC 3954, section 5;
 * RFC 7011, section 3.4.1), of sequence numbers, and of samplers.
 */
export class Session {
  readonly exporter: string;
  readonly version: number;
  readonly domain: number;
  /** The number that rows have for it. */
  number: number;
  readonly templates = new Map<number, KnownTemplate>();
  sequence = new SequenceTracker();
  /** Since when nobody listened, where it goes on after a restart and it is known what was expected next. */
  awaySince: EpochMs | undefined;
  /** Packets of which one was taken, by selector or sampler; under 0 what the exporter says of all. */
  readonly samplers = new Map<number, number>();
  /** IPFIX element 160. */
  startedAt: EpochMs | undefined;
  /** Of all templates together: what they cost. */
  fields = 0;
  parked: Parked[] = [];
  /** What it costs to keep them. */
  parkedBytes = 0;
  seenAt: EpochMs = 0;
  /** The exporter's clock minus ours, as its last message tells. */
  aheadMs: Milliseconds = 0;
  messages = 0;
  /** Rows made of what it sent. */
  records = 0;
  malformed = 0;
  /** Sets that waited for a template in vain, or found no room to wait. */
  discarded = 0;

  readonly #planOf: (fields: Template['fields']) => Plan;

  constructor(exporter: string, version: number, domain: number, number: number, plans = new Plans()) {
    this.#planOf = (fields) => plans.of(fields, version);
    this.exporter = exporter;
    this.version = version;
    this.domain = domain;
    this.number = number;
  }

  /** False when there are too many templates already, or no room for so many more fields. */
  learn(template: Template, at: EpochMs, fieldRoom = Infinity): boolean {
    const known = this.templates.get(template.id);
    if (known && isSame(known, template)) {
      known.seenAt = at;
      return true;
    }
    const more = template.fields.length - (known?.fields.length ?? 0);
    if (more > fieldRoom || (!known && this.templates.size >= sessionLimits.templates)) return false;
    this.templates.set(template.id, new KnownTemplate(template, at, this.#planOf));
    this.fields += more;
    return true;
  }

  forget(what: 'templates' | 'options' | number): void {
    for (const [id, template] of typeof what === 'number' ? [] : this.templates) {
      if (template.scopes > 0 === (what === 'options')) this.#drop(id);
    }
    if (typeof what === 'number') this.#drop(what);
  }

  /** Undefined when it was not said for too long: the exporter may have given its number to another since. */
  template(id: number, at: EpochMs, lifetimeMs: number): KnownTemplate | undefined {
    const known = this.templates.get(id);
    if (!known || at - known.seenAt <= lifetimeMs) return known;
    this.#drop(id);
    return undefined;
  }

  /** False when there is no room for it. */
  park(parked: Parked): boolean {
    if (this.parkedBytes + costOf(parked) > sessionLimits.parkedBytes) return false;
    this.parked.push(parked);
    this.parkedBytes += costOf(parked);
    return true;
  }

  /** What came before that and waits in vain. */
  giveUp(before: EpochMs): { sets: number; bytes: number } {
    const given = this.parked.filter(({ receivedAt }) => receivedAt < before);
    if (given.length === 0) return { sets: 0, bytes: 0 };
    const bytes = given.reduce((sum, one) => sum + costOf(one), 0);
    this.parked = this.parked.filter(({ receivedAt }) => receivedAt >= before);
    this.parkedBytes -= bytes;
    this.discarded += given.length;
    return { sets: given.length, bytes };
  }

  #drop(id: number): void {
    this.fields -= this.templates.get(id)?.fields.length ?? 0;
    this.templates.delete(id);
  }

  /** What waited for this template. */
  unpark(id: number): Parked[] {
    if (this.parked.length === 0) return [];
    const found = this.parked.filter((one) => one.id === id);
    if (found.length === 0) return found;
    this.parked = this.parked.filter((one) => one.id !== id);
    this.parkedBytes = this.parked.reduce((sum, one) => sum + costOf(one), 0);
    return found;
  }
}

function isSame(a: Template, b: Template): boolean {
  return (
    a.scopes === b.scopes &&
    a.fields.length === b.fields.length &&
    a.fields.every((field, place) => {
      const other = b.fields[place];
      return field.id === other?.id && field.pen === other.pen && field.length === other.length;
    })
  );
}

import { ipv6Text } from './address-text.ts';
import { elementOf, type ElementType, type Field } from './element.ts';
import { readFixedHeader, samplingOf } from './fixed-formats.ts';
import { locateFields, readHeader, walkSets, type Template } from './message.ts';
import { textOf } from './text-of.ts';
import { u32, unsigned, wide } from './bytes.ts';

/**
 * A message as people read it: every field of every record by the name that IANA gives it, and nothing interpreted beyond
 * its type. For looking and for comparing with what other decoders say; the fast way is `FlowDecoder`.
 */
export interface DescribedMessage {
  version: number;
  exportedAt: string;
  uptimeMs?: number;
  sequence?: number;
  domain: number;
  /** NetFlow v5: one packet of so many was looked at. */
  samplingInterval?: number;
  sets: DescribedSet[];
  malformed: { reason: string; at: number }[];
}

export type DescribedSet =
  | { template: number; scopes?: number; fields: { name: string; length: number | 'variable' }[] }
  | { withdrawn: 'templates' | 'options' | number }
  | { records: number; values: Record<string, DescribedValue>[]; paddingBytes?: number }
  | { unknownTemplate: number; bytes: number };

export type DescribedValue = number | string | boolean | DescribedValue[];

/** Templates that were seen, by what is their scope. Give the same one for all messages of a capture. */
export class TemplateMemory {
  readonly #templates = new Map<string, Template>();
  readonly #maxTemplates = 100_000;

  find(scope: string, id: number): Template | undefined {
    return this.#templates.get(`${scope} ${id}`);
  }

  learn(scope: string, template: Template): void {
    if (this.#templates.size < this.#maxTemplates) this.#templates.set(`${scope} ${template.id}`, template);
  }

  forget(scope: string, what: 'templates' | 'options' | number): void {
    if (typeof what === 'number') {
      this.#templates.delete(`${scope} ${what}`);
      return;
    }
    for (const [key, { scopes }] of this.#templates) {
      if (key.startsWith(`${scope} `) && scopes > 0 === (what === 'options')) this.#templates.delete(key);
    }
  }
}

/** All messages of a datagram. What is no message at all is one without sets that says why. */
export function describeDatagram(bytes: Uint8Array, exporter: string, memory: TemplateMemory): DescribedMessage[] {
  const messages: DescribedMessage[] = [];
  for (let at = 0; at < bytes.length || at === 0;) {
    const fixed = readFixedHeader(bytes, at);
    if (fixed) {
      const { version, count, headerBytes, recordBytes, fields, exportSeconds, exportNanoseconds } = fixed;
      const from = at + headerBytes;
      const fits = Math.min(count, Math.floor((bytes.length - from) / recordBytes));
      const { values } = describeRecords({ id: 0, fields, scopes: 0 }, bytes, from, from + fits * recordBytes);
      const samplingInterval = samplingOf(fixed);
      messages.push({
        version,
        exportedAt: instant(exportSeconds * 1000 + exportNanoseconds / 1e6),
        uptimeMs: fixed.uptimeMs,
        ...(fixed.sequence !== undefined && { sequence: fixed.sequence }),
        domain: fixed.domain,
        ...(samplingInterval > 0 && { samplingInterval }),
        sets: [{ records: 0, values }],
        malformed: fits < count ? [{ reason: 'truncated-record', at: from + fits * recordBytes }] : [],
      });
      at = fits < count ? bytes.length : from + fits * recordBytes;
      continue;
    }
    const header = readHeader(bytes, at);
    if (typeof header === 'string') {
      const empty = { version: 0, exportedAt: instant(Number.NaN), domain: 0, sets: [] };
      if (at === 0) messages.push({ ...empty, malformed: [{ reason: header, at }] });
      else messages.at(-1)?.malformed.push({ reason: 'trailing-bytes', at });
      break;
    }
    const scope = `${exporter} ${header.version} ${header.domain}`;
    const message: DescribedMessage = {
      version: header.version,
      exportedAt: instant(header.exportSeconds * 1000),
      ...(header.uptimeMs !== undefined && { uptimeMs: header.uptimeMs }),
      sequence: header.sequence,
      domain: header.domain,
      sets: [],
      malformed: [],
    };
    const end = walkSets(bytes, at, header, {
      template: (template) => {
        memory.learn(scope, template);
        message.sets.push({
          template: template.id,
          ...(template.scopes > 0 && { scopes: template.scopes }),
          fields: template.fields.map((field) => {
            return { name: nameOf(field), length: field.length === 0xffff ? ('variable' as const) : field.length };
          }),
        });
      },
      withdrawn: (what) => {
        memory.forget(scope, what);
        message.sets.push({ withdrawn: what });
      },
      records: (id, from, start, end) => {
        const template = memory.find(scope, id);
        if (!template) {
          message.sets.push({ unknownTemplate: id, bytes: end - start });
          return;
        }
        const { values, end: reached } = describeRecords(template, from, start, end);
        const paddingBytes = end - reached;
        message.sets.push({ records: id, values, ...(paddingBytes > 0 && { paddingBytes }) });
      },
      malformed: (reason, place) => message.malformed.push({ reason, at: place }),
    });
    messages.push(message);
    at = end;
  }
  return messages;
}

function describeRecords(
  { fields }: Template,
  bytes: Uint8Array,
  from: number,
  to: number,
): { values: Record<string, DescribedValue>[]; end: number } {
  const least = fields.reduce((sum, { length }) => sum + (length === 0xffff ? 1 : length), 0);
  const places: number[] = [];
  const values: Record<string, DescribedValue>[] = [];
  let at = from;
  while (to - at >= Math.max(1, least)) {
    const end = locateFields(fields, bytes, at, to, places);
    if (end === undefined || end === at) break;
    const record: Record<string, DescribedValue> = {};
    fields.forEach((field, index) => {
      if (field.pen === 0 && field.id === 0) return;
      const name = nameOf(field);
      const value = valueOf(field, bytes, places[2 * index] ?? 0, places[2 * index + 1] ?? 0);
      // What comes twice, such as labels and selectors, is a list.
      const before = record[name];
      record[name] = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
    });
    values.push(record);
    at = end;
  }
  return { values, end: at };
}

/** IANA's name, or the numbers of what nobody named here. */
function nameOf(field: Field): string {
  const known = elementOf(field);
  if (known) return known.name;
  return field.pen === 0 ? `element${field.id}` : `enterprise${field.pen}.element${field.id}`;
}

const instant = (ms: number): string => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : 'unknown');
/** Beyond it a double is not exact. */
const exactBytes = 6;
const ntpToUnixSeconds = 2_208_988_800;

function valueOf(field: Field, bytes: Uint8Array, at: number, length: number): DescribedValue {
  const type: ElementType = elementOf(field)?.type ?? 'octetArray';
  if (length === 0) return '';
  if (type === 'string') return textOf(bytes, at, length);
  if (type.startsWith('unsigned') && type !== 'unsigned256') return number(bytes, at, length);
  switch (type) {
    case 'signed8':
    case 'signed16':
    case 'signed32':
    case 'signed64':
      return length <= 8 ? Number(BigInt.asIntN(8 * length, wide(bytes, at, length))) : hex(bytes, at, length);
    case 'float32':
    case 'float64': {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at, length);
      if (length === 8) return view.getFloat64(0);
      return length === 4 ? view.getFloat32(0) : hex(bytes, at, length);
    }
    case 'boolean':
      // RFC 7011, section 6.1.5: 1 is true and 2 is false.
      return bytes[at] === 1;
    case 'macAddress':
      return length === 6 ? hex(bytes, at, length).replaceAll(/(..)(?=.)/g, '$1:') : hex(bytes, at, length);
    case 'ipv4Address':
      return length === 4 ? bytes.subarray(at, at + 4).join('.') : hex(bytes, at, length);
    case 'ipv6Address':
      return length === 16 ? ipv6Text(bytes, at) : hex(bytes, at, length);
    case 'dateTimeSeconds':
      return length === 4 ? instant(u32(bytes, at) * 1000) : number(bytes, at, length);
    case 'dateTimeMilliseconds':
      return instant(unsigned(bytes, at, length));
    case 'dateTimeMicroseconds':
    case 'dateTimeNanoseconds': {
      if (length !== 8) return hex(bytes, at, length);
      const seconds = u32(bytes, at) - ntpToUnixSeconds;
      return instant(seconds * 1000 + (u32(bytes, at + 4) * 1000) / 0x1_0000_0000);
    }
    default:
      return hex(bytes, at, length);
  }
}

/** As a number where that is exact, else as decimal digits. */
function number(bytes: Uint8Array, at: number, length: number): number | string {
  if (length <= exactBytes) return unsigned(bytes, at, length);
  if (length > 8) return hex(bytes, at, length);
  const value = wide(bytes, at, length);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}

function hex(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let index = at; index < at + length; index++) text += (bytes[index] as number).toString(16).padStart(2, '0');
  return text;
}

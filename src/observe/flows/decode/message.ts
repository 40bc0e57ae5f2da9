import { enterpriseBit, variableLength, type Field } from './element.ts';
import { u16, u32 } from './bytes.ts';

/**
 * The frame of NetFlow v9 (RFC 3954) and IPFIX (RFC 7011) messages: a header, and sets that hold templates or records.
 * What is in a set is said to a visitor; what cannot be is said with its place, and the walk goes on behind it where the
 * lengths allow.
 */

export interface MessageHeader {
  version: 9 | 10;
  /** Bytes of the whole message. */
  length: number;
  /** Seconds since 1970. */
  exportSeconds: number;
  uptimeMs?: number;
  sequence: number;
  /** Source id in v9, observation domain in IPFIX. */
  domain: number;
}

export interface Template {
  id: number;
  /** Of these, the first `scopes` say what the others are about: 0 for records of flows. */
  fields: readonly Field[];
  scopes: number;
}

export interface Visitor {
  template(template: Template): void;
  /** Every template, or all options templates, or one of them is void. */
  withdrawn(what: 'templates' | 'options' | number): void;
  /** Records of a template, padding included, from `from` up to, not including, `to`. */
  records(id: number, bytes: Uint8Array, from: number, to: number): void;
  malformed(reason: Malformed, at: number): void;
}

export const malformations = [
  'too-short',
  'unknown-version',
  'trailing-bytes',
  'bad-length',
  'bad-set-length',
  'bad-template',
  'too-many-fields',
  'truncated-record',
  'bad-sample',
] as const;
export type Malformed = (typeof malformations)[number];

const v9HeaderBytes = 20;
const ipfixHeaderBytes = 16;
/** Fields of one template; a datagram could have sixteen thousand. */
const maxFields = 2000;
/** Of these, without a length: each is looked at in each record, and a record may be of one byte. */
const maxEmptyFields = 16;
const firstRecordSet = 256;

/** Undefined when the bytes from `at` on are too few or of another version; `length` then reaches beyond the datagram never. */
export function readHeader(bytes: Uint8Array, at: number): MessageHeader | Malformed {
  const left = bytes.length - at;
  if (left < 2) return 'too-short';
  const version = u16(bytes, at);
  if (version === 9) {
    if (left < v9HeaderBytes) return 'too-short';
    return {
      version,
      // It counts records, and is not to be relied on: a datagram holds one message.
      length: left,
      uptimeMs: u32(bytes, at + 4),
      exportSeconds: u32(bytes, at + 8),
      sequence: u32(bytes, at + 12),
      domain: u32(bytes, at + 16),
    };
  }
  if (version !== 10) return 'unknown-version';
  if (left < ipfixHeaderBytes) return 'too-short';
  const length = u16(bytes, at + 2);
  if (length < ipfixHeaderBytes || length > left) return 'bad-length';
  return {
    version,
    length,
    exportSeconds: u32(bytes, at + 4),
    sequence: u32(bytes, at + 8),
    domain: u32(bytes, at + 12),
  };
}

/**
 * Visits the sets of a message that begins at `at`, and returns where it ends. Some exporters say less than they send: a set
 * that reaches beyond the message and ends with the datagram still belongs to it.
 */
export function walkSets(bytes: Uint8Array, at: number, header: MessageHeader, visitor: Visitor): number {
  let end = at + header.length;
  const [templates, options] = header.version === 9 ? [0, 1] : [2, 3];
  let set = at + (header.version === 9 ? v9HeaderBytes : ipfixHeaderBytes);
  while (end - set >= 4) {
    const id = u16(bytes, set);
    const length = u16(bytes, set + 2);
    // A tail of zeroes is padding that no set owns.
    if (id === 0 && length === 0) return end;
    if (length >= 4 && set + length > end && set + length === bytes.length) {
      visitor.malformed('bad-length', at);
      end = bytes.length;
    }
    if (length < 4 || set + length > end) {
      visitor.malformed('bad-set-length', set);
      return end;
    }
    const from = set + 4;
    const to = set + length;
    if (id === templates) walkTemplates(bytes, from, to, header.version, visitor);
    else if (id === options) {
      if (header.version === 9) walkV9Options(bytes, from, to, visitor);
      else walkIpfixOptions(bytes, from, to, visitor);
    } else if (id >= firstRecordSet) visitor.records(id, bytes, from, to);
    set = to;
  }
  return end;
}

/** Whether a message has a set of templates, by the lengths of its sets alone. */
export function saysTemplates(bytes: Uint8Array): boolean {
  const header = readHeader(bytes, 0);
  if (typeof header === 'string') return false;
  let set = header.version === 9 ? v9HeaderBytes : ipfixHeaderBytes;
  while (header.length - set >= 4) {
    if (u16(bytes, set) < 4) return true;
    const length = u16(bytes, set + 2);
    if (length < 4) return false;
    set += length;
  }
  return false;
}

function walkTemplates(bytes: Uint8Array, from: number, to: number, version: number, visitor: Visitor): void {
  let at = from;
  while (to - at >= 4) {
    const id = u16(bytes, at);
    const count = u16(bytes, at + 2);
    if (id < firstRecordSet) {
      // Set 2 withdrawn as a whole; zeroes are padding.
      if (version === 10 && id === 2 && count === 0) visitor.withdrawn('templates');
      else if (id !== 0 || count !== 0) visitor.malformed('bad-template', at);
      return;
    }
    if (count === 0) {
      if (version === 10) visitor.withdrawn(id);
      else visitor.malformed('bad-template', at);
      at += 4;
      continue;
    }
    const fields = readFields(bytes, at + 4, to, count, version, visitor);
    if (!fields) return;
    visitor.template({ id, fields: fields.fields, scopes: 0 });
    at = fields.end;
  }
}

/** Lengths of scopes and options are in bytes here. */
function walkV9Options(bytes: Uint8Array, from: number, to: number, visitor: Visitor): void {
  let at = from;
  while (to - at >= 6) {
    const id = u16(bytes, at);
    const scopes = u16(bytes, at + 2) >>> 2;
    const options = u16(bytes, at + 4) >>> 2;
    if (id < firstRecordSet) {
      if (id !== 0) visitor.malformed('bad-template', at);
      return;
    }
    if (scopes + options === 0) {
      visitor.malformed('bad-template', at);
      return;
    }
    const found = readFields(bytes, at + 6, to, scopes + options, 9, visitor);
    if (!found) return;
    const fields = found.fields.map((field, place) => (place < scopes ? { ...field, isScopeOfV9: true } : field));
    visitor.template({ id, fields, scopes });
    at = found.end;
  }
}

function walkIpfixOptions(bytes: Uint8Array, from: number, to: number, visitor: Visitor): void {
  let at = from;
  while (to - at >= 4) {
    const id = u16(bytes, at);
    const count = u16(bytes, at + 2);
    if (id < firstRecordSet) {
      if (id === 3 && count === 0) visitor.withdrawn('options');
      else if (id !== 0 || count !== 0) visitor.malformed('bad-template', at);
      return;
    }
    if (count === 0) {
      visitor.withdrawn(id);
      at += 4;
      continue;
    }
    if (to - at < 6) return;
    const scopes = u16(bytes, at + 4);
    if (scopes === 0 || scopes > count) {
      visitor.malformed('bad-template', at);
      return;
    }
    const found = readFields(bytes, at + 6, to, count, 10, visitor);
    if (!found) return;
    visitor.template({ id, fields: found.fields, scopes });
    at = found.end;
  }
}

function readFields(
  bytes: Uint8Array,
  from: number,
  to: number,
  count: number,
  version: number,
  visitor: Visitor,
): { fields: Field[]; end: number } | undefined {
  if (count > maxFields) {
    visitor.malformed('too-many-fields', from);
    return undefined;
  }
  const fields: Field[] = [];
  let emptyFields = 0;
  let at = from;
  for (let place = 0; place < count; place++) {
    if (to - at < 4) return broken(visitor, at);
    const id = u16(bytes, at);
    const length = u16(bytes, at + 2);
    if (length === 0 && ++emptyFields > maxEmptyFields) {
      visitor.malformed('too-many-fields', at);
      return undefined;
    }
    at += 4;
    if (version === 10 && (id & enterpriseBit) !== 0) {
      if (to - at < 4) return broken(visitor, at);
      fields.push({ pen: u32(bytes, at), id: id & ~enterpriseBit, length });
      at += 4;
    } else fields.push({ pen: 0, id, length });
  }
  return { fields, end: at };
}

function broken(visitor: Visitor, at: number): undefined {
  visitor.malformed('bad-template', at);
  return undefined;
}

/**
 * Where each field of a record begins and how long it is, for templates whose fields vary (RFC 7011, section 7): one byte
 * of length, or 255 and two. Fills `places` with pairs; returns the record's end, undefined when it reaches beyond `to`.
 */
export function locateFields(
  fields: readonly Field[],
  bytes: Uint8Array,
  from: number,
  to: number,
  places: number[],
): number | undefined {
  let at = from;
  for (let index = 0; index < fields.length; index++) {
    let length = fields[index]?.length ?? 0;
    if (length === variableLength) {
      if (at >= to) return undefined;
      length = bytes[at] as number;
      at += 1;
      if (length === 255) {
        if (to - at < 2) return undefined;
        length = u16(bytes, at);
        at += 2;
      }
    }
    if (at + length > to) return undefined;
    places[2 * index] = at;
    places[2 * index + 1] = length;
    at += length;
  }
  return at;
}

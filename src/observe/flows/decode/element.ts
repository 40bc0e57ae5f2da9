import { registry } from './registry.ts';

/** What a field of a record is: IANA's information elements, and what their numbers mean beyond that registry. */
export interface Element {
  name: string;
  type: ElementType;
  /** A number that names something, flags, a counter since the last record or since the beginning, … */
  semantics: string;
}

export type ElementType =
  | 'unsigned8'
  | 'unsigned16'
  | 'unsigned32'
  | 'unsigned64'
  | 'unsigned256'
  | 'signed8'
  | 'signed16'
  | 'signed32'
  | 'signed64'
  | 'float32'
  | 'float64'
  | 'boolean'
  | 'macAddress'
  | 'octetArray'
  | 'string'
  | 'dateTimeSeconds'
  | 'dateTimeMilliseconds'
  | 'dateTimeMicroseconds'
  | 'dateTimeNanoseconds'
  | 'ipv4Address'
  | 'ipv6Address'
  | 'basicList'
  | 'subTemplateList'
  | 'subTemplateMultiList';

/** Elements without an enterprise of their own, by number. */
const elements: ReadonlyMap<number, Element> = new Map(
  registry
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', name = '', type = '', semantics = ''] = line.split(' ');
      return [Number(id), { name, type: type as ElementType, semantics }] as const;
    }),
);

/** RFC 5103, section 6.1: the same element in the other direction of a flow. */
export const reversePen = 29_305;
/** The bit of a field specifier that an enterprise's number follows (RFC 7011, section 3.2). */
export const enterpriseBit = 0x8000;

/** Scopes of NetFlow v9 options are a number space of their own (RFC 3954, section 6.1). */
const scopes = ['', 'scopeSystem', 'scopeInterface', 'scopeLineCard', 'scopeCache', 'scopeTemplate'];

/** One field of a template. */
export interface Field {
  /** 0 for IANA's own. */
  pen: number;
  id: number;
  /** Bytes; `variableLength` where each record says how many. */
  length: number;
  /** A scope of NetFlow v9, whose numbers mean something else. */
  isScopeOfV9?: boolean;
}

export const variableLength = 0xffff;

/** Undefined for what nobody named here: its bytes are shown as they are. */
export function elementOf({ pen, id, isScopeOfV9 }: Field): Element | undefined {
  if (isScopeOfV9 === true) {
    const name = scopes[id];
    return name ? { name, type: 'unsigned32', semantics: 'identifier' } : undefined;
  }
  if (pen === 0) return elements.get(id);
  if (pen !== reversePen) return undefined;
  const forward = elements.get(id);
  return forward && { ...forward, name: `reverse${forward.name.charAt(0).toUpperCase()}${forward.name.slice(1)}` };
}

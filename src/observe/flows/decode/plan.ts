import { copyIpv4, copyIpv6, copyNumber, copyWide, type Copy } from './copy.ts';
import { reversePen, variableLength, type Field } from './element.ts';
import { unsigned } from './bytes.ts';
import { optionFields } from './option-fields.ts';
import type { FlowRows, NarrowColumn, WideColumn } from './flow-rows.ts';
import { endElements, startElements, timeReader, type ReadTime } from './times.ts';

/**
 * How records of one template become rows, worked out once. Each step takes one field of all records of a set, so that
 * what is looked up is looked up once a set and not once a record.
 */
export interface Plan {
  /** Of a record; undefined where fields vary in length, and each record has to be walked. */
  recordBytes: number | undefined;
  /** At least so many bytes belong to a record; what is shorter at the end of a set is padding. */
  leastBytes: number;
  fields: readonly Field[];
  /** Columns that steps write; the others are emptied first, since rows are used again. */
  steps: readonly Step[];
  start: TimeStep | undefined;
  end: TimeStep | undefined;
  /** In milliseconds or microseconds; only where one of the ends is missing. */
  duration: DurationStep | undefined;
  hasReverse: boolean;
  /** Its records name the sampler or selector that chose their packets. */
  hasSampler: boolean;
  hasDirection: boolean;
  /** Places of fields that say something of the exporter, where its records are options. */
  options: readonly number[];
  kind: 'traffic' | 'nat' | 'firewall';
}

interface Step {
  /** Place among the fields, and bytes from the record's beginning where that is fixed. */
  field: number;
  offset: number;
  copy: Copy;
}

interface TimeStep {
  field: number;
  offset: number;
  read: ReadTime;
}

interface DurationStep {
  field: number;
  offset: number;
  length: number;
  perMs: number;
}

/** Elements of up to 32 bits and the column that each fills; where several fill one, the first that is there does. */
const narrow: readonly [column: NarrowColumn, elements: readonly number[]][] = [
  ['protocol', [4]],
  ['tos', [5]],
  ['tcp_flags', [6]],
  ['source_port', [7, 180, 182]],
  ['destination_port', [11, 181, 183]],
  ['icmp', [32, 139]],
  ['input', [10, 252]],
  ['output', [14, 253]],
  ['source_as', [16]],
  ['destination_as', [17]],
  ['source_mask', [9, 29]],
  ['destination_mask', [13, 30]],
  ['vlan', [58, 243, 245]],
  ['direction', [61]],
  ['end_reason', [136]],
  ['forwarding', [89]],
  ['event', [230, 233]],
  ['nat_source_port', [227]],
  ['nat_destination_port', [228]],
  // The rate itself, where a record has it: element 50 is that of random sampling in NetFlow v9.
  ['sampling', [34, 50]],
];
const wide: readonly [column: WideColumn, elements: readonly number[]][] = [
  ['bytes', [1, 85, 231, 352, 23]],
  ['packets', [2, 86, 298, 24]],
];
const addresses = [
  ['source', 8, 27],
  ['destination', 12, 28],
  ['next_hop', 15, 62],
  ['next_hop', 18, 63],
  ['nat_source', 225, 281],
  ['nat_destination', 226, 282],
] as const;
const samplers = [302, 48];
const reverseBytes = [1, 85];
const reversePackets = [2, 86];
/** The same without RFC 5103: what the one who answered sent. */
const answered = { bytes: 232, packets: 299 };

/** Cisco's security appliances name their own elements in NetFlow v9, where there are no enterprises. */
const ofSecurityAppliance: ReadonlyMap<number, number> = new Map([
  [40_001, 225],
  [40_002, 226],
  [40_003, 227],
  [40_004, 228],
  [40_005, 233],
]);

/** Fields of plans that are shared; beyond, sharing begins anew. */
const maxSharedFields = 250_000;

/** Exporters of one kind say the same templates, and a plan takes some kilobytes. */
export class Plans {
  readonly #known = new Map<string, Plan>();
  #fields = 0;

  of(fields: readonly Field[], version: number): Plan {
    const key = `${version};${fields.map(({ pen, id, length, isScopeOfV9 }) => `${isScopeOfV9 ? 's' : ''}${pen}.${id}.${length}`).join(';')}`;
    const known = this.#known.get(key);
    if (known) return known;
    if (this.#fields + fields.length > maxSharedFields) {
      this.#known.clear();
      this.#fields = 0;
    }
    this.#fields += fields.length;
    const plan = compilePlan(fields, version);
    this.#known.set(key, plan);
    return plan;
  }
}

export function compilePlan(fields: readonly Field[], version: number): Plan {
  const known = new Map<number, number>();
  const reversed = new Map<number, number>();
  const offsets: number[] = [];
  let bytes = 0;
  let leastBytes = 0;
  let isFixed = true;
  fields.forEach((field, place) => {
    offsets.push(bytes);
    if (field.length === variableLength) {
      isFixed = false;
      leastBytes += 1;
    } else {
      bytes += field.length;
      leastBytes += field.length;
    }
    if (field.length === 0 || field.length === variableLength) return;
    const id = version === 9 ? (ofSecurityAppliance.get(field.id) ?? field.id) : field.id;
    // Where an element comes twice, the first is the outermost or the observed one.
    if (field.pen === 0 && !known.has(id)) known.set(id, place);
    if (field.pen === reversePen && !reversed.has(id)) reversed.set(id, place);
  });
  const lengthOf = (place: number) => fields[place]?.length ?? 0;
  const steps: Step[] = [];
  const add = (place: number | undefined, make: (length: number) => Copy | undefined) => {
    if (place === undefined) return;
    const copy = make(lengthOf(place));
    if (copy) steps.push({ field: place, offset: offsets[place] ?? 0, copy });
  };
  const first = (ids: readonly number[], of: ReadonlyMap<number, number> = known) =>
    ids.map((id) => of.get(id)).find((place) => place !== undefined);
  for (const [column, ids] of narrow)
    add(first(ids), (length) => (length <= 8 ? copyNumber(column, length) : undefined));
  for (const [column, ids] of wide) add(first(ids), (length) => (length <= 8 ? copyWide(column, length) : undefined));
  for (const [address, ipv4, ipv6] of addresses) {
    add(known.get(ipv6), (length) => (length === 16 ? unlessZero(copyIpv6(address), 16) : undefined));
    add(known.get(ipv4), (length) => (length === 4 ? unlessZero(copyIpv4(address), 4, known.has(ipv6)) : undefined));
  }
  if (first([32, 139]) === undefined) {
    // Type and code apart.
    add(first([176, 178]), () => icmpPart(256));
    add(first([177, 179]), () => icmpPart(1));
  }
  add(first(samplers), (length) => (length <= 8 ? intoScratch('sampler', length) : undefined));
  const reverse = {
    bytes: first(reverseBytes, reversed) ?? known.get(answered.bytes),
    packets: first(reversePackets, reversed) ?? known.get(answered.packets),
  };
  add(reverse.bytes, (length) => (length <= 8 ? intoScratch('reverseBytes', length) : undefined));
  add(reverse.packets, (length) => (length <= 8 ? intoScratch('reversePackets', length) : undefined));
  const time = (ids: readonly number[]): TimeStep | undefined => {
    for (const id of ids) {
      const field = known.get(id);
      const read = field === undefined ? undefined : timeReader(id, lengthOf(field));
      if (field !== undefined && read) return { field, offset: offsets[field] ?? 0, read };
    }
    return undefined;
  };
  const start = time(startElements);
  const end = time(endElements);
  return {
    recordBytes: isFixed && bytes > 0 ? bytes : undefined,
    leastBytes,
    fields,
    steps,
    start,
    end,
    duration: start && end ? undefined : durationStep(known, lengthOf, offsets),
    hasSampler: first(samplers) !== undefined,
    hasDirection: known.has(61),
    options: optionFields(fields),
    hasReverse: reverse.bytes !== undefined || reverse.packets !== undefined,
    kind: known.has(230) ? 'nat' : known.has(233) ? 'firewall' : 'traffic',
  };
}

function durationStep(
  known: ReadonlyMap<number, number>,
  lengthOf: (place: number) => number,
  offsets: readonly number[],
): DurationStep | undefined {
  for (const [id, perMs] of [
    [161, 1],
    [162, 1000],
  ] as const) {
    const field = known.get(id);
    if (field !== undefined && lengthOf(field) <= 8) {
      return { field, offset: offsets[field] ?? 0, length: lengthOf(field), perMs };
    }
  }
  return undefined;
}

/** An exporter whose template has both families leaves the other one zero: that must not hide the address. */
function unlessZero(copy: Copy, length: number, hasOther = true): Copy {
  if (!hasOther) return copy;
  return (bytes, at, stride, count, rows, row) => {
    for (let index = 0; index < count; index++, at += stride) {
      for (let byte = 0; byte < length; byte++) {
        if (bytes[at + byte] === 0) continue;
        copy(bytes, at, stride, 1, rows, row + index);
        break;
      }
    }
  };
}

function icmpPart(weight: 1 | 256): Copy {
  return (bytes, at, stride, count, rows, row) => {
    const { icmp } = rows.narrow;
    for (let end = row + count; row < end; row++, at += stride) {
      icmp[row] = (icmp[row] as number) + (bytes[at] as number) * weight;
    }
  };
}

function intoScratch(name: 'sampler' | 'reverseBytes' | 'reversePackets', length: number): Copy {
  return (bytes, at, stride, count, rows: FlowRows, row) => {
    const into = rows[name];
    for (let end = row + count; row < end; row++, at += stride) into[row] = unsigned(bytes, at, length);
  };
}

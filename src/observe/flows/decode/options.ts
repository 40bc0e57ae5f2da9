import { unsigned } from './bytes.ts';
import type { Plan } from './plan.ts';
import { sessionLimits, type Session } from './session.ts';
import { textOf } from './text-of.ts';

/** What options records say of the exporter itself: how packets were sampled, when it began, how interfaces are called. */

/** A name that an exporter gives to a number. */
export interface NameOption {
  of: 'interface' | 'vrf' | 'sampler' | 'application';
  /** The lower 32 bits of it, as rows have them. */
  number: number;
  name: string;
}

const nothing: readonly NameOption[] = [];

/** `places` are pairs of offset and length, a pair for each field. */
export function readOptions(
  session: Session,
  { fields, options }: Pick<Plan, 'fields' | 'options'>,
  bytes: Uint8Array,
  places: readonly number[],
): readonly NameOption[] {
  if (options.length === 0) return nothing;
  const values = new Map<number, [at: number, length: number]>();
  let scopeInterface: number | undefined;
  for (const index of options) {
    const field = fields[index];
    const at = places[2 * index] ?? 0;
    const length = places[2 * index + 1] ?? 0;
    if (!field || length === 0) continue;
    if (field.isScopeOfV9 === true) {
      if (length <= 8) scopeInterface = unsigned(bytes, at, length);
    } else if (!values.has(field.id)) values.set(field.id, [at, length]);
  }
  const number = (...ids: number[]): number | undefined => {
    for (const id of ids) {
      const found = values.get(id);
      if (found && found[1] <= 8) return unsigned(bytes, ...found);
    }
    return undefined;
  };
  const started = number(160);
  if (started !== undefined) session.startedAt = started;
  const probability = values.get(311);
  const rate = samplingRate(number, probability && doubleAt(bytes, ...probability));
  // Rows have 32 bits for it; IPFIX has up to 64.
  const sampler = (number(302, 48) ?? 0) >>> 0;
  if (rate !== undefined && (session.samplers.has(sampler) || session.samplers.size < sessionLimits.samplers)) {
    session.samplers.set(sampler, rate);
  }
  return names(values, bytes, number, scopeInterface);
}

/**
 * How many packets one stands for. An options record may give interval 1, size 1 and population 256 at once: the rate is
 * then 256, since of so many it took so few (RFC 5477, section 8.2). Undefined when the record says nothing about it.
 */
function samplingRate(
  number: (...ids: number[]) => number | undefined,
  probability: number | undefined,
): number | undefined {
  const [size, population] = [number(309), number(310)];
  const [interval, space] = [number(305), number(306)];
  const rates: number[] = [];
  if (size !== undefined && population !== undefined && size > 0) rates.push(population / size);
  if (interval !== undefined && space !== undefined && interval > 0) rates.push((interval + space) / interval);
  const plain = number(50, 34, 305);
  if (plain !== undefined && plain > 0) rates.push(plain);
  if (probability !== undefined && probability > 0 && probability <= 1) rates.push(1 / probability);
  return rates.length === 0 ? undefined : Math.min(0xffff_ffff, Math.max(1, Math.round(Math.max(...rates))));
}

function doubleAt(bytes: Uint8Array, at: number, length: number): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, length);
  if (length === 8) return view.getFloat64(0);
  return length === 4 ? view.getFloat32(0) : undefined;
}

const maxNameBytes = 256;

function names(
  values: ReadonlyMap<number, [at: number, length: number]>,
  bytes: Uint8Array,
  number: (...ids: number[]) => number | undefined,
  scopeInterface: number | undefined,
): NameOption[] {
  const found: NameOption[] = [];
  const add = (of: NameOption['of'], id: number, key: number | undefined) => {
    const place = values.get(id);
    if (!place || key === undefined) return;
    const name = textOf(bytes, place[0], Math.min(place[1], maxNameBytes));
    if (name !== '') found.push({ of, number: key >>> 0, name });
  };
  add('interface', values.has(82) ? 82 : 83, number(10, 14) ?? scopeInterface);
  add('vrf', 236, number(234, 235));
  add('sampler', values.has(84) ? 84 : 335, number(302, 48));
  add('application', 96, number(95));
  return found;
}

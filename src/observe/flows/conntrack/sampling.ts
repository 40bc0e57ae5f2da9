import type { ConntrackEntry } from '../../../platform/index.ts';

const hashes = 2 ** 32;

/** One of so many: 0.5 is 2. The estimate must come out right, so a share that is no such fraction is rounded to one. */
export function oneOf(share: number): number {
  return Math.max(1, Math.round(1 / share));
}

/** Whether a connection is among those that one of `rate` stands for. All machines on its way decide alike. */
export function isSampled(entry: ConntrackEntry, rate: number): boolean {
  return rate === 1 || hashOfConnection(entry) < hashes / rate;
}

/** 0 to 2^32 - 1, the same for both directions: the ends are hashed one by one and added up. */
export function hashOfConnection({ addresses, ports, protocol }: ConntrackEntry): number {
  const source = hashOfEnd(addresses, 0, ports[0] ?? 0);
  const destination = hashOfEnd(addresses, 4, ports[1] ?? 0);
  return mix((source + destination + protocol) >>> 0);
}

function hashOfEnd(words: Uint32Array, from: number, port: number): number {
  let hash = mix(port + 1);
  for (let word = 0; word < 4; word++) hash = mix(hash ^ (words[from + word] ?? 0));
  return hash;
}

/** The finalizer of MurmurHash3 (Appleby 2011): each bit of the input changes each of the output in half the cases. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

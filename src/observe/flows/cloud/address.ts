import { Unreadable } from './unreadable.ts';

/** An address in four words of 32 bits, the highest first; IPv4 as ::ffff:a.b.c.d. */
export type AddressWords = readonly [number, number, number, number];

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}\\.${octet}\\.${octet}\\.${octet}$`);

/** Throws Unreadable for anything else. */
export function readAddress(text: string): AddressWords {
  const found = ipv4.exec(text);
  if (found) return [0, 0, 0xffff, ipv4Word(found)];
  if (!text.includes(':') || text.length > 45) throw new Unreadable('bad-address');
  return readIpv6(text);
}

function ipv4Word(found: RegExpExecArray): number {
  const [, a, b, c, d] = found.map(Number);
  return (((a ?? 0) << 24) | ((b ?? 0) << 16) | ((c ?? 0) << 8) | (d ?? 0)) >>> 0;
}

/** RFC 4291, section 2.2. */
function readIpv6(text: string): AddressWords {
  const halves = text.split('::');
  if (halves.length > 2) throw new Unreadable('bad-address');
  const [before = [], after] = halves.map(groupsOf);
  const missing = 8 - before.length - (after?.length ?? 0);
  if (after === undefined ? missing !== 0 : missing < 1) throw new Unreadable('bad-address');
  const groups = [...before, ...Array<number>(missing).fill(0), ...(after ?? [])];
  const word = (place: number) => (((groups[place] ?? 0) << 16) | (groups[place + 1] ?? 0)) >>> 0;
  return [word(0), word(2), word(4), word(6)];
}

function groupsOf(part: string): number[] {
  if (part === '') return [];
  const groups = part.split(':');
  return groups.flatMap((group, place) => {
    if (/^[0-9a-f]{1,4}$/i.test(group)) return [Number.parseInt(group, 16)];
    const embedded = place === groups.length - 1 ? ipv4.exec(group) : null;
    if (!embedded) throw new Unreadable('bad-address');
    const word = ipv4Word(embedded);
    return [word >>> 16, word & 0xffff];
  });
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mirrorRules, readPrefix, type MirrorDirection, type MirrorPolicy } from '../../model/index.ts';
import { packetFilter } from './packet-filter.ts';

/** A packet as the kernel's filter sees it. */
interface Seen {
  outgoing: boolean;
  family: 4 | 6 | 'arp';
  source: string;
  destination: string;
  protocol: number;
}

/** The virtual machine of "The BSD Packet Filter" (McCanne and Jacobson 1993), as far as our programs go. */
function runFilter(program: Buffer, seen: Seen): number {
  const header = headerOf(seen);
  const etherType = { 4: 0x0800, 6: 0x86dd, arp: 0x0806 }[seen.family];
  let accumulator = 0;
  for (let place = 0; place < program.length / 8; place++) {
    const at = 8 * place;
    const value = program.readUInt32LE(at + 4);
    const offset = value - 0xfff0_0000;
    switch (program.readUInt16LE(at)) {
      case 0x20:
        accumulator = header.readUInt32BE(offset);
        break;
      case 0x28:
        expect(value).toBe(0xffff_f000);
        accumulator = etherType;
        break;
      case 0x30:
        accumulator = value === 0xffff_f004 ? (seen.outgoing ? 4 : 0) : header.readUInt8(offset);
        break;
      case 0x54:
        accumulator = (accumulator & value) >>> 0;
        break;
      case 0x15:
        place += program.readUInt8(at + (accumulator === value ? 2 : 3));
        break;
      case 0x06:
        return value;
      default:
        throw new Error(`instruction ${program.readUInt16LE(at)}`);
    }
  }
  throw new Error('the program has no end');
}

function headerOf({ family, source, destination, protocol }: Seen): Buffer {
  const header = Buffer.alloc(40);
  if (family === 'arp') return header;
  const [protocolAt, sourceAt, destinationAt] = family === 4 ? [9, 12, 16] : [6, 8, 24];
  header.writeUInt8(protocol, protocolAt);
  for (const [text, from] of [
    [source, sourceAt],
    [destination, destinationAt],
  ] as const)
    readPrefix(text)?.words.forEach((word, index) => header.writeUInt32BE(word, from + 4 * index));
  return header;
}

function isIn(address: string, network: string): boolean {
  const bits = network.split('/')[1] ?? '';
  return JSON.stringify(readPrefix(`${address}/${bits}`)) === JSON.stringify(readPrefix(network));
}

/** What a policy says, said plainly. */
function isWanted(seen: Seen, { networks, peers, protocols, direction }: Filter): boolean {
  if (direction !== 'both' && seen.outgoing !== (direction === 'egress')) return false;
  if (networks.length + peers.length + protocols.length === 0) return true;
  if (seen.family === 'arp') return false;
  const icmp = seen.family === 6 ? 58 : 1;
  if (
    protocols.length > 0 &&
    !protocols.some((one) => (one === 'icmp' ? icmp : one === 'tcp' ? 6 : one) === seen.protocol)
  )
    return false;
  const family = seen.family;
  const matches = (address: string, list: readonly string[]) =>
    list.some((network) => (network.includes(':') ? 6 : 4) === family && isIn(address, network));
  const { source, destination } = seen;
  if (networks.length > 0 && peers.length > 0)
    return (
      (matches(source, networks) && matches(destination, peers)) ||
      (matches(source, peers) && matches(destination, networks))
    );
  const list = [networks, peers].find((some) => some.length > 0);
  return !list || matches(source, list) || matches(destination, list);
}

type Filter = Pick<MirrorPolicy, 'networks' | 'peers' | 'protocols'> & { direction: MirrorDirection };
const some = [
  '192.0.2.0/24',
  '192.0.2.128/25',
  '198.51.100.7/32',
  '0.0.0.0/0',
  '2001:db8::/32',
  '2001:db8::1/128',
  '::/0',
  '2001:db8:0:1::/63',
];
const addresses4 = ['192.0.2.1', '192.0.2.200', '198.51.100.7', '203.0.113.9'];
const addresses6 = ['2001:db8::1', '2001:db8:0:1::5', '2001:db9::1', 'fe80::1'];
const networks = fc.uniqueArray(fc.constantFrom(...some), { maxLength: 3 });
const filter: fc.Arbitrary<Filter> = fc.record({
  networks,
  peers: networks,
  protocols: fc.uniqueArray(fc.constantFrom('icmp' as const, 'tcp' as const, 17, 58), { maxLength: 2 }),
  direction: fc.constantFrom('ingress' as const, 'egress' as const, 'both' as const),
});
const packet: fc.Arbitrary<Seen> = fc.constantFrom(4 as const, 6 as const, 'arp' as const).chain((family) => {
  const address = fc.constantFrom(...(family === 6 ? addresses6 : addresses4));
  return fc.record({
    outgoing: fc.boolean(),
    family: fc.constant(family),
    source: address,
    destination: address,
    protocol: fc.constantFrom(1, 6, 17, 58),
  });
});

test('the program takes what the policy wants, cut to length, and nothing else', () => {
  fc.assert(
    fc.property(filter, fc.array(packet, { minLength: 1, maxLength: 20 }), (given, packets) => {
      const program = packetFilter(mirrorRules(given), given.direction, 96);
      for (const seen of packets) expect(runFilter(program, seen)).toBe(isWanted(seen, given) ? 96 : 0);
    }),
    { numRuns: 500 },
  );
});

import { createHash } from 'node:crypto';
import { isIpv4, type Address } from '../../model/index.ts';

export interface FiveTuple {
  source: Address;
  destination: Address;
  sourcePort: number;
  destinationPort: number;
  protocol: number;
  /** Type times 256, and code. */
  icmp: number;
}

const protocols = { icmp: 1, tcp: 6, udp: 17, icmp6: 58, sctp: 132 } as const;
const withPorts: ReadonlySet<number> = new Set([protocols.tcp, protocols.udp, protocols.sctp]);

/** Types that answer each other, so that question and answer are one flow. */
const pairs: Readonly<Record<number, ReadonlyMap<number, number>>> = {
  [protocols.icmp]: bothWays([0, 8], [9, 10], [13, 14], [15, 16], [17, 18]),
  [protocols.icmp6]: bothWays([128, 129], [130, 131], [133, 134], [135, 136], [139, 140], [144, 145]),
};

/**
 * Community ID, version 1 (github.com/corelight/community-id-spec): one name for both directions of a flow, the same as
 * Zeek, Suricata and others give it. It is made from what a record keeps, so where addresses are hidden it is a name
 * among these records only.
 */
export function communityId(flow: FiveTuple, seed = 0): string {
  const { protocol } = flow;
  const hasPorts = withPorts.has(protocol) || protocol in pairs;
  const [sourcePort, destinationPort, isOneWay] = portsOf(flow);
  const [source, destination] = [bytesOf(flow.source), bytesOf(flow.destination)];
  const order = Buffer.compare(source, destination);
  const isOrdered = isOneWay || order < 0 || (order === 0 && sourcePort < destinationPort);
  const [first, second] = isOrdered ? [source, destination] : [destination, source];
  const [firstPort, secondPort] = isOrdered ? [sourcePort, destinationPort] : [destinationPort, sourcePort];
  const hash = createHash('sha1').update(twoBytes(seed)).update(first).update(second);
  hash.update(Uint8Array.of(protocol, 0));
  if (hasPorts) hash.update(twoBytes(firstPort)).update(twoBytes(secondPort));
  return `1:${hash.digest('base64')}`;
}

/** Of ICMP the type, and the type of the answer; a type that nothing answers has its code, and no other direction. */
function portsOf(flow: FiveTuple): [source: number, destination: number, isOneWay: boolean] {
  const answers = pairs[flow.protocol];
  if (!answers) return [flow.sourcePort, flow.destinationPort, false];
  const type = flow.icmp >>> 8;
  const answer = answers.get(type);
  return answer === undefined ? [type, flow.icmp & 255, true] : [type, answer, false];
}

function bothWays(...types: readonly [number, number][]): ReadonlyMap<number, number> {
  return new Map(
    types.flatMap(([question, answer]): [number, number][] => [
      [question, answer],
      [answer, question],
    ]),
  );
}

function bytesOf(address: Address): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64BE(address.high, 0);
  bytes.writeBigUInt64BE(address.low, 8);
  return isIpv4(address) ? bytes.subarray(12) : bytes;
}

const twoBytes = (value: number) => Uint8Array.of(value >>> 8, value & 255);

import { decode, encode, type Answer } from 'dns-packet';
import { parseAddress } from '../icmp/address.ts';

/** DNS messages (RFC 1035 section 4) as questions and answers; the wire format itself is dns-packet's. */

export const dnsTypes = ['A', 'AAAA', 'MX', 'NS', 'TXT', 'SOA', 'CNAME', 'SRV', 'PTR', 'CAA'] as const;
export type DnsType = (typeof dnsTypes)[number];

export interface DnsQuestion {
  name: string;
  type: DnsType;
}

/** One record of the answer section. */
export interface DnsRecord {
  /** Lower case, without the last dot; the root is `.`. */
  name: string;
  type: string;
  ttlSeconds: number;
  /** As people write it: `192.0.2.1`, `10 mail.example.org`, `0 issue "ca.example.net"`. */
  text: string;
}

export interface DnsReply {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`, … */
  rcode: string;
  records: DnsRecord[];
}

/** Why a message is not the answer that was waited for. */
export type Mismatch = 'malformed' | 'wrong-id' | 'wrong-question';

export function encodeQuery(id: number, { name, type }: DnsQuestion): Buffer {
  // Bit 8 asks the server to ask others: recursion desired.
  return encode({ type: 'query', id, flags: 0x0100, questions: [{ type, name: queryName(name, type) }] });
}

/** The answer to the question, `truncated` if the server says that it did not fit, or why it is none. */
export function decodeReply(bytes: Buffer, id: number, question: DnsQuestion): DnsReply | 'truncated' | Mismatch {
  if (bytes.length < 12 || (bytes[2] ?? 0) < 0x80) return 'malformed';
  if (bytes.readUInt16BE(0) !== id) return 'wrong-id';
  let packet: ReturnType<typeof decode> & { rcode?: string };
  const truncated = ((bytes[2] ?? 0) & 0x02) !== 0;
  try {
    packet = decode(bytes);
  } catch {
    return truncated ? 'truncated' : 'malformed';
  }
  const [asked, ...more] = packet.questions ?? [];
  const name = plainName(queryName(question.name, question.type));
  if (!asked || more.length > 0 || asked.type !== question.type || plainName(asked.name) !== name)
    return 'wrong-question';
  if (truncated) return 'truncated';
  return { rcode: packet.rcode ?? 'NOERROR', records: (packet.answers ?? []).map(recordOf) };
}

/** PTR questions about an address ask for its name in the reverse tree (RFC 1035 section 3.5, RFC 3596 section 2.5). */
function queryName(name: string, type: DnsType): string {
  const address = type === 'PTR' ? parseAddress(name) : undefined;
  if (!address) return name;
  if (address.family === 4) return `${address.bytes.toReversed().join('.')}.in-addr.arpa`;
  const digits = Buffer.from(address.bytes).toString('hex').split('');
  return `${digits.toReversed().join('.')}.ip6.arpa`;
}

/** How names are compared: without case and without the last dot. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/(?<=.)\.$/, '');
}

function recordOf(answer: Answer): DnsRecord {
  const ttlSeconds = 'ttl' in answer ? (answer.ttl ?? 0) : 0;
  return { name: plainName(answer.name), type: answer.type, ttlSeconds, text: textOf(answer) };
}

function textOf(answer: Answer): string {
  switch (answer.type) {
    case 'A':
    case 'AAAA':
      return answer.data;
    case 'CNAME':
    case 'NS':
    case 'PTR':
    case 'DNAME':
      return plainName(answer.data);
    case 'MX':
      return `${answer.data.preference ?? 0} ${plainName(answer.data.exchange)}`;
    case 'TXT':
      return [answer.data].flat().map(String).join('');
    case 'SRV': {
      const { priority = 0, weight = 0, port, target } = answer.data;
      return `${priority} ${weight} ${port} ${plainName(target)}`;
    }
    case 'CAA':
      return `${answer.data.flags ?? 0} ${answer.data.tag} ${JSON.stringify(answer.data.value)}`;
    case 'SOA': {
      const { mname, rname, serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0 } = answer.data;
      return `${plainName(mname)} ${plainName(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
    }
    default:
      return '';
  }
}

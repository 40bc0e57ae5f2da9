import { wordsOf, type AddressWords } from '../flows/enrich/address-words.ts';

/** Ports that a rule of nftables translates sources to, for each address that it translates to. */
export interface NatPool {
  /** The rule, as people find it again: `ip few post: masquerade to :1024-1033`. */
  rule: string;
  /** Of the table; both when missing, as of `inet`. */
  family?: 4 | 6;
  /** First and last; missing where the rule says it in another way, as masquerade does by the device. */
  addresses?: { from: AddressWords; to: AddressWords };
  /** First and last. */
  ports: { from: number; to: number };
  /** The rule names the ports. */
  isBounded: boolean;
  /** IP protocols; all with ports when missing. */
  protocols?: readonly number[];
}

type Json = Record<string, unknown>;
const protocolNumbers: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, dccp: 33, sctp: 132, icmpv6: 58 };
/** What the kernel takes for a port above 1023 when a rule names none (net/netfilter/nf_nat_core.c). */
const usualPorts = { from: 1024, to: 65_535 };
const lastPort = 65_535;
const families: Readonly<Record<string, 4 | 6>> = { ip: 4, ip6: 6 };

/** What `nft -j list ruleset` says of source translation; rules that it cannot read are left out. */
export function readPools(ruleset: unknown): NatPool[] {
  const list = isObject(ruleset) && Array.isArray(ruleset['nftables']) ? (ruleset['nftables'] as unknown[]) : [];
  return list.flatMap((item) => (isObject(item) && isObject(item['rule']) ? poolsOf(item['rule']) : []));
}

function poolsOf(rule: Json): NatPool[] {
  const expressions = Array.isArray(rule['expr']) ? (rule['expr'] as unknown[]).filter(isObject) : [];
  const protocols = expressions.flatMap((one) => (isObject(one['match']) ? protocolsOf(one['match']) : []));
  const family = families[String(rule['family'])];
  const place = [rule['family'], rule['table'], rule['chain']].map(String).join(' ');
  return expressions.flatMap((one) => {
    const kind = 'masquerade' in one ? 'masquerade' : 'snat' in one ? 'snat' : undefined;
    if (!kind) return [];
    const said = isObject(one[kind]) ? one[kind] : {};
    const ports = portsOf(said['port']);
    const addresses = kind === 'snat' ? addressesOf(said['addr']) : undefined;
    const text = [addressText(said['addr']), ports ? `:${ports.from}-${ports.to}` : ''].join('');
    return [
      {
        rule: `${place}: ${kind}${text === '' ? '' : ` to ${text}`}`,
        ports: ports ?? usualPorts,
        isBounded: ports !== undefined,
        ...(family && { family }),
        ...(addresses && { addresses }),
        ...(protocols.length > 0 && { protocols }),
      },
    ];
  });
}

/** Of a match such as `meta l4proto { tcp, udp }`, `ip protocol tcp` or `tcp dport 80`. */
function protocolsOf({ op, left, right }: Json): number[] {
  if (!isObject(left) || (op !== '==' && op !== 'in')) return [];
  const { meta, payload } = left;
  if (isObject(payload) && protocolNumbers[String(payload['protocol'])] !== undefined)
    return [protocolNumbers[String(payload['protocol'])] ?? 0];
  const isProtocol =
    (isObject(meta) && meta['key'] === 'l4proto') ||
    (isObject(payload) && ['protocol', 'nexthdr'].includes(String(payload['field'])));
  if (!isProtocol) return [];
  const values = isObject(right) && Array.isArray(right['set']) ? (right['set'] as unknown[]) : [right];
  return values.flatMap((value) => (typeof value === 'number' ? value : (protocolNumbers[String(value)] ?? [])));
}

function portsOf(port: unknown): { from: number; to: number } | undefined {
  const [from, to] = rangeOf(port);
  const isPort = (value: unknown): value is number => Number.isInteger(value) && Number(value) <= lastPort;
  return isPort(from) && isPort(to) && from <= to ? { from, to } : undefined;
}

function addressesOf(address: unknown): NatPool['addresses'] {
  const [from, to] = rangeOf(address).map((one) => (typeof one === 'string' ? wordsOf(one) : undefined));
  return from && to ? { from, to } : undefined;
}

function addressText(address: unknown): string {
  const [from, to] = rangeOf(address);
  if (typeof from !== 'string' || typeof to !== 'string') return '';
  return from === to ? from : `${from}-${to}`;
}

function rangeOf(value: unknown): readonly [unknown, unknown] {
  if (!isObject(value)) return [value, value];
  const range = value['range'];
  return Array.isArray(range) ? [range[0], range[1]] : [undefined, undefined];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

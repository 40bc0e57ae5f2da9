import { readFile } from 'node:fs/promises';
import { formatAddress } from '../net/icmp/address.ts';

/** A default gateway of this machine; link-local addresses carry `%device`. */
export interface Gateway {
  address: string;
  family: 4 | 6;
  device: string;
}

/** What this machine's own configuration says about the network around it. */
export interface DiscoveredNetwork {
  gateways: Gateway[];
  resolvers: string[];
}

const defaultFiles = {
  route4: '/proc/net/route',
  route6: '/proc/net/ipv6_route',
  resolvers: '/etc/resolv.conf',
} as const;

/** Most lines of one file that are looked at; a router with the full table has a million. */
const maximumLines = 10_000;

/** Reads routes and resolvers from files; sends nothing. A file that is not there counts as empty. */
export async function discoverNetwork(
  files: Readonly<Record<keyof typeof defaultFiles, string>> = defaultFiles,
): Promise<DiscoveredNetwork> {
  const [route4, route6, resolvers] = await Promise.all(
    [files.route4, files.route6, files.resolvers].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return {
    gateways: [...parseRoute4(route4 ?? ''), ...parseRoute6(route6 ?? '')],
    resolvers: parseResolvers(resolvers ?? ''),
  };
}

const routeIsUp = 0x1;
const routeHasGateway = 0x2;
const routeRejects = 0x200;

/** Default gateways in `/proc/net/route` (proc_net(5)), the preferred one (lowest metric) first. */
export function parseRoute4(text: string): Gateway[] {
  const found: { gateway: Gateway; metric: number }[] = [];
  for (const fields of rows(text)) {
    const [device = '', destination = '', gateway = '', flags = '', , , metric = '', mask = ''] = fields;
    if (destination !== '00000000' || mask !== '00000000' || !/^[0-9A-F]{8}$/i.test(gateway)) continue;
    if (!leads(Number.parseInt(flags, 16))) continue;
    // The kernel prints the address as a number in its own byte order, which is little-endian where this runs.
    const bytes = Buffer.from(gateway, 'hex').reverse();
    found.push({ gateway: { address: formatAddress(bytes), family: 4, device }, metric: Number(metric) });
  }
  return inOrder(found);
}

/** Default gateways in `/proc/net/ipv6_route` (net/ipv6/route.c, `rt6_info_route`). */
export function parseRoute6(text: string): Gateway[] {
  const found: { gateway: Gateway; metric: number }[] = [];
  for (const fields of rows(text)) {
    const [destination = '', prefix = '', , , gateway = '', metric = '', , , flags = '', device = ''] = fields;
    if (!/^0{32}$/.test(destination) || prefix !== '00' || !/^[0-9a-f]{32}$/i.test(gateway)) continue;
    if (!leads(Number.parseInt(flags, 16)) || /^0{32}$/.test(gateway)) continue;
    const bytes = Buffer.from(gateway, 'hex');
    const linkLocal = bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
    const address = formatAddress(bytes) + (linkLocal ? `%${device}` : '');
    found.push({ gateway: { address, family: 6, device }, metric: Number.parseInt(metric, 16) });
  }
  return inOrder(found);
}

/**
 * `nameserver` lines of resolv.conf(5), each once. The local stub 127.0.0.53 stays, since it is what this machine asks;
 * the same stub under another loopback address does not come twice.
 */
export function parseResolvers(text: string): string[] {
  const resolvers: string[] = [];
  for (const line of text.split('\n', maximumLines)) {
    const address = /^\s*nameserver\s+([0-9a-fA-F.:]+(?:%[\w.-]+)?)/.exec(line)?.[1];
    if (address === undefined || resolvers.includes(address)) continue;
    if (isStub(address) && resolvers.some(isStub)) continue;
    resolvers.push(address);
  }
  return resolvers;
}

/** systemd-resolved listens on both. */
function isStub(address: string): boolean {
  return address === '127.0.0.53' || address === '127.0.0.54';
}

function leads(flags: number): boolean {
  return (flags & routeIsUp) !== 0 && (flags & routeHasGateway) !== 0 && (flags & routeRejects) === 0;
}

function rows(text: string): string[][] {
  return text.split('\n', maximumLines).map((line) => line.trim().split(/\s+/));
}

function inOrder(found: { gateway: Gateway; metric: number }[]): Gateway[] {
  const seen = new Set<string>();
  return found
    .sort((a, b) => a.metric - b.metric)
    .map(({ gateway }) => gateway)
    .filter(({ address, device }) => {
      const key = `${address} ${device}`;
      return !seen.has(key) && seen.add(key);
    });
}

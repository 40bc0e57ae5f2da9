import { z } from 'zod';
import { address, host } from '../scalars.ts';
import type { IpFamily, UplinkAnchor } from '../uplink.ts';

/** The key `anchors` of an uplink: what is asked through it. */

/** Of an address as text. */
export const familyOf = (text: string): IpFamily => (text.includes(':') ? 6 : 4);
const defaultTcpPort = 443;
/** Resolvers of three operators, whose addresses have not changed for years. */
export const defaultAnchors = [
  '1.1.1.1',
  '8.8.8.8',
  '9.9.9.9',
  '2606:4700:4700::1111',
  '2001:4860:4860::8888',
  '2620:fe::fe',
];

const port = z.int().min(1).max(65_535);
const bareAnchor = address().describe('Asked by ICMP (small and large packets) and by TCP on port 443.');
const tunedAnchor = z.strictObject({
  address: address(),
  types: z
    .array(z.enum(['icmp', 'large', 'tcp']))
    .min(1)
    .default(['icmp', 'large', 'tcp'])
    .describe('large: packets near 1400 bytes, which a black hole of the path MTU swallows.'),
  'tcp-port': port.default(defaultTcpPort),
});
const httpAnchor = z.strictObject({
  http: z.strictObject({
    address: address().describe('A literal address: names would be resolved over who knows which uplink.'),
    port: port.default(80),
    path: z.string().startsWith('/').max(1000).default('/'),
    host: host().optional().describe('The Host header; the address by default.'),
    status: z.int().min(100).max(599).default(200),
    contains: z.string().min(1).max(200).optional().describe('Text that the body must hold.'),
  }),
});
const dnsAnchor = z.strictObject({
  dns: z.strictObject({
    server: address(),
    name: host(),
    expect: z
      .array(address())
      .min(1)
      .max(16)
      .optional()
      .describe('Addresses that the answer must have; any answer counts without them.'),
  }),
});

export const anchorSchema = z
  .union([bareAnchor, tunedAnchor, httpAnchor, dnsAnchor])
  .transform((given): UplinkAnchor[] => {
    if (typeof given === 'string') return [...echoes(given, ['icmp', 'large', 'tcp'], defaultTcpPort)];
    if ('http' in given) {
      const { http } = given;
      const { contains, ...rest } = http;
      const family = familyOf(http.address);
      const found = { kind: 'http' as const, ...rest, family, host: http.host ?? http.address };
      return [{ ...found, ...(contains !== undefined && { contains }) }];
    }
    if ('dns' in given) {
      const { server, name, expect } = given.dns;
      const question = { kind: 'dns' as const, address: server, family: familyOf(server), name };
      return [{ ...question, ...(expect && { expect }) }];
    }
    return [...echoes(given.address, given.types, given['tcp-port'])];
  })
  .describe('An address, or what to ask it.');

function* echoes(address: string, types: readonly ('icmp' | 'large' | 'tcp')[], tcpPort: number) {
  const family = familyOf(address);
  for (const kind of new Set(types)) {
    yield kind === 'tcp' ? { kind, address, family, port: tcpPort } : { kind, address, family };
  }
}

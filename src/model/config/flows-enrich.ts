import { z } from 'zod';
import { address, name } from '../scalars.ts';

/** What is known of addresses and exporters beforehand, and added to flow records before they are kept. */

/** An IPv4 or IPv6 network; bits beyond the prefix do not matter. */
export const ipPrefix = () =>
  z
    .string()
    .refine(
      (text) => z.cidrv4().safeParse(text).success || z.cidrv6().safeParse(text).success,
      'expected a network such as 192.0.2.0/24 or 2001:db8::/32',
    );

const networkSchema = z.strictObject({
  name: name(),
  prefixes: z.array(ipPrefix()).min(1).max(1000),
  site: name().optional().describe('Where it is; exporters of the same site stand at its end of a flow.'),
});

/** Options of `flows` about what an exporter does not know. */
export const flowEnrichOptions = {
  networks: z
    .array(networkSchema)
    .max(2000)
    .default([])
    .describe('Own networks; the longest prefix counts. Without any, private addresses are one’s own.'),
  names: z
    .record(address(), name())
    .refine((names) => Object.keys(names).length <= 20_000, 'expected at most 20000 names')
    .default({})
    .describe('Names of hosts by their addresses.'),
  geo: z
    .strictObject({
      country: z.string().min(1).max(1000).optional().describe('A MaxMind DB file with countries (.mmdb).'),
      as: z.string().min(1).max(1000).optional().describe('A MaxMind DB file with numbers of autonomous systems.'),
    })
    .default({})
    .describe('Where addresses of the Internet are; the files are read again when they change.'),
  'reverse-names': z
    .boolean()
    .default(false)
    .describe('Ask the name server for names of addresses in answers; it then knows who was looked at.'),
};

/** How to ask an exporter for the names of its interfaces (IF-MIB). */
export const snmpSchema = z
  .strictObject({
    port: z.int().min(1).max(65_535).default(161),
    'community-file': z.string().min(1).optional().describe('SNMPv2c: a file that holds the community.'),
    user: z.string().min(1).max(32).optional().describe('SNMPv3, instead of a community.'),
    'auth-file': z.string().min(1).optional().describe('A file that holds the password for SHA-256.'),
    'privacy-file': z.string().min(1).optional().describe('A file that holds the password for AES-128.'),
  })
  .superRefine((given, context) => {
    const { user, 'community-file': community, 'auth-file': auth, 'privacy-file': privacy } = given;
    const report = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message, input: given });
    if ((user === undefined) === (community === undefined)) report('user', 'expected either community-file or user');
    if (user === undefined && (auth ?? privacy) !== undefined) report('user', 'expected a user with these passwords');
    if (privacy !== undefined && auth === undefined) report('auth-file', 'expected auth-file with privacy-file');
  });
export type SnmpSettings = z.output<typeof snmpSchema>;

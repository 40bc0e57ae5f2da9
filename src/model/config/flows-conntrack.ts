import { z } from 'zod';
import { duration, percent } from '../scalars.ts';

const prefix = z
  .string()
  .regex(/^[0-9a-f:.]+(\/\d{1,3})?$/i, 'expected a network such as 192.0.2.0/24 or 2001:db8::/32')
  .describe('A network such as 192.0.2.0/24, or an address.');

/** What a record can have beyond who talked to whom, when and how much. */
export const flowMetadata = ['nat', 'names', 'networks', 'countries', 'as', 'interfaces'] as const;
export type FlowMetadata = (typeof flowMetadata)[number];

const share = () =>
  z
    .number()
    .gt(0)
    .max(1)
    .describe(
      'Share of the connections, by a hash of both ends; one of a whole number of them, so 0.7 is all, 0.4 every second or third.',
    );

/** Flow records of what the kernel of this machine tracks: no other software is needed. */
export const flowConntrackSchema = z.strictObject({
  interval: duration({ min: '5s', max: '15m' })
    .prefault('5s')
    .describe('How often connections that go on report what they did since.'),
  sampling: share().default(1),
  filter: z
    .string()
    .max(2048)
    .default('')
    .describe(
      'An expression of the flow analyzer; only records that fit it are kept. It may not ask for amounts and times.',
    ),
  metadata: z
    .union([z.enum(['all', 'none']), z.array(z.enum(flowMetadata)).max(flowMetadata.length)])
    .default('all')
    .describe('What records have beyond addresses, ports, amounts and times.'),
  subnets: z
    .array(z.strictObject({ prefix, report: z.boolean().default(true), sampling: share().optional() }))
    .max(1000)
    .default([])
    .describe('Where something else holds: a connection is reported when one of its ends is in a subnet that reports.'),
  connections: z
    .int()
    .min(1000)
    .max(4_000_000)
    .default(131_072)
    .describe('How many are remembered, some 300 bytes each; others report when they end.'),
  'set-sysctls': z
    .boolean()
    .default(false)
    .describe('Turn on nf_conntrack_acct and nf_conntrack_timestamp where they are off.'),
});
export type FlowConntrackSettings = z.output<typeof flowConntrackSchema>;

/** The log of address translation on this machine. */
export const flowNatSchema = z.strictObject({
  translations: z.boolean().default(true).describe('Record each translation that begins or ends.'),
  'name-victims': z
    .boolean()
    .default(false)
    .describe(
      'Tell who was refused a port: adds a table `inet quorumwatch_nat` to nftables, which copies first packets.',
    ),
  'log-group': z.int().min(1).max(65_535).default(7711).describe('Group of the packet log for these copies.'),
  'warn-at': percent().prefault('80%').describe('Share of a pool of ports that is worth an insight.'),
});
export type FlowNatSettings = z.output<typeof flowNatSchema>;

import { z } from 'zod';
import { duration, name, size } from '../scalars.ts';
import { flowConntrackSchema, flowNatSchema } from './flows-conntrack.ts';
import { flowAnalysisOptions } from './flows-analysis.ts';
import { flowCloudOptions } from './flows-cloud.ts';
import { flowEnrichOptions, snmpSchema } from './flows-enrich.ts';
import { flowPrivacySchema, retentionClassesSchema } from './flows-privacy.ts';

/** Where flows are listened for: `udp:HOST:PORT` or `tcp:HOST:PORT`, an IPv6 address in brackets. */
export const flowEndpointSchema = z
  .string()
  .regex(
    /^(udp|tcp):(\[[0-9a-f:.%\w]+\]|[\w.-]+):0*(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/i,
    'expected udp:HOST:PORT or tcp:HOST:PORT, with a port up to 65535',
  );

/** As the kernel tells it (RFC 5952), however it was written: `2001:DB8:0::1` is `2001:db8::1`. */
const exporterAddress = z
  .union([z.ipv4(), z.ipv6()])
  .transform((text) => (text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text));

/** One that exports, known beforehand. */
const exporterSchema = z.strictObject({
  name: name(),
  addresses: z.array(exporterAddress).min(1).max(20).describe('Where its messages come from.'),
  site: name().optional(),
  sampling: z.int().min(1).max(10_000_000).optional().describe('One of so many packets, where it does not say itself.'),
  interfaces: z
    .record(z.string().regex(/^\d{1,10}$/, 'expected the number of an interface'), z.string().min(1).max(100))
    .default({})
    .describe('Names of interfaces by their numbers (ifIndex).'),
  'speeds-mbps': z
    .record(
      z.string().regex(/^\d{1,10}$/, 'expected the number of an interface'),
      z.number().min(0.001).max(10_000_000),
    )
    .optional()
    .describe('Speeds of interfaces in millions of bits a second, to tell when they will be full.'),
  snmp: snmpSchema.optional().describe('Ask it every hour for names and speeds of its interfaces.'),
});

const age = (usual: string, what: string) => duration({ min: '1h', max: '1040w' }).prefault(usual).describe(what);

const flowOptions = z.strictObject({
  listen: z
    .array(flowEndpointSchema)
    .max(16)
    .default([])
    .describe('Where exporters send to: udp:HOST:PORT, tcp:HOST:PORT.'),
  watchers: z
    .array(name())
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'Only these watchers collect, by their names; by default each of a cluster, and of several on one host the first.',
    ),
  accept: z
    .enum(['any', 'known'])
    .default('any')
    .describe('known: only exporters that are listed; messages of others are counted and dropped.'),
  exporters: z.array(exporterSchema).max(5000).default([]),
  conntrack: flowConntrackSchema.optional().describe('Records of the connections that this machine tracks (Linux).'),
  nat: flowNatSchema.optional().describe('The log of address translation on this machine (Linux).'),
  ...flowCloudOptions,
  folder: z.string().min(1).max(1000).default('flows').describe('Below the data folder, or an absolute path.'),
  retention: z
    .strictObject({
      raw: age('14d', 'How long single records stay.'),
      '1m': age('60d', 'How long sums of a minute stay; they hold no addresses.'),
      '1h': age('260w', 'How long sums of an hour stay; they hold no addresses.'),
      size: size().prefault('20GiB').describe('All together; above, the oldest go first.'),
      classes: retentionClassesSchema.describe('Other ages of single records, by what they are about.'),
    })
    .prefault({}),
  ...flowEnrichOptions,
  ...flowAnalysisOptions,
  privacy: flowPrivacySchema.prefault({}).describe('What of addresses is kept, and shown.'),
});

/** The collector of flow records; without `listen` nothing is collected. */
export const flowsSchema = flowOptions.superRefine((given, context) => {
  if (!given['reverse-names'] || given.privacy.addresses === 'keep') return;
  const message = 'expected false where addresses are not kept: nobody has names for pseudonyms';
  context.addIssue({ code: 'custom', path: ['reverse-names'], message, input: true });
});
export type FlowSettings = z.output<typeof flowsSchema>;

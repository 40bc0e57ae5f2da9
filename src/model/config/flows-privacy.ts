import { z } from 'zod';
import type { FlowKind } from '../flow.ts';
import { duration } from '../scalars.ts';
import { ipPrefix } from './flows-enrich.ts';

/** What of addresses is kept, how long, and how few people a report may be about. */

/** What is written instead of an address. */
export const addressTreatments = ['keep', 'truncate', 'pseudonyms'] as const;
export type AddressTreatment = (typeof addressTreatments)[number];

export const flowPrivacySchema = z
  .strictObject({
    addresses: z
      .enum(addressTreatments)
      .default('keep')
      .describe(
        'truncate: IPv4 to 24 bits, IPv6 to 48; pseudonyms: others that keep common prefixes, turned round by key.',
      ),
    of: z.enum(['all', 'own', 'foreign']).default('all').describe('Addresses in networks of one’s own, or all others.'),
    'key-file': z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('Of pseudonyms; made by `quorumwatch flows privacy-key FILE`.'),
    'keep-networks': z.array(ipPrefix()).max(1000).default([]).describe('Networks whose addresses stay as they are.'),
    threshold: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('Rows of reports about fewer different sources are put together; 1: none.'),
  })
  .superRefine((given, context) => {
    if ((given.addresses === 'pseudonyms') === (given['key-file'] !== undefined)) return;
    const message = 'expected addresses: pseudonyms and key-file together';
    context.addIssue({ code: 'custom', path: ['key-file'], message, input: given['key-file'] });
  });
export type FlowPrivacySettings = z.output<typeof flowPrivacySchema>;

const age = (what: string) => duration({ min: '1h', max: '1040w' }).optional().describe(what);

const spanSchema = z
  .strictObject({
    minimum: age('Younger records stay, even when the size is exceeded, and nobody can delete them.'),
    maximum: age('Older records go.'),
  })
  .superRefine(({ minimum = 0, maximum = Infinity }, context) => {
    if (minimum <= maximum) return;
    context.addIssue({ code: 'custom', path: ['minimum'], message: 'expected at most the maximum', input: minimum });
  });

/** How long single records stay, by what they are about; `raw` where a class has no maximum of its own. */
export const retentionClassesSchema = z
  .strictObject({
    traffic: spanSchema.optional(),
    nat: spanSchema.optional(),
    firewall: spanSchema.optional(),
    drop: spanSchema.optional(),
  } satisfies Record<FlowKind, unknown>)
  .default({});

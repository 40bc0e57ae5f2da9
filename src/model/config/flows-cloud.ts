import { z } from 'zod';
import { name } from '../scalars.ts';

/** Logs of clouds: `gcp` VPC flows, NAT and firewall; `aws` VPC and transit gateways; `azure` security groups and networks. */
export const cloudFormats = ['gcp', 'aws', 'azure'] as const;
export type CloudFormat = (typeof cloudFormats)[number];

const common = {
  name: name(),
  format: z.enum(cloudFormats).describe('Which cloud wrote it.'),
  'format-string': z
    .string()
    .max(4000)
    .regex(/^[\w${},\s-]+$/, 'expected names of fields such as version srcaddr dstaddr')
    .optional()
    .describe('Of AWS: the fields of a record in their order, where files do not begin with them.'),
};

/** Flow logs of clouds that come as files. */
const cloudFolderSchema = z.strictObject({
  ...common,
  folder: z.string().min(1).max(1000).describe('Files that appear in it or below it are read once; .gz too.'),
});

/** Flow logs of clouds that are posted here, as push subscriptions of Google Cloud Pub/Sub do. */
const cloudPushSchema = z.strictObject({
  ...common,
  'token-file': z.string().min(1).max(1000).describe('Holds the secret that whoever posts has to give.'),
});
const areDifferent = (inputs: readonly { name: string }[]) =>
  new Set(inputs.map(({ name: one }) => one)).size === inputs.length;
const sameName = 'expected a name of its own for each';

export const flowCloudOptions = {
  cloud: z
    .array(cloudFolderSchema)
    .max(50)
    .refine(areDifferent, sameName)
    .default([])
    .describe('Folders with flow logs of clouds.'),
  push: z
    .array(cloudPushSchema)
    .max(50)
    .refine(areDifferent, sameName)
    .default([])
    .describe('Flow logs of clouds that are posted to /api/v1/flows/push/NAME.'),
};
export type CloudFolderSettings = z.output<typeof cloudFolderSchema>;
export type CloudPushSettings = z.output<typeof cloudPushSchema>;

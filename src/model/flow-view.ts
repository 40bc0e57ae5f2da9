import { z } from 'zod';
import { flowKeys, flowQuestionSchema } from './flow-api.ts';
import { duration } from './scalars.ts';

/**
 * A view of traffic under a name: a document that people save, export and import, and that the ledger keeps. It says what
 * the page shows; what it leaves out is as usual there. Keys are written as those of the configuration are.
 */

/** Ways to look at traffic. */
export const flowShows = [
  'flows',
  'sankey',
  'matrix',
  'latency',
  'records',
  'insights',
  'costs',
  'sql',
  'exporters',
] as const;

/** What a question can say, a view can keep. */
const asked = flowQuestionSchema.shape;
const moment = z.iso.datetime({ offset: true });

export const flowViewSchema = z
  .strictObject({
    version: z.literal(1).default(1).describe('Of this format.'),
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower case letters, digits and hyphens'),
    title: z.string().trim().min(1).max(200),
    description: z.string().max(2000).optional(),
    show: z.enum(flowShows).optional(),
    view: asked.view.removeDefault().optional(),
    filter: z.string().max(4000).optional().describe('An expression such as `server host 10.0.0.80`.'),
    by: z.array(z.enum(flowKeys)).min(1).max(6).optional().describe('What rows are told apart by.'),
    measure: asked.measure.removeDefault().optional(),
    statistic: asked.statistic.removeDefault().optional().describe('What rows are ranked by.'),
    point: asked.samplingPoint.removeDefault().optional().describe('Of flows that both ends report.'),
    compare: z.enum(['1h', '1d', '7d']).optional().describe('Also the same so much earlier.'),
    stacked: z.boolean().optional().describe('Areas upon each other, or single lines.'),
    rank: z
      .enum(['average', 'median', 'p95', 'p99', 'max', 'deviation'])
      .optional()
      .describe('Of round trips, the slowest by this.'),
    least: z.int().min(1).max(1_000_000).optional().describe('Round trips of so many records at least.'),
    sql: z.string().max(20_000).optional(),
    range: duration({ min: '1s', max: '520w' }).optional().describe('The last so-and-so-long.'),
    from: moment.optional(),
    to: moment.optional(),
  })
  .refine(
    ({ from, to }) => (from === undefined) === (to === undefined),
    'expected both `from` and `to`, or neither of them',
  )
  .refine(({ range, from }) => range === undefined || from === undefined, 'expected `range`, or `from` and `to`')
  .refine(({ from, to }) => from === undefined || Date.parse(from) < Date.parse(to ?? ''), {
    message: 'expected a time after `from`',
    path: ['to'],
  });

export type FlowView = z.output<typeof flowViewSchema>;
export type FlowViewDocument = z.input<typeof flowViewSchema>;

/** As the API gives them: the document as it was written, where it is from, and why it can no longer be shown. */
export const flowViewEntrySchema = z.object({
  name: z.string(),
  title: z.string(),
  /** `built-in` ones can be opened and saved under another name, not changed. */
  source: z.enum(['built-in', 'ledger']),
  /** Of the last change in the ledger, and who made it when. */
  position: z.int().optional(),
  by: z.string().optional(),
  at: z.iso.datetime({ precision: 3 }).optional(),
  document: z.unknown(),
  /** What this watcher cannot read of it, such as a filter with a word that is no longer known. */
  problem: z.string().optional(),
});
export type ApiFlowView = z.output<typeof flowViewEntrySchema>;

import { z } from 'zod';
import { duration } from '../scalars.ts';

const text = z.string().min(1).max(200);

/** Who may ask about traffic, and what it costs. */
export const flowAnalysisOptions = {
  viewers: z.boolean().default(false).describe('Viewers may see who talks to whom; otherwise that takes an operator.'),
  'insights-every': duration({ min: '1m', max: '1d' })
    .optional()
    .describe('Look so often for what stands out in the last two hours, and count it as a metric.'),
  prices: z
    .strictObject({
      currency: z.string().min(1).max(10).default('USD'),
      'per-GiB': z
        .array(
          z.strictObject({
            to: text.describe('A filter of what goes out, such as `dst country DE` or `dst net 10.0.0.0/8`.'),
            price: z.number().min(0).max(1_000_000).describe('Of a GiB.'),
          }),
        )
        .max(40)
        .default([])
        .describe('The first that fits counts.'),
      otherwise: z.number().min(0).max(1_000_000).default(0).describe('Of a GiB to anywhere else.'),
    })
    .optional()
    .describe('What traffic that leaves one’s own networks costs.'),
};
export type FlowPrices = NonNullable<z.output<typeof flowAnalysisOptions.prices>>;

import { z } from 'zod';
import { duration, percent, type ProbeValue, type Reason } from '../../model/index.ts';

/** What a threshold is compared with: the name of a value, its unit, and its words for people. */
interface Measure {
  value: string;
  unit: 'ms' | '%' | '';
  words: string;
}

const measures = Object.entries<Measure>({
  'thr-loss-percent': { value: 'loss-percent', unit: '%', words: 'loss' },
  'thr-loss-count': { value: 'loss-count', unit: '', words: 'lost packets' },
  'thr-max': { value: 'rtt-max', unit: 'ms', words: 'longest round trip' },
  'thr-avg': { value: 'rtt-avg', unit: 'ms', words: 'average round trip' },
  'thr-stdev': { value: 'rtt-stdev', unit: 'ms', words: 'standard deviation of the round trip' },
  'thr-jitter': { value: 'rtt-jitter', unit: 'ms', words: 'jitter' },
  'thr-tcp-conn-time': { value: 'tcp-connect-time', unit: 'ms', words: 'connection time' },
  'thr-http-time': { value: 'http-resp-time', unit: 'ms', words: 'response time' },
  'thr-dns-time': { value: 'answer-ms', unit: 'ms', words: 'answer time' },
});

export type Values = Readonly<Record<string, ProbeValue>>;

/** The first value that lies above its threshold; equal is not above, as in RouterOS. */
export function exceeded(thresholds: Readonly<Record<string, unknown>>, values: Values): Reason | undefined {
  for (const [name, measure] of measures) {
    const limit = thresholds[name];
    const value = values[measure.value];
    if (typeof limit !== 'number' || typeof value !== 'number' || value <= limit) continue;
    const figure = (number: number) => `${Math.round(number * 1000) / 1000}${measure.unit && ` ${measure.unit}`}`;
    return { code: measure.value, text: `${measure.words} ${figure(value)} is above ${figure(limit)}` };
  }
  return undefined;
}

const time = () => duration({ max: '1h' });

const lossOptions = {
  'thr-loss-percent': percent().optional(),
  'thr-loss-count': z.int().min(0).max(4_294_967_295).optional(),
};
const roundTripOptions = {
  'thr-avg': time().optional(),
  'thr-max': time().optional(),
  'thr-stdev': time().optional(),
  'thr-jitter': time().optional(),
};

/** The block `degraded-when` with these thresholds besides those of trains. */
export function degradedWhen<Shape extends z.ZodRawShape>(own: Shape) {
  return z
    .strictObject({ ...lossOptions, ...roundTripOptions, ...own })
    .optional()
    .describe('Lower thresholds of the same names: above one of them the check is degraded instead of down.');
}

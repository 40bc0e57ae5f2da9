import { latencyBucket, noLatency, noLoss, sampleOutcomes } from '../../../store/index.ts';
import type { Labels, RowValue } from './window-query.ts';

/** A row of samples, as the store has it. */
export interface SampleRow {
  /** Its place in `sampleOutcomes`. */
  outcome: number;
  /** 0 where it was not measured. */
  latencyUs: number;
  /** 255 where it was not measured. */
  lossPercent: number;
}

const [pass, degraded, , unknown] = sampleOutcomes.map((_, place) => place);

/** The value of a sample that counts; NaN where it has none. `variant` is the outcome that is counted, or the bucket from which on it is slow. */
export function valueOfSample(sample: SampleRow, value: RowValue, variant: number): number {
  const { outcome, latencyUs, lossPercent } = sample;
  switch (value) {
    case 'latency':
      return latencyUs === noLatency ? Number.NaN : latencyUs;
    case 'bucket':
      return latencyUs === noLatency ? Number.NaN : latencyBucket(latencyUs);
    case 'loss':
      return lossPercent === noLoss ? Number.NaN : lossPercent;
    case 'success':
      if (outcome === unknown) return Number.NaN;
      return outcome === pass || outcome === degraded ? 1 : 0;
    case 'slow':
      return latencyUs === noLatency ? Number.NaN : Number(latencyBucket(latencyUs) >= variant);
    case 'outcome':
      return outcome === variant ? 1 : 0;
    case 'outcome-only':
      return outcome === variant ? 1 : Number.NaN;
    default:
      return Number.NaN;
  }
}

/** Whether a series stands for one of each outcome. */
export const hasOutcomes = (value: RowValue): boolean => value === 'outcome' || value === 'outcome-only';

/** What a series stands for: itself, or one series for each outcome of its samples. */
export function variantsOf(value: RowValue, labels: Labels): readonly Labels[] {
  if (!hasOutcomes(value)) return [labels];
  return sampleOutcomes.map((outcome) => ({ ...labels, outcome }));
}

/** Tells a series and its variant from all others. */
export const seriesKey = (series: number, variant: number): number => series * sampleOutcomes.length + variant;

import type { EpochMs, NatPoolUse } from '../../model/index.ts';
import type { PoolUse } from './port-use.ts';

/** Pools whose fullest moment is remembered at most. */
const mostPeaks = 10_000;

/** The fullest that each pool has been. */
export class Peaks {
  readonly #peaks = new Map<string, { share: number; at: EpochMs }>();

  add(uses: readonly PoolUse[], now: EpochMs): NatPoolUse[] {
    return uses.map((use) => {
      const share = use.used / use.ports;
      const key = `${use.rule} ${use.address} ${use.protocol}`;
      let peak = this.#peaks.get(key);
      if (!peak || share > peak.share) {
        peak = { share, at: now };
        if (this.#peaks.size < mostPeaks || this.#peaks.has(key)) this.#peaks.set(key, peak);
      }
      return { ...use, share, peakShare: peak.share, peakAt: new Date(peak.at).toISOString() };
    });
  }
}

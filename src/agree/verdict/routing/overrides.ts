import type { EpochMs, OnCallOverride } from '../../../model/index.ts';

/** After an entry: those that are over are forgotten too. */
export function withOverride(
  overrides: readonly OnCallOverride[],
  changed: OnCallOverride,
  at: EpochMs,
): readonly OnCallOverride[] {
  const others = overrides.filter(({ id, to }) => id !== changed.id && to > at);
  return changed.ended ? others : [...others, changed];
}

import { mirrorState, type EpochMs, type Mirror } from '../../model/index.ts';

/** Mirrors that the state knows; older ones that are over are in the ledger. */
const maxMirrors = 200;
/** A watcher that was lost will not say any more that its mirror has ended, or that its files are gone. */
const forgottenAfterMs = 86_400_000;

/** After an entry, in the order of their proposals. */
export function withMirror(mirrors: readonly Mirror[], mirror: Mirror, at: EpochMs): readonly Mirror[] {
  const known = mirrors.some(({ id }) => id === mirror.id);
  const all = known ? mirrors.map((one) => (one.id === mirror.id ? mirror : one)) : [...mirrors, mirror];
  if (all.length <= maxMirrors) return all;
  const oldest = all.findIndex((one) => isOver(one, at));
  return oldest < 0 ? all : all.toSpliced(oldest, 1);
}

/** Whether nothing can come of it any more. */
export function isOver(mirror: Mirror, at: EpochMs): boolean {
  const state = mirrorState(mirror, at);
  if (state === 'lapsed' || state === 'withdrawn' || state === 'shredded') return true;
  if (state === 'ended' && mirror.ended?.files.length === 0) return true;
  const endsAt = mirror.approved?.endsAt;
  return endsAt !== undefined && at > endsAt + mirror.policy.keepMs + forgottenAfterMs;
}

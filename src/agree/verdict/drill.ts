import { drillMarkOf, uplinkOfCheck, type DrillMark, type EpochMs, type Milliseconds } from '../../model/index.ts';
import { heldBy, type CheckState, type Store } from './state.ts';

/** After the end of a drill its uplink has so long to be seen again. */
const settleMs: Milliseconds = 10_000;
/** No drill is longer; what is down for longer than that and the above is no drill any more, whoever says so. */
const longestMs: Milliseconds = 60_000;

/**
 * The drill that explains the trouble of an uplink, by the word of the watcher that switches: nobody else knows. Down is
 * explained until the drill must be over, degraded for as long as that watcher holds the uplink back because of it.
 */
export function drillBehind(store: Store, state: CheckState, at: EpochMs): DrillMark | undefined {
  const { uplinkActor } = store.plan;
  if (!uplinkOfCheck(state.name)) return undefined;
  const opinion = uplinkActor === undefined ? undefined : heldBy(state, uplinkActor);
  const mark = opinion && drillMarkOf(opinion);
  if (!mark) return undefined;
  if (state.verdict === 'degraded') return opinion.state === 'degraded' ? mark : undefined;
  const endsAt = Math.min(mark.endsAt, (state.since ?? at) + longestMs) + settleMs;
  return state.verdict === 'down' && at < endsAt ? mark : undefined;
}

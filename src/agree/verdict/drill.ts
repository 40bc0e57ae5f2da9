import {
  drillMarkOf,
  uplinkOfCheck,
  type CountedOpinion,
  type DrillMark,
  type EpochMs,
  type Milliseconds,
} from '../../model/index.ts';
import { heldBy, type CheckState, type Store } from './state.ts';

/** After the end of a drill its uplink has so long to be seen again. */
const settleMs: Milliseconds = 10_000;
/** No drill is longer; what is down for longer than that and the above is no drill any more, whoever says so. */
const longestMs: Milliseconds = 60_000;
/**
 * So seldom does the word for a drill keep anything from people. The watcher that switches may lie: it could mark a drill
 * at any time, so that whatever dies next is heard of 70 s late. With this that happens once an hour at most.
 */
const spacingMs: Milliseconds = 3_600_000;

/**
 * The drill that an opinion announces: only the watcher that switches may, while the uplink is up by its own word and not
 * down by the verdict, and not soon after another. Otherwise what counted before, if anything did.
 */
export function drillAfter(store: Store, state: CheckState, opinion: CountedOpinion, at: EpochMs): CheckState['drill'] {
  const { drill } = state;
  const mark = drillMarkOf(opinion);
  if (!mark || opinion.watcher !== store.plan.uplinkActor || !uplinkOfCheck(state.name)) return drill;
  if (opinion.state !== 'up' || state.verdict === 'down') return drill;
  if (drill !== undefined && at < drill.announcedAt + spacingMs) return drill;
  return { endsAt: mark.endsAt, announcedAt: at };
}

/**
 * The drill that explains the trouble of an uplink, by the word of the watcher that switches: nobody else knows. Down is
 * explained until the drill must be over, degraded for as long as that watcher may hold the uplink back because of it.
 */
export function drillBehind(store: Store, state: CheckState, at: EpochMs): DrillMark | undefined {
  const { uplinkActor, configuration } = store.plan;
  const opinion = uplinkActor === undefined ? undefined : heldBy(state, uplinkActor);
  const mark = opinion && drillMarkOf(opinion);
  const { drill } = state;
  if (!mark || !drill || drill.endsAt !== mark.endsAt) return undefined;
  const overAt = Math.min(drill.endsAt, drill.announcedAt + longestMs) + settleMs;
  if (state.verdict === 'degraded') {
    const heldUntil = overAt + (configuration?.failover['hold-max'] ?? 0);
    return opinion.state === 'degraded' && at < heldUntil ? mark : undefined;
  }
  return state.verdict === 'down' && at < overAt ? mark : undefined;
}

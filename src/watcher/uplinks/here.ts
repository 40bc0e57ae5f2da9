import type { Milliseconds, UplinkOpinion, UplinkOrder } from '../../model/index.ts';
import type { OperatorChoice } from './choice.ts';
import type { Drills } from './drills.ts';
import type { UplinkRecord } from './outbox.ts';

/** What this watcher knows of uplinks by itself. */
export interface UplinksHere {
  judges: boolean;
  acts: boolean;
  problems: readonly string[];
  waiting: readonly UplinkRecord[];
  opinions: readonly UplinkOpinion[];
  orders: readonly UplinkOrder[];
  choice: OperatorChoice | undefined;
  /** What `gateway: auto` stands for now, by the name of the check; empty where nothing is automatic. */
  gateways: ReadonlyMap<string, string>;
  drill: Drills['running'];
  nowMs: Milliseconds;
}

import type { Translation } from '../translation.ts';
import { koAlerts } from './alerts.ts';
import { koCharts } from './charts.ts';
import { koCheck } from './check.ts';
import { koCluster } from './cluster.ts';
import { koDashboards } from './dashboards.ts';
import { koFlowViews } from './flow-views.ts';
import { koFlows } from './flows.ts';
import { koFrame } from './frame.ts';
import { koGroups } from './groups.ts';
import { koHandling } from './handling.ts';
import { koIncidents } from './incidents.ts';
import { koLedgerKinds } from './ledger-kinds.ts';
import { koMirrors } from './mirrors.ts';
import { koNat } from './nat.ts';
import { koObjectives } from './objectives.ts';
import { koOnCall } from './on-call.ts';
import { koPeople } from './people.ts';
import { koPerformance } from './performance.ts';
import { koUplinks } from './uplinks.ts';

/** Korean, in the formal polite style; names of states and buttons are nouns. */
export const ko: Translation = {
  ...koFrame,
  ...koCheck,
  ...koIncidents,
  ...koCluster,
  uplinks: koUplinks,
  groups: koGroups,
  handling: koHandling,
  alerts: koAlerts,
  objectives: koObjectives,
  onCall: koOnCall,
  ledgerKinds: koLedgerKinds,
  people: koPeople,
  performance: koPerformance,
  flows: koFlows,
  flowViews: koFlowViews,
  nat: koNat,
  mirrors: koMirrors,
  charts: koCharts,
  dashboards: koDashboards,
};

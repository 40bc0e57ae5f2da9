import type { Translation } from '../translation.ts';
import { jaAlerts } from './alerts.ts';
import { jaCharts } from './charts.ts';
import { jaCheck } from './check.ts';
import { jaCluster } from './cluster.ts';
import { jaDashboards } from './dashboards.ts';
import { jaFlowViews } from './flow-views.ts';
import { jaFlows } from './flows.ts';
import { jaFrame } from './frame.ts';
import { jaGroups } from './groups.ts';
import { jaHandling } from './handling.ts';
import { jaIncidents } from './incidents.ts';
import { jaLedgerKinds } from './ledger-kinds.ts';
import { jaMirrors } from './mirrors.ts';
import { jaNat } from './nat.ts';
import { jaObjectives } from './objectives.ts';
import { jaOnCall } from './on-call.ts';
import { jaPeople } from './people.ts';
import { jaPerformance } from './performance.ts';
import { jaUplinks } from './uplinks.ts';

/** Japanese, in the polite style; names of states and buttons are nouns. */
export const ja: Translation = {
  ...jaFrame,
  ...jaCheck,
  ...jaIncidents,
  ...jaCluster,
  uplinks: jaUplinks,
  groups: jaGroups,
  handling: jaHandling,
  alerts: jaAlerts,
  objectives: jaObjectives,
  onCall: jaOnCall,
  ledgerKinds: jaLedgerKinds,
  people: jaPeople,
  performance: jaPerformance,
  flows: jaFlows,
  flowViews: jaFlowViews,
  nat: jaNat,
  mirrors: jaMirrors,
  charts: jaCharts,
  dashboards: jaDashboards,
};

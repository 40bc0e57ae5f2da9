import type { Translation } from '../translation.ts';
import { idAlerts } from './alerts.ts';
import { idCharts } from './charts.ts';
import { idCheck } from './check.ts';
import { idCluster } from './cluster.ts';
import { idDashboards } from './dashboards.ts';
import { idFlowViews } from './flow-views.ts';
import { idFlows } from './flows.ts';
import { idFrame } from './frame.ts';
import { idGroups } from './groups.ts';
import { idHandling } from './handling.ts';
import { idIncidents } from './incidents.ts';
import { idLedgerKinds } from './ledger-kinds.ts';
import { idMirrors } from './mirrors.ts';
import { idNat } from './nat.ts';
import { idObjectives } from './objectives.ts';
import { idOnCall } from './on-call.ts';
import { idPeople } from './people.ts';
import { idPerformance } from './performance.ts';
import { idUplinks } from './uplinks.ts';

/** Indonesian, in the formal style that manuals use. */
export const id: Translation = {
  ...idFrame,
  ...idCheck,
  ...idIncidents,
  ...idCluster,
  uplinks: idUplinks,
  groups: idGroups,
  handling: idHandling,
  alerts: idAlerts,
  objectives: idObjectives,
  onCall: idOnCall,
  ledgerKinds: idLedgerKinds,
  people: idPeople,
  performance: idPerformance,
  flows: idFlows,
  flowViews: idFlowViews,
  nat: idNat,
  mirrors: idMirrors,
  charts: idCharts,
  dashboards: idDashboards,
};

import type { DashboardDocument } from '../../../model/index.ts';
import { checks } from './checks.ts';
import { cluster } from './cluster.ts';
import { sites } from './sites.ts';
import { traffic } from './traffic.ts';
import { uplinks } from './uplinks.ts';
import { watchers } from './watchers.ts';

/** Dashboards that come with the program, by name. */
export const builtInDashboards: readonly DashboardDocument[] = [checks, cluster, sites, traffic, uplinks, watchers];

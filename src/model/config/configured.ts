import type { z } from 'zod';
import type { Language } from '../text/language.ts';
import type { AlertPolicy } from './alerts.ts';
import type { Check } from './check.ts';
import type { Group, Target } from './groups.ts';
import type { Objective } from './objectives.ts';
import type { FlowSettings } from './flows.ts';
import type { MirrorSettings } from './mirrors.ts';
import type { PerformanceSettings } from './performance.ts';
import type { Escalation, QuietHours, Rota, Route } from './routing.ts';
import type { Limits, MaintenanceWindow, Router, serverSchema } from './sections.ts';
import type { StatusPageSettings } from './status-page.ts';
import type { TelemetrySettings } from './telemetry.ts';
import type { FailoverSettings, UplinkSettings } from './uplinks.ts';

/** The configuration as it is read, with all defaults. */

/** One receiver of notifications: its channels, each with the options of its notifier. */
export type Receiver = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Configuration {
  site: string;
  labels: Readonly<Record<string, string>>;
  watch: readonly Check[];
  targets: readonly Target[];
  groups: readonly Group[];
  maintenance: readonly MaintenanceWindow[];
  notify: Readonly<Record<string, Receiver>>;
  /** Of notifications; English without it. */
  language?: Language | undefined;
  /** Of the receivers that have one of their own. */
  receiverLanguages?: Readonly<Record<string, Language>>;
  /** Those that follow from objectives included. */
  alerts: readonly AlertPolicy[];
  /** Absent in what was made without them. */
  objectives?: readonly Objective[];
  routes: readonly Route[];
  rotas: readonly Rota[];
  escalations: readonly Escalation[];
  'quiet-hours': readonly QuietHours[];
  routers: readonly Router[];
  uplinks: readonly UplinkSettings[];
  failover: FailoverSettings;
  limits: Limits;
  flows?: FlowSettings | undefined;
  /** Absent where mirroring is switched off. */
  mirrors?: MirrorSettings | undefined;
  performance: PerformanceSettings;
  'status-page'?: StatusPageSettings | undefined;
  telemetry: TelemetrySettings;
  server: z.output<typeof serverSchema>;
}

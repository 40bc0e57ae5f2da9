import type { RouteDocument } from './route-path.ts';

/** The sections about who is told, as they are written; the watcher has judged them already, so that little can be wrong. */

export interface TimesDocument {
  days?: readonly string[];
  from: string;
  to: string;
}

export interface QuietHoursDocument {
  name: string;
  times: readonly TimesDocument[];
  'time-zone': string;
  'except-severity'?: string;
}

export interface EscalationDocument {
  name: string;
  steps: readonly { after?: string; notify: readonly string[] }[];
  repeat?: number;
}

export interface Routing {
  site: string;
  routes: readonly RouteDocument[];
  escalations: readonly EscalationDocument[];
  quietHours: readonly QuietHoursDocument[];
  receivers: readonly string[];
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function readRouting(document: unknown): Routing {
  const fields = fieldsOf(document);
  return {
    site: typeof fields['site'] === 'string' ? fields['site'] : '',
    routes: listOf(fields['routes']) as Routing['routes'],
    escalations: listOf(fields['escalations']) as Routing['escalations'],
    quietHours: listOf(fields['quiet-hours']) as Routing['quietHours'],
    receivers: Object.keys(fieldsOf(fields['notify'])),
  };
}

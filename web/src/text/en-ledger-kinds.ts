import type { LedgerKind } from '../../../src/model/index.ts';

/** Kinds of ledger entries. In English they go by the names that the API has for them. */
export const enLedgerKinds = {
  genesis: 'genesis',
  configuration: 'configuration',
  membership: 'membership',
  observations: 'observations',
  opinion: 'opinion',
  presence: 'presence',
  request: 'request',
  transition: 'transition',
  incident: 'incident',
  'action-intended': 'action-intended',
  'action-assigned': 'action-assigned',
  'action-started': 'action-started',
  'action-finished': 'action-finished',
  'uplink-switch': 'uplink-switch',
  'uplink-drill': 'uplink-drill',
  dashboard: 'dashboard',
  'flow-view': 'flow-view',
  snooze: 'snooze',
  'on-call-override': 'on-call-override',
  mirror: 'mirror',
  'mirror-read': 'mirror-read',
  audit: 'audit',
} as const satisfies Record<LedgerKind, string>;

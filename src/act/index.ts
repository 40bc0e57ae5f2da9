/** Acts on what was agreed: programs, messages, routers. Every action was intended in the ledger and ends in a receipt. */
export {
  createDispatcher,
  type Carriers,
  type Dispatcher,
  type DispatcherOptions,
  type DispatcherStatistics,
} from './dispatcher.ts';
export type { ActionFinding } from './finding.ts';
export type { ChannelOutcome } from './notify/delivery.ts';
export type { AnsweredIncident, ListenContext } from './notify/listening.ts';
export { renderMessage, threadOf, type OutgoingMessage } from './notify/message.ts';
export { tryReceiver } from './notify/try-receiver.ts';
export type { Notifier, SendContext, SendResult } from './notify/notifier.ts';
export type { KnownMessage, ToldSoFar } from './notify/told.ts';
export { sendMail, type Mail } from './notify/email.ts';
export { notifiers } from './notify/registry.ts';
export {
  createRouterOsUplinkActor,
  type RouterOsUplinkActor,
  type RouterOsUplinkActorOptions,
} from './routeros/uplink-actor.ts';
export { routerFile } from './routeros/uplink-journal.ts';
export { removeRouterLeftovers } from './routeros/uplink-leftovers.ts';
export { scriptEnvironment } from './scripts/variables.ts';
export { createTestActions, type TestActions, type TestActionsOptions } from './test-actions.ts';
export { MirrorActor, type MirrorActorOptions, type MirrorFigures } from './mirror/mirror-actor.ts';
export { drillRemoval, drillRules } from './uplinks/drill-rules.ts';
export { followGateways } from './uplinks/gateways.ts';
export type { UplinkInterference } from './uplinks/interference.ts';
export { setupFile } from './uplinks/journal.ts';
export { removeLeftovers } from './uplinks/leftovers.ts';
export { createLinuxActor, type LinuxActorOptions, type UplinkActor } from './uplinks/linux-actor.ts';
export { orderUplinks, type OrderQuestion } from './uplinks/order.ts';

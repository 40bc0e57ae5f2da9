import {
  QwError,
  type Incident,
  type LedgerBodies,
  type Mirror,
  type OnCallOverride,
  type Snooze,
} from '../../model/index.ts';
import { documentsOf, noDocuments, type DocumentState } from './documents.ts';
import type { Plan } from './plan.ts';
import type { NumberWindow } from './number-window.ts';
import type { Presence } from './presence.ts';
import type { Gate } from './routing/gates.ts';
import { Snoozes } from './snoozes.ts';
import { noUplinkPast, type UplinkPast } from './uplink-past.ts';
import { freshCheck, State, type ActionState, type CheckState, type InForce, type MembershipState } from './state.ts';

const snapshotVersion = 3;

/** The state without what follows from it. Lists keep the order that bounds rely on. */
export interface Snapshot {
  version: number;
  /** Hash of the genesis. */
  network: string;
  genesis?: LedgerBodies['genesis'];
  inForce?: Omit<InForce, 'body'> & { body: Omit<InForce['body'], 'document'>; documentText: string };
  membership: MembershipState;
  presence: Presence;
  /** By watcher, sorted. */
  windows: (readonly [watcher: string, window: NumberWindow])[];
  nextPosition: number;
  time: number;
  lastIncident: number;
  checks: CheckState[];
  openIncidents: Incident[];
  closedIncidents: Incident[];
  pendingActions: ActionState[];
  finishedActions: ActionState[];
  /** Absent while nothing was done to any uplink. */
  uplinkPast?: UplinkPast;
  /** By name, sorted; absent while there is none. */
  dashboards?: DocumentState[];
  /** The same of views of traffic. */
  flowViews?: DocumentState[];
  /** Absent while there is none. */
  snoozes?: readonly Snooze[];
  /** Absent while there is none. */
  overrides?: readonly OnCallOverride[];
  /** Absent while there is none. */
  mirrors?: readonly Mirror[];
  /** Absent while there is none. */
  gates?: (readonly [key: string, gate: Gate])[];
}

/**
 * Equal states give equal bytes. Members keep the order in which an entry had its keys: entries that are made of what is
 * kept here must come out the same after a restart as without one.
 */
export function writeSnapshot(state: State, network: string): Uint8Array {
  const snapshot: Snapshot = {
    version: snapshotVersion,
    network,
    ...(state.genesis && { genesis: state.genesis }),
    ...(state.inForce && { inForce: writeInForce(state.inForce) }),
    membership: state.membership,
    presence: state.presence,
    windows: [...state.windows].sort(([a], [b]) => (a < b ? -1 : 1)),
    nextPosition: state.nextPosition,
    time: state.time,
    lastIncident: state.lastIncident,
    checks: [...state.checks.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    openIncidents: [...state.openIncidents.values()],
    closedIncidents: [...state.closedIncidents.values()],
    pendingActions: [...state.pendingActions.values()],
    finishedActions: [...state.finishedActions.values()],
    ...(state.uplinkPast !== noUplinkPast && { uplinkPast: state.uplinkPast }),
    ...(state.dashboards.size > 0 && { dashboards: [...state.dashboards.values()] }),
    ...(state.flowViews.size > 0 && { flowViews: [...state.flowViews.values()] }),
    ...(state.snoozes.list.length > 0 && { snoozes: state.snoozes.list }),
    ...(state.overrides.length > 0 && { overrides: state.overrides }),
    ...(state.mirrors.length > 0 && { mirrors: state.mirrors }),
    ...(state.gates.size > 0 && { gates: [...state.gates] }),
  };
  return Buffer.from(JSON.stringify(snapshot));
}

/** The bytes are our own and their checksum has been verified; only the version is in question. */
export function readSnapshot(bytes: Uint8Array, network: string): Snapshot {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const snapshot = JSON.parse(text) as Snapshot;
  if (snapshot.version !== snapshotVersion) {
    throw new QwError('DATA_NEWER', `the snapshot has version ${snapshot.version}, expected ${snapshotVersion}`);
  }
  if (snapshot.network !== network) throw new QwError('DATA_FOREIGN', 'the snapshot is of another cluster');
  return snapshot;
}

/** The document goes as text: people get their configuration back in the order in which they wrote it. */
function writeInForce({ body, ...rest }: InForce): NonNullable<Snapshot['inForce']> {
  const { document, ...others } = body;
  return { ...rest, body: others, documentText: JSON.stringify(document) };
}

export function readInForce({ documentText, body, ...rest }: NonNullable<Snapshot['inForce']>): InForce {
  return { ...rest, body: { ...body, document: JSON.parse(documentText) as unknown } };
}

/** The state of a snapshot, upon the plan of its configuration. */
export function stateOf(snapshot: Snapshot, plan: Plan): State {
  const state = new State(plan, snapshot.membership);
  if (snapshot.genesis) state.genesis = snapshot.genesis;
  if (snapshot.inForce) state.inForce = readInForce(snapshot.inForce);
  state.presence = snapshot.presence;
  for (const [watcher, window] of snapshot.windows) state.setWindow(watcher, window);
  state.nextPosition = snapshot.nextPosition;
  state.time = snapshot.time;
  state.lastIncident = snapshot.lastIncident;
  for (const name of plan.checks.keys()) state.setCheck(name, freshCheck(name));
  for (const check of snapshot.checks) state.setCheck(check.name, check);
  for (const incident of [...snapshot.openIncidents, ...snapshot.closedIncidents]) state.setIncident(incident);
  for (const action of [...snapshot.pendingActions, ...snapshot.finishedActions]) state.setAction(action);
  if (snapshot.uplinkPast) state.uplinkPast = snapshot.uplinkPast;
  state.dashboards = snapshot.dashboards ? documentsOf(snapshot.dashboards) : noDocuments;
  state.flowViews = snapshot.flowViews ? documentsOf(snapshot.flowViews) : noDocuments;
  if (snapshot.snoozes) state.snoozes = new Snoozes(snapshot.snoozes);
  if (snapshot.overrides) state.overrides = snapshot.overrides;
  if (snapshot.mirrors) state.mirrors = snapshot.mirrors;
  for (const [key, gate] of snapshot.gates ?? []) state.setGate(key, gate);
  return state;
}

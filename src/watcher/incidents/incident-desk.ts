import type { LedgerEntry, VerdictMachine } from '../../agree/index.ts';
import {
  incidentsOf,
  matchesIncident,
  QwError,
  type ActionIntent,
  type ApiActionStatus,
  type ApiIncident,
  type ApiIncidentPage,
  type ApiIncidentTimeline,
  type ApiSnooze,
  type EpochMs,
  type Incident,
  type IncidentFilter,
  type IncidentImpact,
  type IncidentStatus,
  type LedgerRequest,
  type SnoozeScope,
  type Transition,
} from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Certificates } from '../certificates.ts';
import type { Paging } from '../paging.ts';
import { presentAction, presentIncident, presentTransition } from '../present.ts';
import type { Proposer } from '../proposer.ts';
import { exportIncident, type ExportedIncident, type ExportFormat } from './export-incident.ts';
import type { IncidentHistory } from './history.ts';
import { presentSnooze } from './present-snooze.ts';
import { placeOf, readCursor, writeCursor } from './cursor.ts';

/** Incidents as people handle them: list, search, evidence, what is said of them, and quiet for a while. */
export interface IncidentDesk {
  /** Open ones first, then resolved ones, each newest first. BAD_INPUT for a cursor that is none. */
  list(filter: IncidentFilter, paging: Paging): Promise<ApiIncidentPage>;
  get(id: string): Promise<ApiIncident | undefined>;
  actions(id: string): Promise<ApiActionStatus[]>;
  timeline(id: string): Promise<ApiIncidentTimeline | undefined>;
  /** As a file for people or programs. */
  export(id: string, format: ExportFormat): Promise<ExportedIncident | undefined>;
  /** The text of the outage certificate; undefined when there is no such incident. CONFLICT while it cannot be made. */
  certificate(id: string, since?: number): Promise<string | undefined>;
  /** What people say of an incident; each throws NOT_FOUND, and CONFLICT for what its state does not allow. */
  acknowledge(id: string, by: string): Promise<ApiIncident>;
  note(id: string, by: string, text: string): Promise<ApiIncident>;
  setStatus(id: string, by: string, status: IncidentStatus, text: string): Promise<ApiIncident>;
  /** To nobody without `to`. */
  assign(id: string, by: string, to?: string): Promise<ApiIncident>;
  setCause(id: string, by: string, text: string): Promise<ApiIncident>;
  /** `base` is the revision that was edited. */
  writePostmortem(
    id: string,
    by: string,
    given: { text: string; published: boolean; base?: number },
  ): Promise<ApiIncident>;
  setImpact(id: string, by: string, impact?: IncidentImpact): Promise<ApiIncident>;
  link(id: string, by: string, other: string, linked: boolean): Promise<ApiIncident>;
  /** Those that act now, oldest first. */
  snoozes(): ApiSnooze[];
  snooze(scope: SnoozeScope, until: EpochMs, by: string, comment: string): Promise<ApiSnooze>;
  endSnooze(id: string, by: string): Promise<void>;
}

export interface IncidentDeskParts {
  clock: Clock;
  machine: VerdictMachine;
  proposer: Pick<Proposer, 'propose'>;
  certificates: Pick<Certificates, 'export'>;
  history: Pick<IncidentHistory, 'index' | 'behind'>;
  /** Ledger entries from a position on. */
  read: (from: number, limit: number) => Promise<readonly LedgerEntry[]>;
}

/** Verdicts of one incident that are shown, the newest. */
const maxTransitions = 50;
const maxActions = 50;

export function createIncidentDesk(parts: IncidentDeskParts): IncidentDesk {
  const { clock, machine, proposer, history } = parts;
  const view = () => machine.view(clock.now());
  /** From the state, which is never behind; older ones from the index. */
  const find = async (id: string): Promise<Incident | undefined> =>
    view().incident(id) ?? (/^\d{1,15}$/.test(id) ? await history.index?.get(id) : undefined);
  const change = async (request: LedgerRequest & { incident: string }): Promise<ApiIncident> => {
    await proposer.propose(request);
    const incident = view().incident(request.incident);
    if (!incident) throw new QwError('NOT_FOUND', `there is no incident ${request.incident}`);
    return presentIncident(incident);
  };
  const actions = async (id: string): Promise<ApiActionStatus[]> => {
    const known = (await history.index?.actions(id)) ?? [];
    // What has just happened stands in the state; what is long over, in the index only.
    const found = new Map(known.map((action) => [action.intent.id, action]));
    for (const list of [view().finishedActions(), view().pendingActions()]) {
      for (const action of list) if (isAbout(action.intent, id)) found.set(action.intent.id, action);
    }
    return [...found.values()].toReversed().slice(0, maxActions).map(presentAction);
  };
  const timeline = async (id: string): Promise<ApiIncidentTimeline | undefined> => {
    const incident = await find(id);
    if (!incident) return undefined;
    const shown = incident.transitions.slice(-maxTransitions);
    const transitions = await Promise.all(shown.map((position) => readTransition(parts.read, position)));
    const { updates } = presentIncident(incident);
    const done = await actions(id);
    const items: ApiIncidentTimeline['items'] = [
      ...transitions.flatMap((transition) =>
        transition ? [{ kind: 'transition' as const, at: transition.time, transition }] : [],
      ),
      ...updates.map((update) => ({ kind: 'update' as const, at: update.at, update })),
      ...done
        .toReversed()
        .map((action) => ({ kind: 'action' as const, at: action.at ?? updates[0]?.at ?? '', action })),
    ];
    // Sorting keeps the order of equals: a verdict stands before what was said of it, and that before what was done.
    items.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    return { items, omitted: incident.transitions.length - shown.length };
  };
  return {
    list: async (filter, paging) => list(parts, filter, paging),
    get: async (id) => {
      const incident = await find(id);
      return incident && presentIncident(incident);
    },
    actions,
    timeline,
    export: async (id, format) => {
      const incident = await find(id);
      const told = await timeline(id);
      return incident && told && exportIncident(presentIncident(incident), told, format);
    },
    certificate: async (id, since) => {
      const incident = await find(id);
      return incident && parts.certificates.export(incident, since);
    },
    acknowledge: (incident, by) => change({ kind: 'incident-acknowledge', incident, by }),
    note: (incident, by, text) => change({ kind: 'incident-note', incident, by, text }),
    setStatus: (incident, by, status, text) => change({ kind: 'incident-status', incident, by, status, text }),
    assign: (incident, by, to) => change({ kind: 'incident-assign', incident, by, ...(to !== undefined && { to }) }),
    setCause: (incident, by, text) => change({ kind: 'incident-cause', incident, by, text }),
    writePostmortem: (incident, by, given) => change({ kind: 'incident-postmortem', incident, by, ...given }),
    setImpact: (incident, by, impact) =>
      change({ kind: 'incident-impact', incident, by, ...(impact !== undefined && { impact }) }),
    link: (incident, by, other, linked) => change({ kind: 'incident-link', incident, by, other, linked }),
    snoozes: () => view().snoozes.map(presentSnooze),
    snooze: async (scope, until, by, comment) => {
      await proposer.propose({ kind: 'snooze', scope, until, by, comment });
      const text = JSON.stringify(scope);
      const made = view().snoozes.findLast((one) => one.until === until && JSON.stringify(one.scope) === text);
      if (!made) throw new QwError('CONFLICT', 'the snooze was ended in the same moment');
      return presentSnooze(made);
    },
    endSnooze: async (snooze, by) => {
      await proposer.propose({ kind: 'snooze-end', snooze, by });
    },
  };
}

/** A message that incidents share is an action of each of them. */
function isAbout({ cause, notification }: ActionIntent, incident: string): boolean {
  return cause.incident === incident || (notification !== undefined && incidentsOf(notification).includes(incident));
}

async function list(
  { clock, machine, history }: IncidentDeskParts,
  filter: IncidentFilter,
  { cursor, limit }: Paging,
): Promise<ApiIncidentPage> {
  const after = readCursor(cursor);
  const { index, behind } = history;
  if (!index) {
    // Without the index there are the recent ones, in the same order and by the same meaning.
    const all = [...machine.view(clock.now()).incidents()].filter((one) => matchesIncident(one, filter));
    const rest = after ? all.filter((one) => isAfter(placeOf(one), after)) : all;
    const shown = rest.slice(0, limit);
    const last = rest.length > limit ? shown.at(-1) : undefined;
    return pageOf(shown, all.length, last && placeOf(last), behind);
  }
  const { items, total, next } = await index.find({ ...filter, limit, ...(after && { after }) });
  return pageOf(items, total, next, behind);
}

type Place = ReturnType<typeof placeOf>;

function pageOf(items: readonly Incident[], total: number, next: Place | undefined, behind: number): ApiIncidentPage {
  return {
    items: items.map(presentIncident),
    total,
    ...(next && { next: writeCursor(next) }),
    ...(behind > 0 && { behind }),
  };
}

function isAfter(place: Place, after: Place): boolean {
  return place.resolved === after.resolved ? place.id < after.id : place.resolved;
}

async function readTransition(read: IncidentDeskParts['read'], position: number) {
  const [entry] = await read(position, 1);
  if (entry?.kind !== 'transition') return undefined;
  return presentTransition({ ...(entry.body as Transition), position, time: entry.time });
}

import type {
  ApiActionStatus,
  ApiIncident,
  ApiIncidentTimeline,
  ApiSnooze,
  ApiTransition,
} from '../../src/model/index.ts';

/** The part of the stub that knows incidents and snoozes: what is asked is done at once. */

type Answered = object | { status: number; code: string; detail: string };

export interface IncidentsStub {
  snoozes: ApiSnooze[];
  answer: (
    parts: readonly string[],
    method: string,
    body: Readonly<Record<string, unknown>>,
    query: URLSearchParams,
  ) => Answered;
}

export interface StubParts {
  incidents: () => ApiIncident[];
  actions: readonly ApiActionStatus[];
  transition: (position: number) => ApiTransition | undefined;
}

const missing: Answered = { status: 404, code: 'NOT_FOUND', detail: 'There is no such incident' };
const by = 'maria';

export function createIncidentsStub({ incidents, actions, transition }: StubParts): IncidentsStub {
  let made = 0;
  const stub: IncidentsStub = {
    snoozes: [],
    answer: (parts, method, body, query) => {
      if (parts[0] === 'snoozes') return snoozes(parts[1], method, body);
      if (parts.length === 1) return listed(query);
      const found = incidents().find(({ id }) => id === parts[1]);
      if (!found) return missing;
      return parts[2] === undefined ? found : handled(found, parts[2], body);
    },
  };

  const snoozes = (id: string | undefined, method: string, body: Readonly<Record<string, unknown>>): Answered => {
    if (method === 'DELETE') {
      stub.snoozes = stub.snoozes.filter((one) => one.id !== id);
      return {};
    }
    if (method === 'GET') return { items: stub.snoozes };
    const snooze = { id: String((made += 1)), by, from: new Date().toISOString(), ...body } as ApiSnooze;
    stub.snoozes.push(snooze);
    return snooze;
  };

  const listed = (query: URLSearchParams): Answered => {
    const state = query.get('state');
    const words = (query.get('search') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const list = incidents().filter((one) => {
      if (state !== 'all' && (one.status === 'resolved') !== (state === 'resolved')) return false;
      if (query.has('severity') && one.severity !== query.get('severity')) return false;
      if (query.has('impact') && (one.impactOverride ?? one.impact) !== query.get('impact')) return false;
      if (query.has('assignee') && one.assigned?.to !== query.get('assignee')) return false;
      const text = JSON.stringify(one).toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const from = Number(query.get('cursor')?.split('-')[1] ?? 0);
    const end = from + Number(query.get('limit') ?? 100);
    return {
      items: list.slice(from, end),
      total: list.length,
      ...(end < list.length ? { next: `open-${end}` } : {}),
    };
  };

  const handled = (found: ApiIncident, what: string, body: Readonly<Record<string, unknown>>): Answered => {
    const at = new Date().toISOString();
    const word = (key: string) => (typeof body[key] === 'string' ? body[key] : undefined);
    const text = word('text') ?? '';
    const update = (kind: ApiIncident['updates'][number]['kind'], said: string) =>
      found.updates.push({ at, by, kind, text: said });
    switch (what) {
      case 'timeline':
        return timelineOf(found);
      case 'actions':
        return { items: actions.filter((action) => action.incident === found.id) };
      case 'acknowledge':
        found.acknowledged = { by, at };
        update('acknowledged', '');
        break;
      case 'notes':
        update('noted', text);
        break;
      case 'status':
        found.status = body['status'] as ApiIncident['status'];
        update('status', text);
        break;
      case 'assignee':
        delete found.assigned;
        if (word('to') !== undefined) found.assigned = { to: word('to') ?? '', by, at };
        update('assigned', word('to') ?? '');
        break;
      case 'cause':
        found.cause = { text, by, at };
        update('cause', text);
        break;
      case 'impact':
        if (body['impact'] === undefined) delete found.impactOverride;
        else found.impactOverride = body['impact'] as ApiIncident['impact'];
        break;
      case 'same-cause': {
        const other = word('incident') ?? '';
        const rest = (found.sameCause ?? []).filter((id) => id !== other);
        found.sameCause = body['linked'] === false ? rest : [...rest, other];
        break;
      }
      case 'postmortem': {
        const revision = found.postmortem?.revision ?? 0;
        if (body['base'] !== revision) return { status: 409, code: 'CONFLICT', detail: 'Another text was saved' };
        const published = body['published'] === true ? { published: { by, at } } : {};
        found.postmortem = { text, by, at, revision: revision + 1, ...published };
        break;
      }
      default:
        return missing;
    }
    return found;
  };

  const timelineOf = (found: ApiIncident): ApiIncidentTimeline => ({
    items: [
      ...found.transitions.flatMap((position) => {
        const known = transition(position);
        return known ? [{ kind: 'transition' as const, at: known.time, transition: known }] : [];
      }),
      ...found.updates.map((update) => ({ kind: 'update' as const, at: update.at, update })),
      ...actions
        .filter((action) => action.incident === found.id)
        .map((action) => ({ kind: 'action' as const, at: action.at ?? '', action })),
    ],
    omitted: 0,
  });
  return stub;
}

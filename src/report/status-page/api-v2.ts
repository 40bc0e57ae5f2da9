import { indicatorOf } from './component-state.ts';
import { overall } from './current-page.ts';
import { cleanText } from './html.ts';
import type { Speech } from './speech.ts';
import type { PublicIncident, PublicMaintenance, PublicUpdate, StatusComponentView, StatusWorld } from './world.ts';

/**
 * The world in the shape of Atlassian Statuspage's public API v2 (`/api/v2/summary.json` and its like), which status
 * readers know. Beside it stands `monitoring`: `no_data` where a component's status is what was known last.
 */

/** So many incidents does `incidents.json` give, as theirs does. */
const listedIncidents = 50;

export function apiDocuments(world: StatusWorld, speech: Speech): Map<string, () => unknown> {
  const page = pageOf(world);
  const status = statusOf(world, speech);
  const components = componentsOf(world);
  const incidents = () => world.incidents.slice(0, listedIncidents).map((one) => incidentOf(world, speech, one));
  const unresolved = () =>
    world.incidents.filter((one) => one.status !== 'resolved').map((one) => incidentOf(world, speech, one));
  const maintenances = world.maintenance.map((one) => maintenanceOf(world, speech, one));
  const ahead = maintenances.filter((one) => one.status !== 'completed');
  return new Map<string, () => unknown>([
    ['summary.json', () => ({ page, components, incidents: unresolved(), scheduled_maintenances: ahead, status })],
    ['status.json', () => ({ page, status })],
    ['components.json', () => ({ page, components })],
    ['incidents.json', () => ({ page, incidents: incidents() })],
    ['incidents/unresolved.json', () => ({ page, incidents: unresolved() })],
    ['scheduled-maintenances.json', () => ({ page, scheduled_maintenances: maintenances })],
    ['scheduled-maintenances/upcoming.json', () => ({ page, scheduled_maintenances: pick(ahead, 'scheduled') })],
    ['scheduled-maintenances/active.json', () => ({ page, scheduled_maintenances: pick(ahead, 'in_progress') })],
  ]);
}

const pick = <Item extends { status: string }>(all: readonly Item[], status: string) =>
  all.filter((one) => one.status === status);

const pageId = 'quorumwatch';
const instant = (at: number) => new Date(at).toISOString();

/** The last change of anything: it stays the same while nothing changes, whenever it is asked. */
export function lastChange({ since, components, incidents }: StatusWorld): number {
  return Math.max(since, ...components.map((one) => one.updatedAt), ...incidents.map((one) => one.updatedAt));
}

function pageOf(world: StatusWorld) {
  const { title, url, timeZone } = world;
  return { id: pageId, name: title, url, time_zone: timeZone, updated_at: instant(lastChange(world)) };
}

function statusOf(world: StatusWorld, speech: Speech) {
  return {
    indicator: indicatorOf(world.components.map(({ status }) => status)),
    description: speech.text.indicator[overall(world).key],
  };
}

function componentsOf(world: StatusWorld) {
  const groups = [...new Set(world.components.flatMap(({ group }) => group ?? []))];
  const groupId = (group: string) => `group-${groups.indexOf(group) + 1}`;
  const shown = world.components.map((component, at) => ({
    ...componentOf(world, component),
    position: at + 1,
    group_id: component.group === undefined ? null : groupId(component.group),
    group: false,
  }));
  const headings = groups.map((name, at) => {
    const members = world.components.filter(({ group }) => group === name);
    return {
      id: groupId(name),
      name,
      status: worst(members),
      created_at: instant(world.since),
      updated_at: instant(Math.max(...members.map(({ updatedAt }) => updatedAt))),
      position: shown.length + at + 1,
      description: null,
      showcase: false,
      start_date: null,
      group_id: null,
      page_id: pageId,
      group: true,
      only_show_if_degraded: false,
      components: members.map(({ id }) => id),
    };
  });
  return [...shown, ...headings];
}

const order: readonly string[] = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
];

function worst(members: readonly StatusComponentView[]): string {
  return order[Math.max(0, ...members.map(({ status }) => order.indexOf(status)))] ?? 'operational';
}

function componentOf(world: StatusWorld, { id, name, description, status, unknown, updatedAt }: StatusComponentView) {
  return {
    id,
    name,
    status,
    monitoring: unknown ? 'no_data' : 'current',
    created_at: instant(world.since),
    updated_at: instant(updatedAt),
    description: description ?? null,
    showcase: true,
    start_date: instant(world.since).slice(0, 10),
    page_id: pageId,
    only_show_if_degraded: false,
  };
}

const byId = (world: StatusWorld, ids: readonly string[]) => {
  const wanted = new Set(ids);
  return world.components.filter(({ id }) => wanted.has(id)).map((one) => componentOf(world, one));
};

function incidentOf(world: StatusWorld, speech: Speech, incident: PublicIncident) {
  const { id, status, impact, openedAt, updatedAt, resolvedAt, components, updates } = incident;
  const monitoring = updates.find((update) => update.status === 'monitoring');
  return {
    id,
    name: cleanText(speech.titleOf(incident)),
    status: updates.at(-1)?.status === 'postmortem' ? 'postmortem' : status,
    created_at: instant(openedAt),
    updated_at: instant(updatedAt),
    monitoring_at: monitoring ? instant(monitoring.at) : null,
    resolved_at: resolvedAt === undefined ? null : instant(resolvedAt),
    impact,
    shortlink: `${world.url}/incidents/${id}.html`,
    started_at: instant(openedAt),
    page_id: pageId,
    incident_updates: updates.toReversed().map((update) => updateOf(speech, id, update)),
    components: byId(world, components),
    reminder_intervals: null,
  };
}

function updateOf(speech: Speech, incident: string, update: PublicUpdate) {
  const at = instant(update.at);
  return {
    id: update.id,
    status: update.status,
    body: cleanText(speech.words(update)),
    incident_id: incident,
    created_at: at,
    updated_at: at,
    display_at: at,
    affected_components: null,
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
  };
}

function maintenanceOf(world: StatusWorld, speech: Speech, one: PublicMaintenance) {
  const { id, status, from, to, components } = one;
  return {
    id,
    name: cleanText(speech.titleOfMaintenance(one)),
    status,
    created_at: instant(world.since),
    updated_at: instant(world.since),
    monitoring_at: null,
    resolved_at: status === 'completed' ? instant(to) : null,
    impact: 'maintenance',
    shortlink: `${world.url}/index.html#maintenance`,
    started_at: instant(from),
    page_id: pageId,
    incident_updates: [],
    components: byId(world, components),
    scheduled_for: instant(from),
    scheduled_until: instant(to),
  };
}

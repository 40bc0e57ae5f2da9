import { severities, type Incident } from '../../../model/index.ts';
import type { Plan } from '../plan.ts';
import { gateKey } from './gates.ts';
import { severityOf } from './incident-labels.ts';
import type { Group } from './routing.ts';
import type { Want } from './wants.ts';

/** What shares a message. */
export interface Bucket {
  receiver: string;
  group?: Group;
  wants: Want[];
}

/** Wants that may share a message; what is in no group has one of its own. */
export function buckets(wants: readonly Want[]): Bucket[] {
  const shared = new Map<string, Bucket>();
  const all: Bucket[] = [];
  for (const want of wants) {
    const { receiver, group } = want;
    const key = group && gateKey(receiver, group.key);
    const known = key === undefined ? undefined : shared.get(key);
    if (known) {
      known.wants.push(want);
      continue;
    }
    const bucket = { receiver, ...groupPart(group), wants: [want] };
    all.push(bucket);
    if (key !== undefined) shared.set(key, bucket);
  }
  return all;
}

export function groupPart(group: Group | undefined): { group?: Group } {
  return group ? { group } : {};
}

/** The most urgent one leads a message; among equals the oldest. */
export function byUrgency(incidents: readonly Incident[], plan: Plan): Incident[] {
  const rank = (incident: Incident) => severities.indexOf(severityOf(incident, plan.planned(incident.check)?.check));
  return [...incidents].sort((a, b) => rank(b) - rank(a) || Number(a.id) - Number(b.id));
}

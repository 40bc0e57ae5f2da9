import { isDeepStrictEqual } from 'node:util';
import type { ApiPlan } from '../model/index.ts';

/** What would change between two configuration documents, by named thing and path. */
export function planChanges(before: unknown, after: unknown, basedOn: number): ApiPlan {
  const changes: ApiPlan['changes'] = [];
  const old = sections(before);
  const fresh = sections(after);
  for (const section of new Set([...old.keys(), ...fresh.keys()])) {
    const left = old.get(section) ?? new Map<string, unknown>();
    const right = fresh.get(section) ?? new Map<string, unknown>();
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const fields: ApiPlan['changes'][number]['fields'] = [];
      collect(left.get(name), right.get(name), '', fields);
      if (fields.length === 0) continue;
      const change = !left.has(name) ? 'add' : !right.has(name) ? 'remove' : 'change';
      changes.push({ section, name, change, fields });
    }
  }
  return { basedOn, changes };
}

/** Lists of named things by their name; everything else under its own key. */
function sections(document: unknown): Map<string, Map<string, unknown>> {
  const found = new Map<string, Map<string, unknown>>();
  if (!isMap(document)) return found;
  for (const [section, value] of Object.entries(document)) {
    const named = new Map<string, unknown>();
    if (Array.isArray(value) && value.every((item) => isMap(item) && typeof item['name'] === 'string')) {
      for (const item of value as Record<string, unknown>[]) named.set(String(item['name']), item);
    } else if (section === 'notify' && isMap(value)) {
      for (const [name, receiver] of Object.entries(value)) named.set(name, receiver);
    } else {
      named.set('', value);
    }
    found.set(section, named);
  }
  return found;
}

function collect(before: unknown, after: unknown, path: string, fields: ApiPlan['changes'][number]['fields']): void {
  if (isDeepStrictEqual(before, after)) return;
  if (isMap(before) && isMap(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      collect(before[key], after[key], path ? `${path}.${key}` : key, fields);
    }
    return;
  }
  fields.push({ path, before: before ?? null, after: after ?? null });
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

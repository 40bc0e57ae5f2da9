import type { EpochMs } from '../../../model/index.ts';
import { FamilyIndex } from './family-index.ts';
import { forecastGrid, gridOf } from './grid.ts';
import { QueryGroups } from './query-groups.ts';
import type { BoundCondition } from './readings.ts';
import { SeriesWindows, type WindowShape } from './series-windows.ts';
import { memoryMs, neededMs, type ConditionQuery, type PolicyQuery, type WindowQuery } from './window-query.ts';

/** Policies with the windows that their conditions look at. */
export interface BoundPolicies {
  /** Greater with each change. */
  version: number;
  /** By everything in which windows differ. */
  windows: ReadonlyMap<string, SeriesWindows>;
  /** What is asked of the series in them, by the same and by the series that are chosen. */
  groups: ReadonlyMap<string, QueryGroups>;
  policies: ReadonlyMap<string, readonly (BoundCondition | undefined)[]>;
  families: ReadonlyMap<string, FamilyIndex>;
}

export const nothingBound: BoundPolicies = {
  version: 0,
  windows: new Map(),
  groups: new Map(),
  policies: new Map(),
  families: new Map(),
};

/**
 * Those who ask the same share it: windows over the same values with the same interval and width, and groups by the same
 * labels. Windows that there were before go on where nothing more is asked of them; others begin empty, and wait to be
 * filled up to `fillTo` where that is given.
 */
export function bindPolicies(
  policies: readonly PolicyQuery[],
  before: BoundPolicies,
  fillTo: EpochMs | undefined,
): BoundPolicies {
  const windows = new Map<string, SeriesWindows>();
  const groups = new Map<string, QueryGroups>();
  const families = new Map<string, FamilyIndex>();
  const queries = queriesOf(policies);
  const version = before.version + 1;

  const windowsFor = (key: string, shape: WindowShape): SeriesWindows => {
    const bound = windows.get(key);
    if (bound) return bound;
    const former = before.windows.get(key);
    const known = [...(queries.get(key) ?? [])].every((selection) => before.groups.has(selection));
    // What was being filled is filled anew: nobody goes on with it.
    const goesOn = former?.isFilling === false && known;
    const found = goesOn ? former : new SeriesWindows(shape);
    if (!goesOn && fillTo !== undefined) found.beginFilling(fillTo);
    found.neededMs = 0;
    found.memoryMs = 0;
    windows.set(key, found);
    return found;
  };
  const groupsFor = (query: WindowQuery, condition: ConditionQuery, policy: PolicyQuery): QueryGroups => {
    const { key, shape, selection } = keysOf(query, condition, policy);
    const own = windowsFor(key, shape);
    own.neededMs = Math.max(own.neededMs, neededMs(condition));
    own.memoryMs = Math.max(own.memoryMs, memoryMs(condition, policy.autoCloseMs));
    const known = groups.get(selection);
    if (known) return known;
    const former = before.groups.get(selection);
    const made = former?.windows === own ? former : new QueryGroups(query, own, version);
    groups.set(selection, made);
    const index = families.get(query.family) ?? new FamilyIndex();
    families.set(query.family, index);
    index.add(made);
    return made;
  };
  const bind = (query: ConditionQuery, policy: PolicyQuery): BoundCondition => ({
    query,
    of: groupsFor(query.of, query, policy),
    to: query.kind === 'ratio' ? groupsFor(query.to, query, policy) : undefined,
    memoryMs: memoryMs(query, policy.autoCloseMs),
  });

  const bound = policies.map(
    (policy) => [policy.name, policy.conditions.map((query) => query && bind(query, policy))] as const,
  );
  return { version, windows, groups, policies: new Map(bound), families };
}

function queriesOf(policies: readonly PolicyQuery[]): Map<string, Set<string>> {
  const queries = new Map<string, Set<string>>();
  for (const policy of policies) {
    for (const condition of policy.conditions) {
      if (!condition) continue;
      for (const query of condition.kind === 'ratio' ? [condition.of, condition.to] : [condition.of]) {
        const { key, selection } = keysOf(query, condition, policy);
        const known = queries.get(key) ?? new Set();
        queries.set(key, known.add(selection));
      }
    }
  }
  return queries;
}

function keysOf(query: WindowQuery, condition: ConditionQuery, policy: PolicyQuery) {
  const shape = shapeOf(query, condition, policy);
  const key = JSON.stringify([query.family, query.value, query.slowBucket ?? null, shape]);
  return { key, shape, selection: JSON.stringify([key, query.selection, query.groupBy]) };
}

function shapeOf({ figure }: WindowQuery, condition: ConditionQuery, policy: PolicyQuery): WindowShape {
  const { intervalMs, settleMs } = policy;
  const common = { figure, intervalMs, settleMs };
  switch (condition.kind) {
    case 'absent':
      return { ...common, windowMs: 0, grid: undefined, hasParts: false };
    case 'forecast':
      return { ...common, windowMs: condition.windowMs, grid: forecastGrid(condition.windowMs), hasParts: true };
    default: {
      const { windowMs } = condition;
      const spanMs = condition.kind === 'rate-of-change' ? 2 * windowMs : windowMs;
      return { ...common, windowMs, grid: gridOf(intervalMs, windowMs, spanMs), hasParts: false };
    }
  }
}

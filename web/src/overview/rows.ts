import type { ApiCheckSummary } from '../../../src/model/index.ts';

/** Rows of the overview: kept small, since there may be ten thousand; filtered, sorted and grouped here, without a view. */

/** What the filters call a state: the five verdicts, and checks that are switched off. */
export type RowState = ApiCheckSummary['verdict'] | 'disabled';

/** In the order of urgency: problems first. */
export const rowStates = [
  'down',
  'partial',
  'degraded',
  'unknown',
  'up',
  'disabled',
] as const satisfies readonly RowState[];

/** A status strip with one letter a slice instead of one object. */
export interface Strip {
  /** `u` up, `g` degraded, `p` partial, `d` down, `-` unknown, a space where nothing was probed. */
  codes: string;
  fromMs: number;
  stepMs: number;
}

export type CheckRow = Omit<ApiCheckSummary, 'strip' | 'opinions'> & {
  state: RowState;
  strip: Strip;
  haystack: string;
};

const codeOf: Record<ApiCheckSummary['verdict'], string> = {
  up: 'u',
  degraded: 'g',
  partial: 'p',
  down: 'd',
  unknown: '-',
};
const stateOfCode = new Map(Object.entries(codeOf).map(([state, code]) => [code, state as ApiCheckSummary['verdict']]));

/** A strip is read no longer than this, whatever arrives. */
const maxStripCells = 120;

function compactStrip(cells: ApiCheckSummary['strip']): Strip {
  const kept = cells.slice(-maxStripCells).map((cell) => ({ atMs: Date.parse(cell.from), code: codeOf[cell.state] }));
  const fromMs = kept[0]?.atMs ?? 0;
  // Slices without any probe are left out of the answer: the shortest distance between two is the length of one.
  const stepMs = kept.reduce((least, { atMs }, index) => {
    const distance = atMs - (kept[index - 1]?.atMs ?? atMs);
    return distance > 0 && (least === 0 || distance < least) ? distance : least;
  }, 0);
  let codes = '';
  for (const { atMs, code } of kept) {
    const place = stepMs === 0 ? codes.length : Math.min(maxStripCells * 2, Math.round((atMs - fromMs) / stepMs));
    codes = codes.padEnd(place, ' ') + code;
  }
  return { codes, fromMs, stepMs };
}

/** How many slices of a strip had each verdict. */
export function stripCounts(strip: Strip): Map<ApiCheckSummary['verdict'], number> {
  const found = new Map<ApiCheckSummary['verdict'], number>();
  for (const code of strip.codes) {
    const state = stateOfCode.get(code);
    if (state) found.set(state, (found.get(state) ?? 0) + 1);
  }
  return found;
}

export function rowOf(check: ApiCheckSummary): CheckRow {
  const { strip, opinions: _, ...rest } = check;
  const labels = Object.entries(check.labels).map(([key, value]) => `${key}=${value}`);
  return {
    ...rest,
    state: check.disabled ? 'disabled' : check.verdict,
    strip: compactStrip(strip),
    haystack: [check.name, check.host, check.type, check.comment ?? '', ...labels].join('\n').toLowerCase(),
  };
}

export type SortKey = 'problems' | 'name' | 'latency' | 'loss' | 'since';
export const sortKeys = ['problems', 'name', 'latency', 'loss', 'since'] as const satisfies readonly SortKey[];

/** What is shown of all the rows; comes from the address. */
export interface View {
  /** Words, all of which must occur. */
  search: string;
  /** Empty: all states. */
  states: ReadonlySet<RowState>;
  type: string;
  /** `key=value`, empty for all. */
  label: string;
  sort: SortKey;
  /** Empty: no groups; `type`; or a label's name. */
  group: string;
}

export function viewFrom(query: URLSearchParams): View {
  const states = (query.get('verdict') ?? '').split(',');
  const sort = query.get('sort');
  return {
    search: query.get('search') ?? '',
    states: new Set(rowStates.filter((state) => states.includes(state))),
    type: query.get('type') ?? '',
    label: query.get('label') ?? '',
    sort: sortKeys.find((key) => key === sort) ?? 'problems',
    group: query.get('group') ?? '',
  };
}

/** Everything but the filter by state: what the counts above the list count. */
export function matching(rows: readonly CheckRow[], view: View): CheckRow[] {
  const words = view.search.toLowerCase().split(/\s+/).filter(Boolean);
  const cut = view.label.indexOf('=');
  const key = view.label.slice(0, Math.max(0, cut));
  const value = view.label.slice(cut + 1);
  return rows.filter(
    (row) =>
      (view.type === '' || row.type === view.type) &&
      (cut < 1 || row.labels[key] === value) &&
      words.every((word) => row.haystack.includes(word)),
  );
}

export function countStates(rows: readonly CheckRow[]): Record<RowState, number> {
  const found: Record<RowState, number> = { up: 0, degraded: 0, partial: 0, down: 0, unknown: 0, disabled: 0 };
  for (const row of rows) found[row.state]++;
  return found;
}

const names = new Intl.Collator(undefined, { numeric: true });

/** The order that rows are kept in. Comparing names is slow, so it is done once a reading, not once a view. */
export const sortByName = (rows: readonly CheckRow[]): CheckRow[] =>
  rows.toSorted((a, b) => names.compare(a.name, b.name));

const urgency = new Map<RowState, number>(rowStates.map((state, index) => [state, index]));
const urgencyOf = (row: CheckRow) => urgency.get(row.state) ?? rowStates.length;
const isProblem = (state: RowState) => state === 'down' || state === 'partial' || state === 'degraded';
/** RFC 3339 in UTC with milliseconds sorts as text. */
const latestFirst = (a: CheckRow, b: CheckRow) =>
  (a.since ?? '') < (b.since ?? '') ? 1 : (a.since ?? '') > (b.since ?? '') ? -1 : 0;
const largestFirst = (a: number | undefined, b: number | undefined) => (b ?? -1) - (a ?? -1);

/** Equals keep the order by name that they come in. */
const orders: Record<SortKey, ((a: CheckRow, b: CheckRow) => number) | undefined> = {
  // Among the healthy, order by name: a list that reshuffles itself cannot be read.
  problems: (a, b) => urgencyOf(a) - urgencyOf(b) || (isProblem(a.state) ? latestFirst(a, b) : 0),
  name: undefined,
  latency: (a, b) => largestFirst(a.latencyMs, b.latencyMs),
  loss: (a, b) => largestFirst(a.lossPercent, b.lossPercent),
  since: latestFirst,
};

/** A line of the list: a group's heading or a check. */
export type Line =
  | { kind: 'group'; name: string; counts: Record<RowState, number>; total: number; folded: boolean }
  | { kind: 'check'; row: CheckRow };

/** Filtered, sorted and grouped lines of rows in the order of their names; groups with problems come first when problems do. */
export function linesOf(rows: readonly CheckRow[], view: View, folded: ReadonlySet<string>): Line[] {
  const chosen = view.states.size === 0 ? [...rows] : rows.filter((row) => view.states.has(row.state));
  const order = orders[view.sort];
  if (order) chosen.sort(order);
  if (view.group === '') return chosen.map((row) => ({ kind: 'check', row }));
  const groups = new Map<string, CheckRow[]>();
  for (const row of chosen) {
    const name = view.group === 'type' ? row.type : (row.labels[view.group] ?? '');
    const members = groups.get(name);
    if (members) members.push(row);
    else groups.set(name, [row]);
  }
  const ordered = [...groups];
  // Rows are sorted already, so with problems first the groups stand in the order of their worst member.
  if (view.sort !== 'problems') ordered.sort(([a], [b]) => names.compare(a, b));
  return ordered.flatMap(([name, members]): Line[] => [
    { kind: 'group', name, counts: countStates(members), total: members.length, folded: folded.has(name) },
    ...(folded.has(name) ? [] : members.map((row): Line => ({ kind: 'check', row }))),
  ]);
}

/** Types and labels that occur, for the choices above the list; at most so many values of a label. */
const maxLabelValues = 200;

export function facetsOf(rows: readonly CheckRow[]): { types: string[]; labels: Map<string, string[]> } {
  const types = new Set<string>();
  const labels = new Map<string, Set<string>>();
  for (const row of rows) {
    types.add(row.type);
    for (const [key, value] of Object.entries(row.labels)) {
      const values = labels.get(key) ?? new Set<string>();
      if (values.size < maxLabelValues) values.add(value);
      labels.set(key, values);
    }
  }
  return {
    types: [...types].sort(names.compare),
    labels: new Map(
      [...labels]
        .sort(([a], [b]) => names.compare(a, b))
        .map(([key, values]) => [key, [...values].sort(names.compare)]),
    ),
  };
}

import type { FlowKey, FlowQuestion } from '../../../src/model/index.ts';
import { readDuration } from '../charts/duration.ts';
import { readConditions, writeConditions, expressionOf, type Condition } from './conditions.ts';

/** What the address says about the traffic that is shown: everything, so that a link shows another person the same. */

export const shows = [
  'flows',
  'sankey',
  'matrix',
  'latency',
  'records',
  'insights',
  'costs',
  'sql',
  'exporters',
] as const;
export type Show = (typeof shows)[number];

export const views = ['source-destination', 'client-server'] as const satisfies readonly FlowQuestion['view'][];
export const measures = ['bytes', 'packets', 'flows'] as const satisfies readonly FlowQuestion['measure'][];
export const points = [
  'average',
  'source',
  'destination',
  'sum',
] as const satisfies readonly FlowQuestion['samplingPoint'][];
export const statistics = [
  'total',
  'average',
  'median',
  'p95',
  'max',
] as const satisfies readonly FlowQuestion['statistic'][];
/** What the present is compared with: so much earlier. */
export const comparisons = ['off', '1h', '1d', '7d'] as const;

/** As the model lists them; the compiler says when one is missing. */
const everyKey: Readonly<Record<FlowKey, true>> = {
  source: true,
  destination: true,
  'source-subnet': true,
  'destination-subnet': true,
  'source-port': true,
  'destination-port': true,
  protocol: true,
  service: true,
  'source-name': true,
  'destination-name': true,
  'source-network': true,
  'destination-network': true,
  'source-country': true,
  'destination-country': true,
  'source-as': true,
  'destination-as': true,
  exporter: true,
  input: true,
  output: true,
  direction: true,
  tos: true,
  'tcp-flags': true,
  vlan: true,
  reporter: true,
  kind: true,
  event: true,
  reason: true,
};
export const keys = Object.keys(everyKey) as FlowKey[];

export const mostKeys = 6;
export const usualRows = 100;
export const mostRows = 10_000;
/** A picture adds up what a table lists, so that it has to know more of it. */
const picturedRows = 2000;
/** Lines over time; pictures of sums have none. */
const chartedRows = 5;
const usualKeys: readonly FlowKey[] = ['source', 'destination'];

/** What drilling down leaves behind: enough to come back to it. */
export interface Step {
  by: readonly FlowKey[];
  filter: string;
  conditions: readonly Condition[];
}

export interface FlowView extends Step {
  show: Show;
  view: FlowQuestion['view'];
  measure: FlowQuestion['measure'];
  point: FlowQuestion['samplingPoint'];
  statistic: FlowQuestion['statistic'];
  compareMs: number;
  compare: (typeof comparisons)[number];
  areas: boolean;
  limit: number;
  trail: readonly Step[];
}

const oneOf = <Word extends string>(words: readonly Word[], given: string | null): Word | undefined =>
  words.find((word) => word === given);

function readKeys(text: string | null): readonly FlowKey[] {
  const found = (text ?? '').split(',').flatMap((word) => oneOf(keys, word) ?? []);
  return found.length === 0 ? usualKeys : [...new Set(found)].slice(0, mostKeys);
}

const readStep = (address: URLSearchParams): Step => ({
  by: readKeys(address.get('by')),
  filter: address.get('filter') ?? '',
  conditions: readConditions(address.get('where') ?? ''),
});

export function readView(address: URLSearchParams): FlowView {
  const compare = oneOf(comparisons, address.get('compare')) ?? 'off';
  const show = oneOf(shows, address.get('show')) ?? 'flows';
  return {
    ...readStep(address),
    show,
    view: oneOf(views, address.get('view')) ?? 'source-destination',
    measure: oneOf(measures, address.get('measure')) ?? 'bytes',
    point: oneOf(points, address.get('point')) ?? 'average',
    statistic: oneOf(statistics, address.get('statistic')) ?? 'total',
    compare,
    compareMs: compare === 'off' ? 0 : (readDuration(compare) ?? 0),
    // Areas laid upon each other have no room for dashed lines of the past.
    areas: address.get('lines') !== 'single' && compare === 'off',
    limit: show === 'sankey' || show === 'matrix' ? picturedRows : address.get('rows') === 'all' ? mostRows : usualRows,
    trail: (address.get('trail') ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => readStep(new URLSearchParams(line))),
  };
}

export type Changes = Record<string, string | undefined>;

/** What a step is in the address; what is usual is left out. */
export const stepChanges = ({ by, filter, conditions }: Step): { by: string; filter: string; where: string } => ({
  by: by.join() === usualKeys.join() ? '' : by.join(),
  filter,
  where: writeConditions(conditions),
});

const writeStep = (step: Step) =>
  new URLSearchParams(Object.entries(stepChanges(step)).filter(([, value]) => value !== '')).toString() || 'by=';

/** Servers refuse addresses of more than some thousand characters, and a trail is written into one. */
const longestTrail = 3000;

/** The way from its beginning; where it becomes too long, steps behind the first are left out. */
function writeTrail(steps: readonly Step[]): string {
  const lines = steps.map(writeStep);
  while (lines.length > 2 && lines.join('\n').length > longestTrail) lines.splice(1, 1);
  const text = lines.join('\n');
  return text.length > longestTrail ? '' : text;
}

/** One step further down, with the way back. */
export const drillTo = (from: FlowView, to: Partial<Step>): Changes => ({
  ...stepChanges({ ...from, ...to }),
  trail: writeTrail([...from.trail, from]),
});

/** Back to a step of the trail. */
export const backTo = (view: FlowView, index: number): Changes => ({
  ...stepChanges(view.trail[index] ?? view),
  trail: writeTrail(view.trail.slice(0, index)),
});

/** The whole filter of a step, as the API takes it. */
export const filterOf = (step: Step): string => expressionOf(step.conditions, step.filter);

/** The question whose answer is on screen. Times are in milliseconds since 1970. */
export function questionOf(view: FlowView, fromMs: number, toMs: number): FlowQuestion {
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    view: view.view,
    filter: filterOf(view),
    groupBy: [...view.by],
    measure: view.measure,
    samplingPoint: view.point,
    statistic: view.statistic,
    limit: view.limit,
    charted: view.show === 'flows' ? chartedRows : 0,
    compareMs: view.show === 'flows' ? view.compareMs : 0,
    resolution: 'auto',
  };
}

import { assert } from '../../model/index.ts';
import type { Expression, Selector } from './ast.ts';
import { mapLines, release, vectorOf, type Evaluation } from './evaluation.ts';
import { histogramQuantile } from './histogram.ts';
import { calendarFunctions, instantFunctions } from './instant-functions.ts';
import { labelJoin, labelReplace } from './label-functions.ts';
import { Labels, metricName } from './labels.ts';
import { ascending } from './numbers.ts';
import { selectInstants, selectWindows } from './select.ts';
import { isPresent } from './sides.ts';
import { timeOf, type Line, type Value } from './value.ts';
import { windowFunctions } from './windows.ts';

type Call = Extract<Expression, { kind: 'call' }>;
type Evaluate = (evaluation: Evaluation, expression: Expression) => Promise<Value>;

/** Applies a function; `evaluate` is handed in because what is given to it are expressions again. */
export async function call(evaluation: Evaluation, { name, given }: Call, evaluate: Evaluate): Promise<Value> {
  const { steps } = evaluation;
  const selector = given.map(selectorIn).find((one) => one !== undefined);
  if (selector?.windowMs !== undefined) return callOverWindow(evaluation, name, given, selector, evaluate);
  if (name === 'timestamp' && selector)
    return vector(await selectInstants(evaluation, selector, true).then(withoutNames));

  const values: Value[] = [];
  for (const one of given) values.push(await evaluate(evaluation, one));
  const answer = await apply(evaluation, name, values, selector);
  for (const value of values) release(evaluation, value);
  return answer;

  function withoutNames(lines: readonly Line[]): Promise<Line[]> {
    return mapLines(
      evaluation,
      lines,
      (labels) => labels.withoutName(),
      (value) => value,
    ).finally(() => evaluation.pace.release(lines.length * steps.count));
  }
}

async function apply(
  evaluation: Evaluation,
  name: string,
  values: readonly Value[],
  selector: Selector | undefined,
): Promise<Value> {
  const { steps } = evaluation;
  const scalars = values.flatMap((value) => (value.type === 'scalar' ? [value.values] : []));
  const texts = values.flatMap((value) => (value.type === 'string' ? [value.text] : []));
  const lines = values.flatMap((value) => (value.type === 'vector' ? [value.lines] : []))[0] ?? [];
  const times = () => Float64Array.from({ length: steps.count }, (_, step) => timeOf(steps, step) / 1000);
  switch (name) {
    case 'time':
      return { type: 'scalar', values: times() };
    case 'pi':
      return { type: 'scalar', values: new Float64Array(steps.count).fill(Math.PI) };
    case 'vector':
      return vector(vectorOf(evaluation, Labels.none, scalars[0] ?? []));
    case 'scalar':
      return { type: 'scalar', values: onlyValues(lines, steps.count) };
    case 'absent':
      return vector(absence(evaluation, lines, selector));
    case 'sort':
    case 'sort_desc':
      return vector(await sorted(evaluation, lines, name === 'sort_desc'));
    case 'histogram_quantile':
      return vector(await histogramQuantile(evaluation, scalars[0] ?? new Float64Array(), lines));
    case 'label_replace':
      return vector(await labelReplace(evaluation, lines, texts));
    case 'label_join':
      return vector(await labelJoin(evaluation, lines, texts));
    case 'timestamp':
      return vector(await change(evaluation, lines, (_, step) => timeOf(steps, step) / 1000));
  }
  const ask = instantFunctions[name];
  assert(ask, 'every function of a vector is known');
  if (calendarFunctions.includes(name) && values.length === 0) {
    return vector(
      vectorOf(
        evaluation,
        Labels.none,
        times().map((seconds) => ask(seconds, []) ?? Number.NaN),
      ),
    );
  }
  return vector(
    await change(evaluation, lines, (value, step) =>
      ask(
        value,
        scalars.map((numbers) => numbers[step] ?? 0),
      ),
    ),
  );
}

async function callOverWindow(
  evaluation: Evaluation,
  name: string,
  given: readonly Expression[],
  selector: Selector,
  evaluate: Evaluate,
): Promise<Value> {
  const ask = windowFunctions[name];
  assert(ask, 'every function of a range is known');
  const beside = given.find((one) => selectorIn(one) !== selector);
  const parameter = beside && (await evaluate(evaluation, beside));
  const keepsName = name === 'last_over_time';
  const lines = await selectWindows(
    evaluation,
    selector,
    ask,
    (labels) => (keepsName ? labels : labels.withoutName()),
    parameter?.type === 'scalar' ? parameter.values : undefined,
  );
  if (name !== 'absent_over_time') return vector(lines);
  const answer = vector(absence(evaluation, lines, selector));
  release(evaluation, vector(lines));
  return answer;
}

const vector = (lines: readonly Line[]): Value => ({ type: 'vector', lines });

/** A selector in any number of brackets. */
function selectorIn(expression: Expression): Selector | undefined {
  let inner = expression;
  while (inner.kind === 'brackets') inner = inner.of;
  return inner.kind === 'selector' ? inner : undefined;
}

function change(
  evaluation: Evaluation,
  lines: readonly Line[],
  ask: (value: number, step: number) => number | undefined,
): Promise<Line[]> {
  return mapLines(evaluation, lines, (labels) => labels.withoutName(), ask);
}

/** The value of the only series at each step, and NaN where there is another number of them than one. */
function onlyValues(lines: readonly Line[], count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, step) => {
    const present = lines.filter((line) => line.present[step] === 1);
    return present.length === 1 ? (present[0]?.values[step] ?? Number.NaN) : Number.NaN;
  });
}

/** 1 where there is nothing, under the labels that a selector asked for by `=` and just once. */
function absence(evaluation: Evaluation, lines: readonly Line[], selector: Selector | undefined): Line[] {
  const { count } = evaluation.steps;
  const absent = Uint8Array.from({ length: count }, (_, step) => Number(!isPresent(lines, step)));
  const named = new Map<string, string>();
  for (const { label, is, value } of selector?.matchers ?? []) {
    if (label !== metricName) named.set(label, is === '=' && !named.has(label) ? value : '');
  }
  return vectorOf(evaluation, Labels.of(named), new Float64Array(count).fill(1), absent);
}

/** By the values of the first step: an order over several is none. NaN stands last either way. */
async function sorted(evaluation: Evaluation, lines: readonly Line[], descending: boolean): Promise<Line[]> {
  const copies = await mapLines(
    evaluation,
    lines,
    (labels) => labels,
    (value) => value,
  );
  const value = (line: Line) => line.values[0] ?? 0;
  return copies.sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return descending ? ascending(right, left) : ascending(left, right);
  });
}

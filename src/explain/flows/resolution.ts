import { flowNote, formatInstant, QwError, type EpochMs, type FlowNote, type FlowQuestion } from '../../model/index.ts';
import { flowRollups, flowsTable, rollupWidths, type Selected } from '../../store/index.ts';
import type { Asking } from './ask.ts';
import { notInSums, type SumWidth } from './rolled.ts';
import { stepsOf } from './steps.ts';

/** Sums that answer a question in place of records. */
export interface Sums {
  width: SumWidth;
  /** The question with a time of whole slices. */
  question: FlowQuestion;
  notes: readonly FlowNote[];
}

/**
 * Records answer, unless the question begins before the first of them and sums go back further, or somebody wants sums.
 * Throws BAD_INPUT for a question that sums cannot answer, where only they were asked for.
 */
export async function sumsFor(question: FlowQuestion, asking: Asking, least: number): Promise<Sums | undefined> {
  const { resolution } = question;
  const missing = least > 1 ? 'how many sources they are about' : notInSums(question);
  if (resolution === 'records' || (resolution === 'auto' && missing !== undefined)) return undefined;
  if (missing !== undefined) throw new QwError('BAD_INPUT', `sums of a slice of time do not have ${missing}`);
  const [from, to] = [Date.parse(question.from), Date.parse(question.to)];
  const width = resolution === 'auto' ? await widthFor(from, to, asking) : resolution;
  return width && wholeSlices(question, width, (await extentOf(width, to, asking)).until);
}

async function widthFor(from: EpochMs, to: EpochMs, asking: Asking): Promise<SumWidth | undefined> {
  const select: Selected[] = [{ name: 'ts', value: { column: 'ts' } }];
  const older = await asking.rows({ table: flowsTable, from: 0, to: from + 1, select, limit: 1 });
  if (older.length > 0) return undefined;
  const [first] = await asking.rows({
    table: flowsTable,
    from,
    to,
    select: [
      { name: 'first', value: { aggregate: 'min', of: { column: 'ts' } } },
      { name: 'rows', value: { aggregate: 'count' } },
    ],
  });
  const firstRecord = Number(first?.[1] ?? 0) === 0 ? Infinity : Number(first?.[0]);
  let best: { width: SumWidth; from: EpochMs } | undefined;
  for (const width of ['1m', '1h'] as const) {
    const extent = await extentOf(width, to, asking);
    // A slice begins before the first record in it.
    if (extent.rows === 0 || extent.from + rollupWidths[width] > firstRecord) continue;
    if (extent.from <= from) return width;
    if (!best || extent.from < best.from) best = { width, from: extent.from };
  }
  return best?.width;
}

async function extentOf(width: SumWidth, to: EpochMs, asking: Asking) {
  const [row] = await asking.rows({
    table: flowRollups(width),
    from: 0,
    to,
    select: [
      { name: 'first', value: { aggregate: 'min', of: { column: 'ts' } } },
      { name: 'last', value: { aggregate: 'max', of: { column: 'ts' } } },
      { name: 'rows', value: { aggregate: 'count' } },
    ],
  });
  const [from = 0, last = 0, rows = 0] = (row ?? []).map(Number);
  return { from, until: last + rollupWidths[width], rows };
}

function wholeSlices(question: FlowQuestion, width: SumWidth, until: EpochMs): Sums {
  const widthMs = rollupWidths[width];
  const from = Math.floor(Date.parse(question.from) / widthMs) * widthMs;
  const to = Math.ceil(Date.parse(question.to) / widthMs) * widthMs;
  const alignmentMs = question.alignmentMs ?? stepsOf(from, to).widthMs;
  const isBehind = until < to;
  return {
    width,
    question: {
      ...question,
      from: formatInstant(from),
      to: formatInstant(to),
      alignmentMs: Math.max(widthMs, alignmentMs),
    },
    notes: isBehind ? [flowNote({ code: 'sums-behind', values: { untilAt: formatInstant(until) } })] : [],
  };
}

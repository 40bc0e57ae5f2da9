import type { FlowLatencyAnswer, FlowLatencyQuestion } from '../../model/index.ts';
import { flowsTable, percentilesFromBuckets, type Predicate, type QueryLimits } from '../../store/index.ts';
import { Asking, bound, inParts, rowId, type Cells } from './ask.ts';
import { FlowBook } from './book.ts';
import { column, compare, literal, times } from './expressions.ts';
import { printFilter } from './filter/print.ts';
import { allOf, keyOf } from './keys.ts';
import { overview } from './overview.ts';
import { rank, type RankQuestion } from './rank.ts';
import { scopeOf } from './scope.ts';
import type { FlowSource } from './source.ts';
import { stepsOf } from './steps.ts';
import { lossesOf, trustOf } from './trust.ts';

/** Rows that are looked at; they are those with the most records. */
const candidates = 10_000;
const maxCells = 300_000;

interface Histogram {
  counts: [bucket: number, count: number][];
  records: number;
  sumUs: number;
  squares: number;
  maxUs: number;
}

/** Round trips of TCP, as exporters measured them. Percentiles are at most 1/32 off. Throws as `analyze` does. */
export async function analyzeLatency(
  question: FlowLatencyQuestion,
  source: FlowSource,
  limits: QueryLimits = {},
): Promise<FlowLatencyAnswer> {
  const asking = new Asking(source, limits);
  const book = new FlowBook(await source.names());
  const range = stepsOf(Date.parse(question.from), Date.parse(question.to));
  const keys = question.groupBy.map((key) => keyOf(key, question.view));
  const measured: Predicate = compare(column('rtt_us'), '>', literal(0));
  const where: Predicate = { all: [scopeOf(question.filter, question.groupBy, book), measured] };
  const asked: RankQuestion = {
    from: range.from,
    to: range.to,
    where,
    keys: keys.flatMap(({ expressions }) => expressions),
    measure: 'flows',
  };
  const ranked = await rank(asking, asked, candidates);
  // Without keys there is one row, even of nothing.
  const enough = ranked.rows.filter(({ amount }) => amount >= question.leastRecords);
  const rows = enough.map(({ cells }) => cells);
  const histograms = await inParts(rows, (some) => readHistograms(asking, asked, some));
  const all = rows.flatMap((cells) => {
    const histogram = histograms.get(rowId(cells));
    return histogram ? [{ cells, ...figuresOf(histogram) }] : [];
  });
  all.sort((a, b) => b[`${question.by}Ms`] - a[`${question.by}Ms`]);
  const shown = all.slice(0, question.limit);
  const groups = await overview(asking, range, where, 'flows');
  const losses = await lossesOf(asking, range, [...new Set(groups.map(({ exporter }) => exporter))]);
  const trust = trustOf(
    { samplingPoint: 'sum', measure: 'flows' },
    { groups, all: [], losses, isShared: false, areSums: false },
  );
  const count = enough.length < candidates ? all.length : ranked.count;
  return {
    groupBy: question.groupBy,
    rows: shown.map(({ cells, ...figures }) => {
      let next = 0;
      const read = keys.map((key) => key.read(cells.slice(next, (next += key.expressions.length)), book));
      return {
        values: read.map(({ value }) => value),
        labels: read.map(({ label }) => label),
        ...figures,
        filter: printFilter(allOf(read.map(({ filter }) => filter))),
      };
    }),
    omitted: count - shown.length,
    trust,
  };
}

async function readHistograms(
  asking: Asking,
  { from, to, where, keys }: RankQuestion,
  rows: readonly Cells[],
): Promise<Map<string, Histogram>> {
  const us = column('rtt_us');
  const answer = await asking.rows(
    {
      table: flowsTable,
      from,
      to,
      where: { all: [where, ...bound(keys, rows)] },
      select: [
        ...keys.map((value, at) => ({ name: `k${at}`, value })),
        { name: 'bucket', value: column('rtt_bucket') },
        { name: 'records', value: { aggregate: 'count' } },
        { name: 'sum', value: { aggregate: 'sum', of: us } },
        { name: 'squares', value: { aggregate: 'sum', of: times(us, us) } },
        { name: 'max', value: { aggregate: 'max', of: us } },
      ],
    },
    maxCells,
  );
  const found = new Map<string, Histogram>();
  for (const row of answer) {
    const id = rowId(row.slice(0, keys.length));
    const [bucket = 0, records = 0, sumUs = 0, squares = 0, maxUs = 0] = row.slice(keys.length).map(Number);
    const before = found.get(id) ?? { counts: [], records: 0, sumUs: 0, squares: 0, maxUs: 0 };
    before.counts.push([bucket, records]);
    found.set(id, {
      counts: before.counts,
      records: before.records + records,
      sumUs: before.sumUs + sumUs,
      squares: before.squares + squares,
      maxUs: Math.max(before.maxUs, maxUs),
    });
  }
  return found;
}

function figuresOf({ counts, records, sumUs, squares, maxUs }: Histogram) {
  const [median = 0, p95 = 0, p99 = 0] = percentilesFromBuckets(counts, [50, 95, 99]);
  const mean = sumUs / records;
  // The middle of a bucket may lie above everything that is in it.
  const ms = (us: number) => Math.min(us, maxUs) / 1000;
  return {
    records,
    averageMs: mean / 1000,
    medianMs: ms(median),
    p95Ms: ms(p95),
    p99Ms: ms(p99),
    maxMs: maxUs / 1000,
    // Rounding may leave less than nothing where all are the same.
    deviationMs: Math.sqrt(Math.max(0, squares / records - mean * mean)) / 1000,
  };
}

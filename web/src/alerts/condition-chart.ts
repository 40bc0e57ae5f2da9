import type { Chart, ChartQuery } from '../../../src/model/index.ts';
import { kindOf, type ConditionDocument, type SeriesDocument } from './policy-document.ts';

/** What a condition looks at, as a chart. */

const queryOf = (series: SeriesDocument, groupBy: readonly string[] = []): ChartQuery => ({
  metric: series.metric,
  where: series.where ?? {},
  'group-by': [...(series['group-by'] ?? groupBy)],
  ...(series.aggregate === undefined ? {} : { aggregate: series.aggregate }),
});

const common = { width: 12, height: 4, series: 20 } as const;

/**
 * Undefined where nothing is measured that could be drawn. The limit is a line where it is one of the values themselves;
 * that of a ratio, a change, or a share of slow ones is not.
 */
export function conditionChart(condition: ConditionDocument, title: string): Chart | undefined {
  const kind = kindOf(condition);
  const fields = condition[kind] ?? {};
  if (kind === 'quorum') return undefined;
  if (kind === 'verdict') {
    // Labels of checks are not labels of what is measured: chosen by them, all are shown.
    const where = fields.checks === undefined ? {} : { check: [...fields.checks] };
    const query = { metric: 'quorumwatch_check_verdict', where, 'group-by': ['check'] };
    return { ...common, height: 2, title, type: 'status-history', thresholds: [], queries: [query] };
  }
  const { of, to, metric } = fields;
  if (kind === 'ratio') {
    if (!of || !to) return undefined;
    const queries = [queryOf(of, fields['group-by']), queryOf(to, fields['group-by'])];
    return { ...common, title, type: 'line', thresholds: [], queries };
  }
  if (metric === undefined) return undefined;
  const isDrawn = (kind === 'threshold' && fields['slower-than'] === undefined) || kind === 'forecast';
  const limit = isDrawn ? (fields.above ?? fields.below) : undefined;
  const thresholds: Chart['thresholds'] = typeof limit === 'number' ? [{ value: limit, severity: 'critical' }] : [];
  return { ...common, title, type: 'line', thresholds, queries: [queryOf({ ...fields, metric })] };
}

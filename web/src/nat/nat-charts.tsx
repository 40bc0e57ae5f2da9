import type { Chart } from '../../../src/model/index.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Window } from '../charts/question.ts';
import { resetZoom, zoomTo } from '../charts/time-controls.tsx';
import { watcherNow } from '../dashboards/use-window.ts';
import { t } from '../text/text.ts';

const most = 20;
const nearlyFull = 0.8;

const chartOf = (title: string, query: Chart['queries'][number], more: Partial<Chart> = {}): Chart => ({
  title,
  type: 'line',
  width: 6,
  height: 3,
  queries: [query],
  series: most,
  thresholds: [],
  min: 0,
  ...more,
});

const chartsNow = (): Chart[] => [
  chartOf(
    t('nat.chartPools'),
    {
      metric: 'quorumwatch_nat_pool_used_ratio',
      where: {},
      'group-by': ['address', 'protocol'],
      aggregate: 'max',
      legend: '{{address}} {{protocol}}',
    },
    { max: 1, thresholds: [{ value: nearlyFull, severity: 'warning', label: t('nat.warnAt') }] },
  ),
  chartOf(t('nat.chartTranslations'), {
    metric: 'quorumwatch_nat_translations_total',
    where: {},
    'group-by': ['event'],
    aggregate: 'rate',
    legend: '{{event}}',
  }),
  chartOf(t('nat.chartRefused'), {
    metric: 'quorumwatch_nat_refused_packets_total',
    where: {},
    'group-by': ['cause'],
    aggregate: 'rate',
    legend: '{{cause}}',
  }),
];

/** How full pools were, what began and ended, and what was refused. */
export function NatCharts({ window }: { window: Window }) {
  return (
    <div class="nat-charts">
      {chartsNow().map((chart) => (
        <ChartCard
          key={chart.title}
          chart={chart}
          choices={{}}
          window={window}
          onZoom={(fromMs, toMs) => zoomTo({ fromMs, toMs }, watcherNow())}
          onReset={resetZoom}
        />
      ))}
    </div>
  );
}

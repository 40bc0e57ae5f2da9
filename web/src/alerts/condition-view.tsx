import type { ApiMetric } from '../../../src/model/index.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import { questionUnit } from '../charts/question-unit.ts';
import type { Window } from '../charts/question.ts';
import { resetZoom, zoomTo } from '../charts/time-controls.tsx';
import { formatValue } from '../charts/units.ts';
import { watcherNow } from '../dashboards/use-window.ts';
import { formatInteger, formatList } from '../text/format.ts';
import { t } from '../text/text.ts';
import { conditionChart } from './condition-chart.ts';
import { kindOf, type ConditionDocument } from './policy-document.ts';

export interface ConditionViewProps {
  condition: ConditionDocument;
  /** As messages say it. */
  text: string;
  number: number;
  catalogue: readonly ApiMetric[];
  window: Window;
  /** When an incident was open. */
  spans: readonly Window[];
}

/** A condition in words, and what it looks at as a chart with its limit. */
export function ConditionView({ condition, text, number, catalogue, window, spans }: ConditionViewProps) {
  const kind = kindOf(condition);
  const chart = conditionChart(condition, text);
  const isDrawn = chart !== undefined && (chart.thresholds.length > 0 || chart.type === 'status-history');
  return (
    <li class="condition">
      <p class="quiet condition-kind">
        {t('alerts.condition', { number: formatInteger(number) })} · {t(`alerts.form.kinds.${kind}`)}
      </p>
      <dl class="facts condition-facts">
        {factsOf(condition, catalogue).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      {chart === undefined ? (
        <p class="quiet">{t('alerts.noChart')}</p>
      ) : (
        <ChartCard
          chart={chart}
          choices={{}}
          window={window}
          spans={spans}
          onZoom={(fromMs, toMs) => zoomTo({ fromMs, toMs }, watcherNow())}
          onReset={resetZoom}
        />
      )}
      {chart && (
        <p class="quiet condition-note">
          {!isDrawn && kind !== 'absent' && `${t('alerts.noLimit')} `}
          {chart.type === 'line' && spans.length > 0 && t('alerts.shaded')}
        </p>
      )}
    </li>
  );
}

type FactLine = readonly [name: string, value: string];

/** What stands in the condition; what is left to the defaults is not repeated. */
function factsOf(condition: ConditionDocument, catalogue: readonly ApiMetric[]): FactLine[] {
  const kind = kindOf(condition);
  const fields = condition[kind] ?? {};
  const trigger = condition.trigger;
  const missing = condition['missing-data'];
  const groupBy = fields['group-by'] ?? [];
  const facts: (FactLine | undefined)[] = [
    limitFact(condition, catalogue),
    fields.metric === undefined ? undefined : [t('dashboards.chart.metric'), fields.metric],
    fields.aggregate === undefined
      ? undefined
      : [t('dashboards.chart.aggregate'), t(`dashboards.aggregates.${fields.aggregate}`)],
    fields.of && [t('alerts.form.numerator'), fields.of.metric],
    fields.to && [t('alerts.form.denominator'), fields.to.metric],
    fields.checks && [t('alerts.form.checks'), formatList(fields.checks)],
    fields.select === undefined ? undefined : [t('alerts.form.select'), fields.select],
    kind === 'verdict' ? [t('alerts.form.verdicts'), verdictText(fields.is ?? ['down'])] : undefined,
    groupBy.length > 0 ? [t('alerts.form.groupBy'), formatList(groupBy)] : undefined,
    fields['slower-than'] === undefined ? undefined : [t('alerts.form.slowerThan'), fields['slower-than']],
    fields.window === undefined ? undefined : [t('alerts.form.window'), fields.window],
    fields.within === undefined ? undefined : [t('alerts.form.within'), fields.within],
    fields.after === undefined ? undefined : [t('alerts.form.after'), fields.after],
    condition.for === undefined ? undefined : [t('alerts.form.for'), condition.for],
    trigger && [
      t('alerts.form.trigger'),
      trigger.percent === undefined
        ? `${t('alerts.form.triggers.count')}: ${trigger.count ?? 1}`
        : `${t('alerts.form.triggers.percent')}: ${trigger.percent}`,
    ],
    missing && [t('alerts.form.missing'), t(`alerts.form.missings.${missing}`)],
  ];
  return facts.filter((fact) => fact !== undefined);
}

function verdictText(is: string | readonly string[]): string {
  const names = ['down', 'degraded', 'partial', 'unknown'] as const;
  return formatList(
    names.filter((one) => (typeof is === 'string' ? is === one : is.includes(one))).map((one) => t(`state.${one}`)),
  );
}

function limitFact(condition: ConditionDocument, catalogue: readonly ApiMetric[]): FactLine | undefined {
  const kind = kindOf(condition);
  const { above, below, metric, aggregate, 'slower-than': slowerThan } = condition[kind] ?? {};
  const limit = above ?? below;
  if (limit === undefined) return undefined;
  const ofValues = kind === 'threshold' || kind === 'forecast' ? questionUnit(catalogue, metric, aggregate) : undefined;
  const unit = slowerThan === undefined ? ofValues : 'ratio';
  const value =
    typeof limit === 'string'
      ? limit
      : unit === undefined
        ? `${limit}${kind === 'rate-of-change' ? ' %' : ''}`
        : formatValue(limit, unit);
  return [t('alerts.form.limit'), t(above === undefined ? 'alerts.limitBelow' : 'alerts.limitAbove', { value })];
}

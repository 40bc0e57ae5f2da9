import type { ApiMetric, Chart } from '../../../src/model/index.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import { readDuration, writeDuration } from '../charts/duration.ts';
import type { Choices, Window } from '../charts/question.ts';
import { resetZoom, zoomTo } from '../charts/time-controls.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { t } from '../text/text.ts';
import { Choice, Field, NumberRow, without, withAt } from './fields.tsx';
import { QueryFields } from './query-fields.tsx';
import { chartTypes } from './read-document.ts';
import { watcherNow } from './use-window.ts';

export interface ChartDialogProps {
  chart: Chart;
  choices: Choices;
  window: Window;
  catalogue: readonly ApiMetric[];
  onChange: (chart: Chart) => void;
  onClose: () => void;
}

const mostQueries = 10;
const mostThresholds = 10;

/** A chart without one of its keys. */
function less(chart: Chart, key: 'description' | 'compare' | 'min' | 'max'): Chart {
  const { [key]: _, ...rest } = chart;
  return rest;
}

/** Everything of one chart, with the chart itself as it would be. */
export function ChartDialog({ chart, choices, window, catalogue, onChange, onClose }: ChartDialogProps) {
  const set = (part: Partial<Chart>) => onChange({ ...chart, ...part });
  const number = (key: 'width' | 'height' | 'series', most: number) => (text: string) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) set({ [key]: value });
  };
  const bound = (key: 'min' | 'max') => (text: string) => {
    if (text.trim() === '') onChange(less(chart, key));
    else if (Number.isFinite(Number(text))) set({ [key]: Number(text) });
  };
  return (
    <Dialog title={t('dashboards.chart.tools', { title: chart.title })} size="large" onClose={onClose}>
      <datalist id="metrics-known">
        {catalogue.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div class="chart-dialog">
        <div class="chart-preview">
          <ChartCard
            chart={{ ...chart, height: Math.min(4, chart.height) }}
            choices={choices}
            window={window}
            onZoom={(fromMs, toMs) => zoomTo({ fromMs, toMs }, watcherNow())}
            onReset={resetZoom}
          />
        </div>
        <div class="form">
          <div class="fields-two">
            <Field
              label={t('dashboards.chart.title')}
              value={chart.title}
              most={200}
              onChange={(title) => {
                if (title !== '') set({ title });
              }}
            />
            <Choice
              label={t('dashboards.chart.type')}
              value={chart.type}
              options={chartTypes.map((type) => [type, t(`dashboards.types.${type}`)] as const)}
              onChange={(type) => set({ type })}
            />
          </div>
          <Field
            label={t('dashboards.chart.description')}
            value={chart.description ?? ''}
            most={2000}
            onChange={(text) => onChange(text === '' ? less(chart, 'description') : { ...chart, description: text })}
          />
          <h3>{t('dashboards.chart.queries')}</h3>
          {chart.queries.map((query, index) => (
            <QueryFields
              key={index}
              title={t('dashboards.chart.query', { number: index + 1 })}
              query={query}
              metric={catalogue.find(({ name }) => name === query.metric)}
              known={catalogue.length > 0}
              onChange={(next) => set({ queries: withAt(chart.queries, index, next) })}
              onRemove={chart.queries.length > 1 ? () => set({ queries: without(chart.queries, index) }) : undefined}
            />
          ))}
          <p>
            <button
              type="button"
              class="button"
              disabled={chart.queries.length >= mostQueries}
              onClick={() => {
                const last = chart.queries.at(-1);
                if (last) set({ queries: [...chart.queries, structuredClone(last)] });
              }}
            >
              {t('dashboards.chart.addQuery')}
            </button>
          </p>
          <h3>{t('dashboards.chart.thresholds')}</h3>
          {chart.thresholds.map((threshold, index) => {
            const change = (part: Partial<typeof threshold>) =>
              set({ thresholds: withAt(chart.thresholds, index, { ...threshold, ...part }) });
            return (
              <NumberRow
                key={index}
                legend={t('dashboards.chart.threshold', { number: index + 1 })}
                remove={t('dashboards.chart.removeThreshold')}
                onRemove={() => set({ thresholds: without(chart.thresholds, index) })}
              >
                <Field
                  label={t('dashboards.chart.value')}
                  value={String(threshold.value)}
                  most={20}
                  number
                  onChange={(text) => {
                    if (text.trim() !== '' && Number.isFinite(Number(text))) change({ value: Number(text) });
                  }}
                />
                <Choice
                  label={t('dashboards.chart.severity')}
                  value={threshold.severity}
                  options={(['warning', 'critical'] as const).map((one) => [one, t(`charts.severity.${one}`)] as const)}
                  onChange={(severity) => change({ severity })}
                />
                <Field
                  label={t('dashboards.chart.thresholdLabel')}
                  value={threshold.label ?? ''}
                  most={100}
                  onChange={(label) => change({ label })}
                />
              </NumberRow>
            );
          })}
          <p>
            <button
              type="button"
              class="button"
              disabled={chart.thresholds.length >= mostThresholds}
              onClick={() => set({ thresholds: [...chart.thresholds, { value: 1, severity: 'warning' }] })}
            >
              {t('dashboards.chart.addThreshold')}
            </button>
          </p>
          <div class="fields-three">
            {(['width', 'height'] as const).map((key) => (
              <Field
                key={key}
                label={t(`dashboards.chart.${key}`)}
                value={String(chart[key])}
                most={2}
                number
                onChange={number(key, 12)}
              />
            ))}
            <Field
              label={t('dashboards.chart.series')}
              value={String(chart.series)}
              most={3}
              number
              onChange={number('series', 500)}
            />
            <Field
              label={t('dashboards.chart.min')}
              value={chart.min === undefined ? '' : String(chart.min)}
              most={20}
              number
              onChange={bound('min')}
            />
            <Field
              label={t('dashboards.chart.max')}
              value={chart.max === undefined ? '' : String(chart.max)}
              most={20}
              number
              onChange={bound('max')}
            />
            <Field
              label={t('dashboards.chart.compare')}
              hint={t('dashboards.chart.compareHint')}
              value={chart.compare === undefined ? '' : writeDuration(chart.compare)}
              most={20}
              onChange={(text) => {
                const ms = readDuration(text);
                if (text === '') onChange(less(chart, 'compare'));
                else if (ms !== undefined && ms >= 60_000) set({ compare: ms });
              }}
            />
          </div>
          <div class="buttons">
            <button type="button" class="button button-main" onClick={onClose}>
              {t('dashboards.chart.done')}
            </button>
          </div>
        </div>
      </div>
    </Dialog>
  );
}

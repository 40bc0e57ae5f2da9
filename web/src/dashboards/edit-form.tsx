import { useMemo, useState } from 'preact/hooks';
import type { Chart, Dashboard } from '../../../src/model/index.ts';
import { readDuration, writeDuration } from '../charts/duration.ts';
import { TimeControls } from '../charts/time-controls.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Section } from '../parts/page.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { query } from '../router.ts';
import { t } from '../text/text.ts';
import { ChartDialog } from './chart-dialog.tsx';
import { ChartGrid } from './chart-grid.tsx';
import { Field, NumberRow, without, withAt } from './fields.tsx';
import { useCatalogue } from './use-catalogue.ts';
import { useWindow, watcherNow } from './use-window.ts';
import { choicesFrom, Variables } from './variables.tsx';

export interface EditFormProps {
  dashboard: Dashboard;
  onChange: (dashboard: Dashboard) => void;
}

const mostVariables = 10;

const moved = (charts: readonly Chart[], from: number, to: number): Chart[] => {
  const chart = charts[from];
  return chart === undefined ? [...charts] : without(charts, from).toSpliced(to, 0, chart);
};

/** The dashboard itself, with tools on each chart: what is seen is what is saved. */
export function EditForm({ dashboard, onChange }: EditFormProps) {
  const [opened, setOpened] = useState<number | undefined>(undefined);
  const { range, window, refreshMs } = useWindow(dashboard.range);
  const address = query.value;
  const choices = useMemo(() => choicesFrom(address, dashboard.variables), [address, dashboard.variables]);
  const { charts } = dashboard;
  const change = (next: readonly Chart[]) => onChange({ ...dashboard, charts: [...next] });
  const chart = opened === undefined ? undefined : charts[opened];
  const catalogue = useCatalogue();
  const add = () => {
    const metric = catalogue[0]?.name ?? 'quorumwatch_probe_latency_seconds';
    change([
      ...charts,
      {
        title: t('dashboards.newChart'),
        type: 'line',
        width: 6,
        height: 3,
        series: 20,
        thresholds: [],
        queries: [{ metric, where: {}, 'group-by': [] }],
      },
    ]);
    setOpened(charts.length);
  };
  return (
    <>
      <div class="columns">
        <About dashboard={dashboard} onChange={onChange} />
        <VariableList dashboard={dashboard} onChange={onChange} />
      </div>
      <div class="dashboard-bar">
        <Variables variables={dashboard.variables} />
        <TimeControls
          range={range}
          window={window}
          usualMs={dashboard.range}
          refreshMs={refreshMs}
          nowMs={watcherNow}
        />
      </div>
      {charts.length === 0 && <Empty title={t('dashboards.empty')} text={t('dashboards.emptyHint')} />}
      <ChartGrid
        charts={charts}
        choices={choices}
        window={window}
        tools={(one, index) => (
          <ChartTools
            chart={one}
            first={index === 0}
            last={index === charts.length - 1}
            onEdit={() => setOpened(index)}
            onMove={(by) => change(moved(charts, index, index + by))}
            onChange={(next) => change(withAt(charts, index, next))}
            onCopy={() => change(charts.toSpliced(index + 1, 0, structuredClone(one)))}
            onRemove={() => change(without(charts, index))}
          />
        )}
      />
      <p class="add-chart">
        <button type="button" class="button" onClick={add}>
          <Icon name="plus" /> {t('dashboards.addChart')}
        </button>
      </p>
      {chart && opened !== undefined && (
        <ChartDialog
          chart={chart}
          choices={choices}
          window={window}
          catalogue={catalogue}
          onChange={(next) => change(withAt(charts, opened, next))}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
}

function About({ dashboard, onChange }: EditFormProps) {
  return (
    <Section id="about-dashboard" title={t('dashboards.about')}>
      <div class="form">
        <Field
          label={t('dashboards.title')}
          value={dashboard.title}
          most={200}
          onChange={(title) => onChange({ ...dashboard, title })}
        />
        <Field
          label={t('dashboards.description')}
          value={dashboard.description ?? ''}
          most={2000}
          onChange={(text) => {
            const { description: _, ...rest } = dashboard;
            onChange(text === '' ? rest : { ...rest, description: text });
          }}
        />
        <Field
          label={t('dashboards.range')}
          hint={t('dashboards.rangeHint')}
          value={writeDuration(dashboard.range)}
          most={20}
          onChange={(text) => {
            const ms = readDuration(text);
            if (ms !== undefined && ms >= 60_000) onChange({ ...dashboard, range: ms });
          }}
        />
      </div>
    </Section>
  );
}

function VariableList({ dashboard, onChange }: EditFormProps) {
  const { variables } = dashboard;
  const change = (next: Dashboard['variables']) => onChange({ ...dashboard, variables: next });
  const { length } = variables;
  const key = `label${length + 1}`;
  return (
    <Section
      id="variables-title"
      title={t('dashboards.variables')}
      aside={
        <button
          type="button"
          class="button"
          disabled={length >= mostVariables}
          onClick={() =>
            change([
              ...variables,
              length === 0
                ? { name: 'check', label: 'check', metric: 'quorumwatch_probe_latency_seconds' }
                : { name: key, label: 'site', metric: 'quorumwatch_probe_latency_seconds' },
            ])
          }
        >
          {t('dashboards.addVariable')}
        </button>
      }
    >
      {variables.map((variable, index) => {
        const set = (part: Partial<typeof variable>) => change(withAt(variables, index, { ...variable, ...part }));
        return (
          <NumberRow
            key={index}
            legend={t('dashboards.variable', { number: index + 1 })}
            remove={t('dashboards.remove')}
            onRemove={() => change(without(variables, index))}
          >
            <Field
              label={t('dashboards.variableName')}
              value={variable.name}
              most={32}
              onChange={(name) => set({ name })}
            />
            <Field
              label={t('dashboards.variableLabel')}
              value={variable.label}
              most={128}
              onChange={(label) => set({ label })}
            />
            <Field
              label={t('dashboards.variableMetric')}
              value={variable.metric ?? ''}
              most={200}
              list="metrics-known"
              onChange={(metric) => set({ metric })}
            />
          </NumberRow>
        );
      })}
    </Section>
  );
}

interface ToolsProps {
  chart: Chart;
  first: boolean;
  last: boolean;
  onEdit: () => void;
  onMove: (by: 1 | -1) => void;
  onChange: (chart: Chart) => void;
  onCopy: () => void;
  onRemove: () => void;
}

const between = (value: number) => Math.min(12, Math.max(1, value));

function ChartTools({ chart, first, last, onEdit, onMove, onChange, onCopy, onRemove }: ToolsProps) {
  const tool = (icon: IconName, key: Parameters<typeof label>[0], act: () => void, disabled = false) => (
    <button
      key={key}
      type="button"
      class="icon-button"
      aria-label={label(key)}
      title={label(key)}
      disabled={disabled}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <span class="edit-tools" role="group" aria-label={t('dashboards.chart.tools', { title: chart.title })}>
      {tool('left', 'earlier', () => onMove(-1), first)}
      {tool('right', 'later', () => onMove(1), last)}
      {tool('minus', 'narrower', () => onChange({ ...chart, width: between(chart.width - 1) }), chart.width <= 1)}
      {tool('plus', 'wider', () => onChange({ ...chart, width: between(chart.width + 1) }), chart.width >= 12)}
      {tool('up', 'lower', () => onChange({ ...chart, height: between(chart.height - 1) }), chart.height <= 1)}
      {tool('fold', 'higher', () => onChange({ ...chart, height: between(chart.height + 1) }), chart.height >= 12)}
      {tool('edit', 'edit', onEdit)}
      {tool('copy', 'duplicate', onCopy)}
      {tool('close', 'remove', onRemove)}
    </span>
  );
}

const label = (
  key: 'earlier' | 'later' | 'narrower' | 'wider' | 'lower' | 'higher' | 'edit' | 'duplicate' | 'remove',
): string => t(`dashboards.chart.${key}`);

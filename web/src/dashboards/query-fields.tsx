import type { ApiMetric, ChartQuery } from '../../../src/model/index.ts';
import { t } from '../text/text.ts';
import { Choice, Field, NumberRow, without, withAt } from './fields.tsx';
import { aggregates } from './read-document.ts';

/** Conditions as rows of a form: label, what of it, and the value; several values are written with commas. */
const operators = ['is', 'not', 'matches', 'not-matches'] as const;
type Operator = (typeof operators)[number];
export interface Condition {
  label: string;
  operator: Operator;
  value: string;
}

type Where = ChartQuery['where'];

const valueText = (value: string | readonly string[]) => (typeof value === 'string' ? value : value.join(', '));

export function conditionsOf(where: Where): Condition[] {
  return Object.entries(where).map(([label, condition]) => {
    if (typeof condition === 'string' || Array.isArray(condition))
      return { label, operator: 'is', value: valueText(condition) };
    if ('matches' in condition) return { label, operator: 'matches', value: condition.matches };
    if ('not-matches' in condition) return { label, operator: 'not-matches', value: condition['not-matches'] };
    return { label, operator: 'not', value: valueText(condition.not) };
  });
}

function values(text: string): string | string[] {
  const parts = text.split(',').map((part) => part.trim());
  const [only = ''] = parts;
  return parts.length === 1 ? only : parts.filter((part) => part !== '');
}

export function whereOf(conditions: readonly Condition[]): Where {
  return Object.fromEntries(
    conditions.map(({ label, operator, value }): [string, Where[string]] => {
      if (operator === 'matches') return [label, { matches: value }];
      if (operator === 'not-matches') return [label, { 'not-matches': value }];
      return [label, operator === 'not' ? { not: values(value) } : values(value)];
    }),
  );
}

export interface QueryFieldsProps {
  /** What these fields are together. */
  title: string;
  query: ChartQuery;
  /** As the catalogue has it. */
  metric: ApiMetric | undefined;
  /** The catalogue has come. */
  known: boolean;
  /** What is not asked for, where it would mean nothing. */
  leftOut?: readonly ('legend' | 'aggregate' | 'group-by')[];
  /** What grouping, and the button that narrows it to a label, are called; as in a chart without. */
  words?: { groupBy: string; addWhere: string };
  onChange: (query: ChartQuery) => void;
  onRemove: (() => void) | undefined;
}

/** What one query of a chart asks for. */
export function QueryFields({
  title,
  query,
  metric,
  known,
  leftOut = [],
  words,
  onChange,
  onRemove,
}: QueryFieldsProps) {
  const set = (part: Partial<ChartQuery>) => onChange({ ...query, ...part });
  const conditions = conditionsOf(query.where);
  const labels = [...new Set([...(metric?.labels ?? []), ...query['group-by']])];
  const free = labels.find((label) => !(label in query.where));
  return (
    <fieldset class="query-fields">
      <legend>{title}</legend>
      <div class="fields-two">
        <Field
          label={t('dashboards.chart.metric')}
          hint={metric?.help ?? (known ? t('dashboards.chart.noSuchMetric') : '')}
          value={query.metric}
          most={200}
          list="metrics-known"
          onChange={(name) => {
            if (name !== '') set({ metric: name });
          }}
        />
        {!leftOut.includes('aggregate') && (
          <Choice
            label={t('dashboards.chart.aggregate')}
            value={query.aggregate ?? ''}
            options={[
              ['', t('dashboards.chart.aggregateUsual')] as const,
              ...aggregates
                .filter((one) => metric?.histogram === true || !/^p\d/.test(one) || one === query.aggregate)
                .map((one) => [one, t(`dashboards.aggregates.${one}`)] as const),
            ]}
            onChange={(chosen) => {
              const { aggregate: _, ...rest } = query;
              onChange(chosen === '' ? rest : { ...rest, aggregate: chosen });
            }}
          />
        )}
      </div>
      {labels.length > 0 && !leftOut.includes('group-by') && (
        <div class="group-by" role="group" aria-label={words?.groupBy ?? t('dashboards.chart.groupBy')}>
          <span class="field-label">{words?.groupBy ?? t('dashboards.chart.groupBy')}</span>
          {labels.map((label) => (
            <label key={label} class="choice">
              <input
                type="checkbox"
                checked={query['group-by'].includes(label)}
                onChange={(event) =>
                  set({
                    'group-by': event.currentTarget.checked
                      ? [...query['group-by'], label]
                      : query['group-by'].filter((one) => one !== label),
                  })
                }
              />
              <bdi>{label}</bdi>
            </label>
          ))}
        </div>
      )}
      {conditions.map((condition, index) => {
        const change = (part: Partial<Condition>) =>
          set({ where: whereOf(withAt(conditions, index, { ...condition, ...part })) });
        return (
          <NumberRow
            key={index}
            legend={`${t('dashboards.chart.where')} ${index + 1}`}
            remove={t('dashboards.chart.removeWhere')}
            onRemove={() => set({ where: whereOf(without(conditions, index)) })}
          >
            <Choice
              label={t('dashboards.chart.label')}
              value={condition.label}
              options={[...new Set([condition.label, ...labels.filter((label) => !(label in query.where))])].map(
                (label) => [label, label] as const,
              )}
              onChange={(label) => change({ label })}
            />
            <Choice
              label={t('dashboards.chart.is')}
              value={condition.operator}
              options={operators.map((one) => [one, t(`dashboards.chart.operators.${one}`)] as const)}
              onChange={(operator) => change({ operator })}
            />
            <Field
              label={t('dashboards.chart.value')}
              value={condition.value}
              most={1024}
              onChange={(value) => change({ value })}
            />
          </NumberRow>
        );
      })}
      <div class="fields-two">
        {!leftOut.includes('legend') && (
          <Field
            label={t('dashboards.chart.legend')}
            hint={t('dashboards.chart.legendHint').replace('{0}', '{{check}}').replace('{1}', '{{watcher}}')}
            value={query.legend ?? ''}
            most={200}
            onChange={(legend) => {
              const { legend: _, ...rest } = query;
              onChange(legend === '' ? rest : { ...rest, legend });
            }}
          />
        )}
        <div class="buttons query-buttons">
          <button
            type="button"
            class="button"
            disabled={free === undefined}
            onClick={() => {
              if (free !== undefined)
                set({ where: whereOf([...conditions, { label: free, operator: 'is', value: '' }]) });
            }}
          >
            {words?.addWhere ?? t('dashboards.chart.addWhere')}
          </button>
          {onRemove && (
            <button type="button" class="button" onClick={onRemove}>
              {t('dashboards.chart.removeQuery')}
            </button>
          )}
        </div>
      </div>
    </fieldset>
  );
}

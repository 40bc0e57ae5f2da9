import type { ApiMetric, ChartQuery } from '../../../src/model/index.ts';
import { Choice, Field } from '../dashboards/fields.tsx';
import { QueryFields } from '../dashboards/query-fields.tsx';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { readList, readNumber, withKey, writeList } from './list-text.ts';
import {
  asKind,
  kindOf,
  kinds,
  type ConditionDocument,
  type ConditionFields,
  type SeriesDocument,
} from './policy-document.ts';

export interface ConditionFormProps {
  number: number;
  condition: ConditionDocument;
  catalogue: readonly ApiMetric[];
  onChange: (condition: ConditionDocument) => void;
  onRemove: (() => void) | undefined;
}

const missings = ['NO_OP', 'INACTIVE', 'ACTIVE'] as const;

/** One condition: its kind, what that kind looks at, and when it counts as met. */
export function ConditionForm({ number, condition, catalogue, onChange, onRemove }: ConditionFormProps) {
  const kind = kindOf(condition);
  const { trigger } = condition;
  const triggerKind = trigger?.percent === undefined ? 'count' : 'percent';
  return (
    <fieldset class="query-fields condition-form">
      <legend>{t('alerts.condition', { number: formatInteger(number) })}</legend>
      <div class="fields-two">
        <Choice
          label={t('alerts.form.kind')}
          value={kind}
          options={kinds.map((one) => [one, t(`alerts.form.kinds.${one}`)] as const)}
          onChange={(next) => onChange(asKind(condition, next))}
        />
        <Field
          label={t('alerts.form.conditionName')}
          hint={t('alerts.form.conditionNameHint')}
          value={condition.name ?? ''}
          most={200}
          onChange={(name) => onChange(withKey(condition, 'name', name))}
        />
      </div>
      <KindFields
        condition={condition}
        catalogue={catalogue}
        onChange={(fields) => onChange({ ...condition, [kind]: fields })}
      />
      <div class="fields-four">
        <Field
          label={t('alerts.form.for')}
          hint={t('alerts.form.durationHint')}
          value={condition.for ?? '0s'}
          most={20}
          onChange={(text) => onChange(withKey(condition, 'for', text))}
        />
        <Choice
          label={t('alerts.form.missing')}
          value={condition['missing-data'] ?? 'NO_OP'}
          options={missings.map((one) => [one, t(`alerts.form.missings.${one}`)] as const)}
          onChange={(missing) => onChange(withKey(condition, 'missing-data', missing))}
        />
        <Choice
          label={t('alerts.form.trigger')}
          value={triggerKind}
          options={(['count', 'percent'] as const).map((one) => [one, t(`alerts.form.triggers.${one}`)] as const)}
          onChange={(next) => onChange({ ...condition, trigger: next === 'count' ? { count: 1 } : { percent: 50 } })}
        />
        <Field
          label={t('alerts.form.triggerValue')}
          value={String(trigger?.percent ?? trigger?.count ?? 1)}
          most={10}
          number
          onChange={(text) => onChange({ ...condition, trigger: { [triggerKind]: readNumber(text) } })}
        />
      </div>
      {onRemove && (
        <div class="buttons">
          <button type="button" class="button" onClick={onRemove}>
            {t('alerts.form.remove')}
          </button>
        </div>
      )}
    </fieldset>
  );
}

interface KindProps {
  condition: ConditionDocument;
  catalogue: readonly ApiMetric[];
  onChange: (fields: ConditionFields) => void;
}

function KindFields({ condition, catalogue, onChange }: KindProps) {
  const kind = kindOf(condition);
  const fields = condition[kind] ?? {};
  const set = <Key extends keyof ConditionFields>(key: Key, value: ConditionFields[Key] | undefined) =>
    onChange(withKey(fields, key, value));
  const duration = (key: 'window' | 'after' | 'within', usual: string) => (
    <Field
      label={t(`alerts.form.${key}`)}
      hint={t('alerts.form.durationHint')}
      value={fields[key] ?? usual}
      most={20}
      onChange={(text) => set(key, text)}
    />
  );
  const series = (of: SeriesDocument, legend: string, change: (next: SeriesDocument) => void) => (
    <SeriesFields
      legend={legend}
      series={of}
      catalogue={catalogue}
      leftOut={[
        ...(kind === 'absent' ? (['aggregate'] as const) : []),
        ...(kind === 'ratio' ? (['group-by'] as const) : []),
      ]}
      onChange={change}
    />
  );
  const limit = <LimitFields fields={fields} kind={kind} onChange={onChange} />;
  const own = (next: SeriesDocument) => onChange({ ...withoutSeries(fields), ...next });
  const metric = { ...fields, metric: fields.metric ?? '' };
  switch (kind) {
    case 'threshold':
    case 'rate-of-change':
      return (
        <>
          {series(metric, t('dashboards.chart.metric'), own)}
          <div class="fields-three">
            {limit}
            {duration('window', '1m')}
          </div>
        </>
      );
    case 'forecast':
      return (
        <>
          {series(metric, t('dashboards.chart.metric'), own)}
          <div class="fields-four">
            {limit}
            {duration('within', '1d')}
            {duration('window', '1h')}
          </div>
        </>
      );
    case 'absent':
      return (
        <>
          {series(metric, t('dashboards.chart.metric'), own)}
          <div class="fields-three">{duration('after', '5m')}</div>
        </>
      );
    case 'ratio':
      return (
        <>
          {series(fields.of ?? { metric: '' }, t('alerts.form.numerator'), (of) => onChange({ ...fields, of }))}
          {series(fields.to ?? { metric: '' }, t('alerts.form.denominator'), (to) => onChange({ ...fields, to }))}
          <div class="fields-four">
            {limit}
            {duration('window', '1m')}
            <Field
              label={t('alerts.form.groupBy')}
              hint={t('alerts.form.groupByHint')}
              value={writeList(fields['group-by'])}
              most={1000}
              onChange={(text) => set('group-by', readList(text))}
            />
          </div>
        </>
      );
    case 'verdict':
      return <VerdictFields fields={fields} onChange={onChange} />;
    default:
      return (
        <Choice
          label={t('alerts.form.quorum')}
          value={typeof fields.is === 'string' ? fields.is : 'reduced'}
          options={(['reduced', 'critical', 'lost'] as const).map((one) => [one, t(`alerts.form.quorums.${one}`)])}
          onChange={(is) => set('is', is)}
        />
      );
  }
}

const seriesKeys = ['metric', 'aggregate', 'where', 'group-by'] as const;

function withoutSeries(fields: ConditionFields): ConditionFields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !seriesKeys.some((one) => one === key)));
}

function SeriesFields({
  legend,
  series,
  catalogue,
  leftOut,
  onChange,
}: {
  legend: string;
  series: SeriesDocument;
  catalogue: readonly ApiMetric[];
  leftOut: readonly ('aggregate' | 'group-by')[];
  onChange: (series: SeriesDocument) => void;
}) {
  const query: ChartQuery = {
    metric: series.metric,
    where: series.where ?? {},
    'group-by': [...(series['group-by'] ?? [])],
    ...(series.aggregate === undefined ? {} : { aggregate: series.aggregate }),
  };
  return (
    <QueryFields
      title={legend}
      query={query}
      metric={catalogue.find(({ name }) => name === series.metric)}
      known={catalogue.length > 0}
      leftOut={['legend', ...leftOut]}
      words={{ groupBy: t('alerts.form.groupBy'), addWhere: t('alerts.form.addWhere') }}
      onChange={({ metric, where, aggregate, 'group-by': groupBy }) =>
        onChange({
          metric,
          ...(aggregate && { aggregate }),
          ...(Object.keys(where).length > 0 && { where }),
          ...(groupBy.length > 0 && { 'group-by': groupBy }),
        })
      }
      onRemove={undefined}
    />
  );
}

function LimitFields({
  fields,
  kind,
  onChange,
}: {
  fields: ConditionFields;
  kind: (typeof kinds)[number];
  onChange: (fields: ConditionFields) => void;
}) {
  const side = fields.below === undefined ? 'above' : 'below';
  const other = side === 'above' ? 'below' : 'above';
  const value = fields[side] ?? '';
  const hint = kind === 'ratio' ? 'ratioHint' : kind === 'rate-of-change' ? 'percentHint' : 'limitHint';
  return (
    <>
      <Choice
        label={t('alerts.form.limit')}
        value={side}
        options={(['above', 'below'] as const).map((one) => [one, t(`alerts.form.limits.${one}`)] as const)}
        onChange={(next) => {
          if (next !== side) onChange({ ...withKey(fields, side, undefined), [other]: value });
        }}
      />
      <Field
        label={t('alerts.form.limitValue')}
        hint={t(`alerts.form.${hint}`)}
        value={String(value)}
        most={30}
        number
        onChange={(text) => onChange({ ...fields, [side]: readNumber(text) })}
      />
    </>
  );
}

const verdicts = ['down', 'degraded', 'partial', 'unknown'] as const;

function VerdictFields({ fields, onChange }: { fields: ConditionFields; onChange: (fields: ConditionFields) => void }) {
  const is = typeof fields.is === 'string' ? [fields.is] : (fields.is ?? ['down']);
  return (
    <>
      <div class="fields-two">
        <Field
          label={t('alerts.form.checks')}
          hint={t('alerts.form.checksHint')}
          value={writeList(fields.checks)}
          most={4000}
          onChange={(text) => onChange(withKey(fields, 'checks', readList(text)))}
        />
        <Field
          label={t('alerts.form.select')}
          hint={t('alerts.form.selectHint')}
          value={fields.select ?? ''}
          most={1000}
          onChange={(text) => onChange(withKey(fields, 'select', text))}
        />
      </div>
      <div class="group-by" role="group" aria-label={t('alerts.form.verdicts')}>
        <span class="field-label">{t('alerts.form.verdicts')}</span>
        {verdicts.map((one) => (
          <label key={one} class="choice">
            <input
              type="checkbox"
              checked={is.includes(one)}
              onChange={(event) =>
                onChange({
                  ...fields,
                  is: event.currentTarget.checked ? [...is, one] : is.filter((verdict) => verdict !== one),
                })
              }
            />
            {t(`alerts.form.verdictNames.${one}`)}
          </label>
        ))}
      </div>
    </>
  );
}

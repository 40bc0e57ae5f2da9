import type { FlowKey } from '../../../src/model/index.ts';
import { Icon } from '../parts/icon.tsx';
import { setQuery } from '../router.ts';
import { t } from '../text/text.ts';
import {
  comparisons,
  keys,
  measures,
  mostKeys,
  points,
  statistics,
  stepChanges,
  views,
  type FlowView,
  type Show,
} from './view.ts';
import { keyName } from './words.ts';

type Control = 'view' | 'measure' | 'statistic' | 'point' | 'compare' | 'by';

/** Which choices make a difference in which picture; what would do nothing is not shown. */
const shown: Readonly<Partial<Record<Show, readonly Control[]>>> = {
  flows: ['view', 'measure', 'statistic', 'point', 'compare', 'by'],
  sankey: ['view', 'measure', 'statistic', 'point', 'by'],
  matrix: ['view', 'measure', 'statistic', 'point', 'by'],
  latency: ['view', 'by'],
};

/** How the traffic is looked at: by what, how much of what, ranked how. */
export function Controls({ view }: { view: FlowView }) {
  const controls = shown[view.show] ?? [];
  if (controls.length === 0) return null;
  const has = (one: Control) => controls.includes(one);
  return (
    <div class="flows-controls">
      {has('view') && (
        <div class="segments" role="group" aria-label={t('flows.view')}>
          {views.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === view.view}
              onClick={() => setQuery({ view: one === 'source-destination' ? undefined : one })}
            >
              {t(`flows.viewNames.${one}`)}
            </button>
          ))}
        </div>
      )}
      {has('measure') && (
        <div class="segments" role="group" aria-label={t('flows.measure')}>
          {measures.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === view.measure}
              onClick={() => setQuery({ measure: one === 'bytes' ? undefined : one })}
            >
              {t(`flows.measures.${one}`)}
            </button>
          ))}
        </div>
      )}
      {has('statistic') && (
        <Choice name="statistic" label={t('flows.statistic')} value={view.statistic} usual="total">
          {statistics.map((one) => [one, t(`flows.statistics.${one}`)])}
        </Choice>
      )}
      {has('point') && (
        <Choice name="point" label={t('flows.point')} value={view.point} usual="average">
          {points.map((one) => [one, t(`flows.points.${one}`)])}
        </Choice>
      )}
      {has('compare') && (
        <Choice name="compare" label={t('flows.compare')} value={view.compare} usual="off">
          {comparisons.map((one) => [one, t(`flows.comparisons.${one}`)])}
        </Choice>
      )}
      {has('by') && <GroupBy view={view} />}
    </div>
  );
}

function Choice({
  name,
  label,
  value,
  usual,
  children,
}: {
  name: string;
  label: string;
  value: string;
  /** Left out of the address. */
  usual: string;
  children: readonly (readonly [string, string])[];
}) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const wanted = event.currentTarget.value;
          setQuery({ [name]: wanted === usual ? undefined : wanted });
        }}
      >
        {children.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Keys as chips in their order; each can be taken away, further ones come at the end. */
function GroupBy({ view }: { view: FlowView }) {
  const { by } = view;
  const change = (next: readonly FlowKey[]) => setQuery({ by: stepChanges({ ...view, by: next }).by });
  return (
    <div class="flows-by" role="group" aria-label={t('flows.by')}>
      <span class="field-label">{t('flows.by')}</span>
      <ul class="chips">
        {by.map((key) => (
          <li key={key} class="chip">
            {keyName(key, view.view)}
            {by.length > 1 && (
              <button
                type="button"
                aria-label={t('flows.byLess', { key: keyName(key, view.view) })}
                onClick={() => change(by.filter((one) => one !== key))}
              >
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {by.length < mostKeys && (
        <select
          aria-label={t('flows.byMore')}
          value=""
          onChange={(event) => {
            const more = keys.find((key) => key === event.currentTarget.value);
            if (more !== undefined) change([...by, more]);
          }}
        >
          <option value="">{t('flows.byMore')}</option>
          {keys
            .filter((key) => !by.includes(key))
            .map((key) => (
              <option key={key} value={key}>
                {keyName(key, view.view)}
              </option>
            ))}
        </select>
      )}
    </div>
  );
}

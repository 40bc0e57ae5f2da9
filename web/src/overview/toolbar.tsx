import { Icon } from '../parts/icon.tsx';
import { StateMark } from '../parts/state.tsx';
import { setQuery } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { rowStates, sortKeys, type facetsOf, type RowState, type View } from './rows.ts';

export interface ToolbarProps {
  view: View;
  counts: Record<RowState, number>;
  facets: ReturnType<typeof facetsOf>;
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  // A value that came with the address stays visible even when nothing has it any more.
  const all = options.some(([key]) => key === value) ? options : [...options, [value, value] as const];
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {all.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Counts that are filters, search, and how the list is arranged; all of it lives in the address. */
export function Toolbar({ view, counts, facets }: ToolbarProps) {
  const toggle = (state: RowState) => {
    const next = new Set(view.states);
    if (!next.delete(state)) next.add(state);
    setQuery({ verdict: [...next].join(',') });
  };
  const keys = [...facets.labels.keys()];
  const labelChoices = [...facets.labels].flatMap(([key, values]) =>
    values.map((value) => [`${key}=${value}`, `${key} = ${value}`] as const),
  );
  return (
    <>
      <div class="tiles" role="group" aria-label={t('overview.filterState')}>
        {rowStates.map((state) => (
          <button
            key={state}
            type="button"
            class={`tile tile-${state} ${counts[state] === 0 ? 'tile-zero' : ''}`}
            aria-pressed={view.states.has(state)}
            onClick={() => toggle(state)}
          >
            <span class="tile-word">
              <StateMark state={state} />
              {t(`state.${state}`)}
            </span>
            <span class="tile-count">{formatInteger(counts[state])}</span>
          </button>
        ))}
      </div>
      <search class="toolbar">
        <label class="field field-search">
          <span class="field-label">{t('overview.search')}</span>
          <span class="search-box">
            <Icon name="search" />
            <input
              type="search"
              placeholder={t('overview.searchHint')}
              value={view.search}
              maxLength={200}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => setQuery({ search: event.currentTarget.value }, 'replace')}
            />
            <kbd aria-hidden="true">/</kbd>
          </span>
        </label>
        <Choice
          label={t('overview.type')}
          value={view.type}
          options={[['', t('overview.all')], ...facets.types.map((type) => [type, type] as const)]}
          onChange={(type) => setQuery({ type })}
        />
        {labelChoices.length > 0 && (
          <Choice
            label={t('overview.label')}
            value={view.label}
            options={[['', t('overview.all')], ...labelChoices]}
            onChange={(label) => setQuery({ label })}
          />
        )}
        <Choice
          label={t('overview.group')}
          value={view.group}
          options={[
            ['', t('overview.noGroup')],
            ['type', t('overview.type')],
            ...keys.map((key) => [key, key] as const),
          ]}
          onChange={(group) => setQuery({ group })}
        />
        <Choice
          label={t('overview.sort')}
          value={view.sort}
          options={sortKeys.map((key) => [key, t(`sort.${key}`)] as const)}
          onChange={(sort) => setQuery({ sort: sort === 'problems' ? undefined : sort })}
        />
      </search>
    </>
  );
}

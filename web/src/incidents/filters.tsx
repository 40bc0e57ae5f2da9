import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { query, setQuery } from '../router.ts';
import { t } from '../text/text.ts';
import { filterKeys, impacts, periods, severities } from './filter-query.ts';

/** While somebody types the list is not asked for again with each letter. */
const typingMs = 250;

/** Which incidents: all of it lives in the address. */
export function Filters() {
  const given = (key: string) => query.value.get(key) ?? '';
  const isFiltered = filterKeys.some((key) => given(key) !== '');
  return (
    <search class="toolbar incident-filters" aria-label={t('handling.filter')}>
      <TextFilter name="search" label={t('handling.search')} hint={t('handling.searchHint')} isSearch />
      <ChoiceFilter
        name="severity"
        label={t('handling.severity')}
        options={severities.map((one) => [one, t(`handling.severities.${one}`)])}
      />
      <ChoiceFilter
        name="impact"
        label={t('handling.impact')}
        options={impacts.map((one) => [one, t(`impact.${one}`)])}
      />
      <TextFilter name="assignee" label={t('handling.assignee')} hint={t('handling.assigneeHint')} />
      <TextFilter name="policy" label={t('handling.check')} hint="" />
      <ChoiceFilter
        name="period"
        label={t('handling.period')}
        options={periods.map((one) => [one, t(`handling.periods.${one}`)])}
      />
      {isFiltered && (
        <button
          type="button"
          class="button"
          onClick={() => setQuery(Object.fromEntries(filterKeys.map((key) => [key, undefined])))}
        >
          {t('handling.clear')}
        </button>
      )}
    </search>
  );
}

function TextFilter({
  name,
  label,
  hint,
  isSearch = false,
}: {
  name: string;
  label: string;
  hint: string;
  isSearch?: boolean;
}) {
  const wanted = query.value.get(name) ?? '';
  const [text, setText] = useState(wanted);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(wanted), [wanted]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery({ [name]: next.trim() }, 'replace'), typingMs);
  };
  const common = {
    placeholder: hint,
    value: text,
    maxLength: 200,
    autocomplete: 'off',
    spellcheck: false,
    onInput: (event: { currentTarget: HTMLInputElement }) => type(event.currentTarget.value),
  } as const;
  return (
    <label class={`field ${isSearch ? 'field-search' : ''}`}>
      <span class="field-label">{label}</span>
      {isSearch ? (
        <span class="search-box">
          <Icon name="search" />
          <input type="search" {...common} />
          <kbd aria-hidden="true">/</kbd>
        </span>
      ) : (
        <input type="text" {...common} />
      )}
    </label>
  );
}

function ChoiceFilter({
  name,
  label,
  options,
}: {
  name: string;
  label: string;
  options: readonly (readonly [string, string])[];
}) {
  const value = query.value.get(name) ?? '';
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select value={value} onChange={(event) => setQuery({ [name]: event.currentTarget.value })}>
        {[['', t('handling.any')] as const, ...options].map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

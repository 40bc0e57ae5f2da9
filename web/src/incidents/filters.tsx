import { ChoiceFilter, TextFilter } from '../parts/address-filter.tsx';
import { query, setQuery } from '../router.ts';
import { t } from '../text/text.ts';
import { filterKeys, impacts, periods, severities } from './filter-query.ts';

/** Which incidents: all of it lives in the address. */
export function Filters() {
  const given = (key: string) => query.value.get(key) ?? '';
  const isFiltered = filterKeys.some((key) => given(key) !== '');
  const any = t('handling.any');
  return (
    <search class="toolbar incident-filters" aria-label={t('handling.filter')}>
      <TextFilter name="search" label={t('handling.search')} hint={t('handling.searchHint')} isSearch />
      <ChoiceFilter
        name="severity"
        label={t('handling.severity')}
        any={any}
        options={severities.map((one) => [one, t(`handling.severities.${one}`)])}
      />
      <ChoiceFilter
        name="impact"
        label={t('handling.impact')}
        any={any}
        options={impacts.map((one) => [one, t(`impact.${one}`)])}
      />
      <TextFilter name="assignee" label={t('handling.assignee')} hint={t('handling.assigneeHint')} />
      <TextFilter name="policy" label={t('handling.check')} hint="" />
      <ChoiceFilter
        name="period"
        label={t('handling.period')}
        any={any}
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

import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { checkList, maxRows, startCheckList } from '../overview/check-list.ts';
import { CheckTable } from '../overview/check-table.tsx';
import { countStates, facetsOf, linesOf, matching, viewFrom } from '../overview/rows.ts';
import { Toolbar } from '../overview/toolbar.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { query, setQuery } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';

/** Groups that were folded stay so while the page is open. */
const folded = signal<ReadonlySet<string>>(new Set());

function toggleFold(name: string): void {
  const next = new Set(folded.value);
  if (!next.delete(name)) next.add(name);
  folded.value = next;
}

export function OverviewPage() {
  useEffect(startCheckList, []);
  const { rows, complete, cut, problem } = checkList.value;
  const address = query.value;
  const view = useMemo(() => viewFrom(address), [address]);
  const found = useMemo(() => matching(rows, view), [rows, view]);
  const lines = useMemo(() => linesOf(found, view, folded.value), [found, view, folded.value]);
  const counts = useMemo(() => countStates(found), [found]);
  const facets = useMemo(() => facetsOf(rows), [rows]);
  const shown = view.states.size === 0 ? found.length : [...view.states].reduce((sum, state) => sum + counts[state], 0);
  const first = rows.length === 0 && !complete;

  return (
    <Page
      title={t('nav.overview')}
      aside={
        <div class="page-aside">
          <p class="quiet page-note" role="status">
            {complete && t('overview.shown', { shown: formatInteger(shown), total: formatInteger(rows.length) })}
            {!complete && rows.length > 0 && t('overview.reading', { count: rows.length })}
          </p>
          <a href="/groups">{t('groups.title')}</a>
        </div>
      }
    >
      {problem && !first && <StaleNotice problem={problem} retry={() => location.reload()} />}
      {cut && <p class="notice notice-warn">{t('overview.cut', { count: maxRows })}</p>}
      <Toolbar view={view} counts={counts} facets={facets} />
      {first && problem && <ProblemView problem={problem} retry={() => location.reload()} />}
      {first && !problem && <Waiting />}
      {complete && rows.length === 0 && <Empty title={t('overview.noChecks')} text={t('overview.noChecksHint')} />}
      {rows.length > 0 && lines.length === 0 && (
        <div class="empty">
          <p class="empty-title">{t('overview.noMatch')}</p>
          <button
            type="button"
            class="button"
            onClick={() => setQuery({ search: undefined, verdict: undefined, type: undefined, label: undefined })}
          >
            {t('overview.clear')}
          </button>
        </div>
      )}
      {lines.length > 0 && <CheckTable lines={lines} group={view.group} onFold={toggleFold} />}
    </Page>
  );
}

import { useEffect, useState } from 'preact/hooks';
import type { ApiIncident, ApiIncidentPage, ApiProblem } from '../../../src/model/index.ts';
import { onLedgerEvent, openIncidents } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { apiQuery, isNarrowed, stateOf, tabs } from '../incidents/filter-query.ts';
import { Filters } from '../incidents/filters.tsx';
import { IncidentLine } from '../incidents/incident-line.tsx';
import { SnoozeList } from '../incidents/snooze-list.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { query, setQuery } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';

const pageSize = 50;
/** Older ones are found by filters; a page is for people. */
const maxShown = 1000;
const refreshMs = 30_000;

interface Older {
  key: string;
  items: ApiIncident[];
  next?: string | undefined;
  problem?: ApiProblem;
}

export function IncidentsPage() {
  const address = query.value;
  const state = stateOf(address);
  const key = address.toString();
  const read = (cursor?: string, signal?: AbortSignal) =>
    request<ApiIncidentPage>('GET', '/incidents', {
      query: { ...apiQuery(address, Date.now()), limit: pageSize, cursor },
      ...(signal ? { signal } : {}),
    });
  const { data, problem, reload } = useResource(key, (signal) => read(undefined, signal), { refreshMs });
  useEffect(() => onLedgerEvent((event) => event.kind === 'incident' && reload()), []);
  const [older, setOlder] = useState<Older>();
  const more = older?.key === key ? older : undefined;
  const seen = new Set(data?.items.map((incident) => incident.id));
  const items = [...(data?.items ?? []), ...(more?.items ?? []).filter((incident) => !seen.has(incident.id))];
  const next = more ? more.next : data?.next;
  const readOlder = async () => {
    const before = more?.items ?? [];
    try {
      const page = await read(next);
      setOlder({ key, items: [...before, ...page.items].slice(-maxShown), next: page.next });
    } catch (thrown) {
      setOlder({ key, items: before, next, problem: problemOf(thrown) });
    }
  };
  const open = openIncidents.value;
  const narrowed = isNarrowed(address);

  return (
    <Page title={t('nav.incidents')}>
      <SnoozeList />
      <div class="segments tabs" role="group" aria-label={t('incidents.filter')}>
        {tabs.map((tab) => (
          <button
            key={tab}
            type="button"
            aria-pressed={tab === state}
            onClick={() => setQuery({ state: tab === 'open' ? undefined : tab })}
          >
            {t(`incidents.${tab}`)}
            {tab === 'open' && open !== undefined && <span class="count">{formatInteger(open)}</span>}
          </button>
        ))}
      </div>
      <Filters />
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem ?? more?.problem} retry={reload} />}
      {data?.behind !== undefined && (
        <p class="notice notice-warn" role="status">
          {t('handling.behind', { count: data.behind })}
        </p>
      )}
      <p class="quiet list-count" role="status">
        {data && narrowed && t('handling.found', { count: data.total ?? items.length })}
      </p>
      {data && items.length === 0 && narrowed && <Empty title={t('handling.noneMatch')} />}
      {data && items.length === 0 && !narrowed && (
        <Empty title={t(state === 'open' ? 'incidents.noneOpen' : 'incidents.none')} text={t('incidents.noneHint')} />
      )}
      <ul class="incidents">
        {items.map((incident) => (
          <IncidentLine key={incident.id} incident={incident} />
        ))}
      </ul>
      {next !== undefined && items.length < maxShown && (
        <button type="button" class="button" onClick={() => void readOlder()}>
          {t('incidents.older')}
        </button>
      )}
    </Page>
  );
}

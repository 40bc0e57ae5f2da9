import { useEffect, useState } from 'preact/hooks';
import type { ApiIncident, ApiPage, ApiProblem } from '../../../src/model/index.ts';
import { onLedgerEvent, openIncidents } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { Since } from '../parts/moment.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { IncidentState } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { incidentHref, query, setQuery } from '../router.ts';
import { formatDuration, formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';

const pageSize = 50;
/** Older ones are reached through the API; a page is for people. */
const maxShown = 1000;
const refreshMs = 30_000;
const tabs = ['open', 'resolved', 'all'] as const;

export function IncidentsPage() {
  const wanted = query.value.get('state');
  const state = tabs.find((tab) => tab === wanted) ?? 'open';
  const read = (cursor?: string, signal?: AbortSignal) =>
    request<ApiPage<ApiIncident>>('GET', '/incidents', {
      query: { state, limit: pageSize, cursor },
      ...(signal ? { signal } : {}),
    });
  const { data, problem, reload } = useResource(state, (signal) => read(undefined, signal), { refreshMs });
  useEffect(() => onLedgerEvent((event) => event.kind === 'incident' && reload()), []);
  const [older, setOlder] = useState<{
    state: string;
    items: ApiIncident[];
    next?: string | undefined;
    problem?: ApiProblem;
  }>();
  const more = older?.state === state ? older : undefined;
  const seen = new Set(data?.items.map((incident) => incident.id));
  const items = [...(data?.items ?? []), ...(more?.items ?? []).filter((incident) => !seen.has(incident.id))];
  const next = more ? more.next : data?.next;
  const readOlder = async () => {
    const before = more?.items ?? [];
    try {
      const page = await read(next);
      setOlder({ state, items: [...before, ...page.items].slice(-maxShown), next: page.next });
    } catch (thrown) {
      setOlder({ state, items: before, next, problem: problemOf(thrown) });
    }
  };
  const open = openIncidents.value;

  return (
    <Page title={t('nav.incidents')}>
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
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem ?? more?.problem} retry={reload} />}
      {data && items.length === 0 && (
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

function IncidentLine({ incident }: { incident: ApiIncident }) {
  const lastedMs = Date.parse(incident.resolvedAt ?? '') - Date.parse(incident.openedAt);
  return (
    <li class={`incident impact-${incident.impact} incident-${incident.status}`}>
      <IncidentState status={incident.status} />
      <div class="incident-main">
        <a class="incident-link" href={incidentHref(incident.id)} data-row>
          <bdi>{incident.title}</bdi>
        </a>
        <p class="incident-under quiet">
          <span class="badge">{t(`impact.${incident.impact}`)}</span>
          {incident.affected.length > 0 && <span>{t('incidents.affected', { count: incident.affected.length })}</span>}
          {incident.acknowledged ? (
            <span>
              {t('incidents.acknowledgedBy')} <bdi>{incident.acknowledged.by}</bdi>
            </span>
          ) : (
            incident.status !== 'resolved' && <span class="loss-some">{t('incidents.notAcknowledged')}</span>
          )}
          {incident.reason && <bdi>{incident.reason.text}</bdi>}
        </p>
      </div>
      <div class="incident-when">
        <Since time={incident.openedAt} ago />
        {Number.isFinite(lastedMs) && (
          <span class="quiet">{t('incidents.lasted', { duration: formatDuration(lastedMs) })}</span>
        )}
      </div>
    </li>
  );
}

import { useEffect, useState } from 'preact/hooks';
import type { ApiAlertSummary, ApiPage, ApiProblem } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { AlertViews } from '../frame/navigation.tsx';
import { ExampleView } from '../on-call/example-view.tsx';
import { Name } from '../parts/bidi.tsx';
import { ChoiceFilter, TextFilter } from '../parts/address-filter.tsx';
import { At, Since } from '../parts/moment.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { alertHref, query, setQuery } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { AlertState } from './alert-state.tsx';
import { AlertEditor } from './editor.tsx';

const refreshMs = 10_000;
const pageSize = 200;
const states = ['firing', 'disputed', 'fine', 'unknown', 'disabled'] as const;

const example = `alerts:
  - name: slow
    severity: warning
    conditions:
      - threshold:
          metric: quorumwatch_probe_latency_seconds
          aggregate: p95
          group-by: [check]
          window: 5m
          above: 0.3
        for: 2m`;

/** Policies and how they stand; with `?new` a policy that is being made. */
export function AlertsPage() {
  return query.value.has('new') ? <AlertEditor name={undefined} /> : <AlertList />;
}

interface Further {
  key: string;
  items: ApiAlertSummary[];
  next?: string | undefined;
  problem?: ApiProblem;
}

function AlertList() {
  const address = query.value;
  const search = address.get('search')?.slice(0, 200) ?? '';
  const state = states.find((one) => one === address.get('state'));
  const narrowed = search !== '' || state !== undefined;
  const key = `alerts ${search} ${state ?? ''}`;
  const read = (cursor: string | undefined, signal?: AbortSignal) =>
    request<ApiPage<ApiAlertSummary>>('GET', '/alerts', {
      query: { search, state, cursor, limit: pageSize },
      ...(signal && { signal }),
    });
  const { data, problem, reload } = useResource(key, (signal) => read(undefined, signal), { refreshMs });
  useEffect(() => onLedgerEvent(({ kind }) => (kind === 'transition' || kind === 'configuration') && reload()), []);
  const [further, setFurther] = useState<Further>();
  const more = further?.key === key ? further : undefined;
  const items = [...(data?.items ?? []), ...(more?.items ?? [])];
  const next = more ? more.next : data?.next;
  const readMore = async () => {
    const before = more?.items ?? [];
    try {
      const page = await read(next);
      setFurther({ key, items: [...before, ...page.items], next: page.next });
    } catch (thrown) {
      setFurther({ key, items: before, next, problem: problemOf(thrown) });
    }
  };

  return (
    <Page
      title={t('alerts.policies')}
      aside={
        <a class="button button-main" href="/alerts?new">
          {t('alerts.new')}
        </a>
      }
    >
      <AlertViews />
      <search class="toolbar incident-filters" aria-label={t('alerts.filter')}>
        <TextFilter name="search" label={t('alerts.search')} hint={t('alerts.searchHint')} isSearch />
        <ChoiceFilter
          name="state"
          label={t('alerts.stateFilter')}
          any={t('alerts.any')}
          options={states.map((one) => [one, t(`alerts.states.${one}`)])}
        />
        {narrowed && (
          <button type="button" class="button" onClick={() => setQuery({ search: undefined, state: undefined })}>
            {t('alerts.clear')}
          </button>
        )}
      </search>
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem ?? more?.problem} retry={reload} />}
      <p class="quiet list-count" role="status">
        {data && items.length > 0 && t('alerts.count', { count: data.total ?? items.length })}
      </p>
      {data && items.length === 0 && narrowed && <Empty title={t('alerts.noneMatch')} />}
      {data && items.length === 0 && !narrowed && (
        <ExampleView title={t('alerts.none')} text={t('alerts.noneText')} example={example} />
      )}
      {items.length > 0 && <AlertTable items={items} />}
      {next !== undefined && (
        <button type="button" class="button" onClick={() => void readMore()}>
          {t('alerts.more')}
        </button>
      )}
    </Page>
  );
}

function AlertTable({ items }: { items: readonly ApiAlertSummary[] }) {
  return (
    <div class="panel table-scroll" tabIndex={0} role="region" aria-label={t('alerts.policies')}>
      <table class="table alert-table">
        <thead>
          <tr>
            <th scope="col">{t('alerts.column.state')}</th>
            <th scope="col">{t('alerts.column.policy')}</th>
            <th scope="col">{t('alerts.column.severity')}</th>
            <th scope="col" class="number">
              {t('alerts.column.firing')}
            </th>
            <th scope="col">{t('alerts.column.since')}</th>
            <th scope="col">{t('alerts.column.evaluated')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((alert) => (
            <tr key={alert.name}>
              <td>
                <AlertState state={alert.state} />
              </td>
              <th scope="row" class="wrap">
                <a href={alertHref(alert.name)} data-row>
                  <Name text={alert.name} />
                </a>
                <span class="alert-under quiet">
                  {alert.here?.error !== undefined ? (
                    <span class="loss-some">
                      {t('alerts.error')} <bdi lang="en">{alert.here.error}</bdi>
                    </span>
                  ) : (
                    <bdi lang={alert.comment === undefined ? 'en' : undefined}>
                      {alert.comment ?? alert.conditions[0]}
                    </bdi>
                  )}
                </span>
              </th>
              <td>
                <span class="badge">{t(`alerts.form.severities.${alert.severity}`)}</span>
              </td>
              <td class="number">{alert.firing === 0 ? '–' : formatInteger(alert.firing)}</td>
              <td>
                <Since time={alert.since} />
              </td>
              <td>
                <Evaluated alert={alert} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** When this watcher looked last; another may judge it instead. */
export function Evaluated({ alert: { here } }: { alert: ApiAlertSummary }) {
  if (!here) return <span class="quiet">{t('alerts.notHere')}</span>;
  return here.at === undefined ? <span class="quiet">{t('alerts.neverEvaluated')}</span> : <At time={here.at} />;
}

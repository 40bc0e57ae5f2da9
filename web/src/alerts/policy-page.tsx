import { useEffect, useMemo } from 'preact/hooks';
import type { ApiAlertDetail, ApiIncident, ApiIncidentPage } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { request } from '../api/session.ts';
import type { Window } from '../charts/question.ts';
import { TimeControls } from '../charts/time-controls.tsx';
import { useCatalogue } from '../dashboards/use-catalogue.ts';
import { useWindow, watcherNow } from '../dashboards/use-window.ts';
import { IncidentLine } from '../incidents/incident-line.tsx';
import { MarkdownView } from '../incidents/markdown-view.tsx';
import { SeverityBadge } from '../incidents/severity-badge.tsx';
import { Name } from '../parts/bidi.tsx';
import { Since } from '../parts/moment.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { alertHref, query } from '../router.ts';
import { formatDuration } from '../text/format.ts';
import { t } from '../text/text.ts';
import { AlertState } from './alert-state.tsx';
import { ConditionView } from './condition-view.tsx';
import { AlertEditor } from './editor.tsx';
import { Evaluated } from './list-page.tsx';
import { readPolicy } from './policy-document.ts';
import { ResourceTable } from './resource-table.tsx';
import { ToldBy } from './told-by.tsx';

const refreshMs = 10_000;
const usualWindowMs = 21_600_000;
const shownIncidents = 10;
/** Shaded stretches come from so many incidents at most. */
const mostIncidents = 200;

/** One policy; with `?edit` it is being changed. */
export function PolicyPage({ name }: { name: string }) {
  return query.value.has('edit') ? <AlertEditor name={name} /> : <PolicyView name={name} />;
}

function PolicyView({ name }: { name: string }) {
  const path = `/alerts/${encodeURIComponent(name)}`;
  const { data, problem, reload } = useResource(path, (signal) => request<ApiAlertDetail>('GET', path, { signal }), {
    refreshMs,
  });
  useEffect(() => onLedgerEvent(({ kind }) => (kind === 'transition' || kind === 'configuration') && reload()), []);
  return (
    <Page
      title={name}
      heading={<Name text={name} />}
      aside={
        <div class="buttons">
          <a href="/alerts">{t('alerts.all')}</a>
          {data && (
            <a class="button" href={`${alertHref(name)}?edit`}>
              {t('alerts.edit')}
            </a>
          )}
        </div>
      }
    >
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          <PolicyHead alert={data} />
          <PolicyParts alert={data} />
        </>
      )}
    </Page>
  );
}

function PolicyHead({ alert }: { alert: ApiAlertDetail }) {
  const { here } = alert;
  return (
    <>
      <div class="panel alert-head">
        <AlertState state={alert.state} large />
        {alert.since !== undefined && <Since time={alert.since} ago />}
        <SeverityBadge severity={alert.severity} />
        {alert.firing > 0 && <span>{t('alerts.firing', { count: alert.firing })}</span>}
        {alert.comment !== undefined && <bdi class="alert-comment">{alert.comment}</bdi>}
        <span class="quiet">
          {t('alerts.interval')} {formatDuration(alert.intervalMs)} · {t('alerts.column.evaluated')}{' '}
          <Evaluated alert={alert} />
        </span>
      </div>
      {here?.error !== undefined && (
        <div class="notice notice-bad" role="alert">
          <p>
            <strong>{t('alerts.error')}</strong> <bdi lang="en">{here.error}</bdi>
          </p>
        </div>
      )}
      {here !== undefined && here.omittedSeries > 0 && (
        <p class="notice notice-warn">{t('alerts.omittedSeries', { count: here.omittedSeries })}</p>
      )}
    </>
  );
}

function PolicyParts({ alert }: { alert: ApiAlertDetail }) {
  const { range, window, refreshMs: everyMs } = useWindow(usualWindowMs);
  const catalogue = useCatalogue();
  const policy = useMemo(() => readPolicy(alert.configuration), [JSON.stringify(alert.configuration)]);
  const question = { policy: alert.name, state: 'all', limit: mostIncidents };
  const incidents = useResource(
    `incidents ${alert.name}`,
    (signal) => request<ApiIncidentPage>('GET', '/incidents', { query: question, signal }),
    { refreshMs },
  );
  const items = incidents.data?.items ?? [];
  const content = policy?.documentation?.content ?? '';
  const runbook = policy?.documentation?.runbook ?? '';
  const isPage = /^https?:\/\//i.test(runbook);
  return (
    <div class="columns columns-wide-first">
      <div class="stack">
        <Section id="resources-title" title={t('alerts.resources')}>
          <ResourceTable alert={alert} />
        </Section>
        {policy && (
          <Section
            id="conditions-title"
            title={t('alerts.conditions')}
            aside={
              policy.conditions.length > 1 && (
                <span class="quiet">{t(`alerts.form.combiners.${policy.combiner ?? 'OR'}`)}</span>
              )
            }
          >
            <TimeControls
              range={range}
              window={window}
              usualMs={usualWindowMs}
              refreshMs={everyMs}
              nowMs={watcherNow}
            />
            <ol class="conditions">
              {policy.conditions.map((condition, index) => (
                <ConditionView
                  key={index}
                  condition={condition}
                  text={alert.conditions[index] ?? ''}
                  number={index + 1}
                  catalogue={catalogue}
                  window={window}
                  spans={spansOf(items, window)}
                />
              ))}
            </ol>
          </Section>
        )}
        <Section id="incidents-title" title={t('alerts.incidents')}>
          {incidents.problem && <StaleNotice problem={incidents.problem} retry={incidents.reload} />}
          {incidents.data && items.length === 0 && <p class="quiet">{t('alerts.noIncidents')}</p>}
          <ul class="incidents">
            {items.slice(0, shownIncidents).map((incident) => (
              <IncidentLine key={incident.id} incident={incident} />
            ))}
          </ul>
          {items.length > 0 && (
            <a href={`/incidents?state=all&policy=${encodeURIComponent(alert.name)}`}>{t('alerts.allIncidents')}</a>
          )}
        </Section>
      </div>
      <div class="stack">
        <Section id="documentation-title" title={t('alerts.documentation')}>
          {content === '' && runbook === '' && <p class="quiet">{t('alerts.noDocumentation')}</p>}
          {content !== '' && <MarkdownView text={content} />}
          {isPage && (
            <p>
              <a href={runbook} target="_blank" rel="noopener noreferrer">
                {t('alerts.runbook')}
              </a>
            </p>
          )}
        </Section>
        {policy && (
          <Section id="told-title" title={t('alerts.told.title')}>
            <ToldBy policy={policy} />
          </Section>
        )}
      </div>
    </div>
  );
}

/** When an incident was open, within what is shown. */
function spansOf(incidents: readonly ApiIncident[], window: Window): Window[] {
  return incidents
    .map(({ openedAt, resolvedAt }) => ({
      fromMs: Date.parse(openedAt),
      toMs: resolvedAt === undefined ? window.toMs : Date.parse(resolvedAt),
    }))
    .filter(({ fromMs, toMs }) => fromMs < window.toMs && toMs > window.fromMs);
}

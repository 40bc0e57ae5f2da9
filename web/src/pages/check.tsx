import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ApiActionStatus, ApiCheckDetail, ApiLocatedCheck, ApiPage } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { request } from '../api/session.ts';
import { ChartPanel } from '../charts/chart-panel.tsx';
import { LocationTable } from '../groups/location-table.tsx';
import { ActionTable } from '../parts/action-table.tsx';
import { Name } from '../parts/bidi.tsx';
import { Since } from '../parts/moment.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { State } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { Badges } from '../overview/check-table.tsx';
import { checkHref } from '../router.ts';
import { formatDuration, formatFinePercent, formatInteger, formatLatency, formatPercent } from '../text/format.ts';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/text.ts';
import { OpenIncidents } from './check-incident.tsx';
import { Evidence, Opinions, Transitions } from './check-evidence.tsx';
import { SamplePanel } from './check-samples.tsx';

const refreshMs = 10_000;

/** Everything about one check: what holds now, how it went, and why it is believed. */
export function CheckPage({ name }: { name: string }) {
  const path = `/checks/${encodeURIComponent(name)}`;
  const {
    data: check,
    problem,
    reload,
  } = useResource(path, (signal) => request<ApiCheckDetail>('GET', path, { signal }), { refreshMs });
  const actions = useResource(
    `${path}/actions`,
    (signal) => request<ApiPage<ApiActionStatus>>('GET', `${path}/actions`, { signal }),
    { refreshMs },
  );
  useEffect(
    () =>
      onLedgerEvent((event) => {
        const about = event.body as { check?: unknown; cause?: { check?: unknown } } | null;
        if (event.kind === 'transition' && about?.check === name) reload();
        if (event.kind.startsWith('action-')) actions.reload();
      }),
    [name],
  );

  return (
    <Page title={name} heading={<Name text={name} />} aside={<a href="/">{t('check.all')}</a>}>
      {!check && problem && <ProblemView problem={problem} retry={reload} />}
      {!check && !problem && <Waiting />}
      {check && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          <Headline check={check} />
          <ChartPanel check={name} />
          <div class="columns">
            <div class="stack">
              <Section id="opinions-title" title={t('check.opinions')}>
                <Opinions opinions={check.opinionDetails} />
              </Section>
              <Locations check={name} />
              <Section id="transitions-title" title={t('check.transitions')}>
                <Transitions transitions={check.transitions} />
              </Section>
            </div>
            <div class="stack">
              <Section id="evidence-title" title={t('check.evidence')}>
                <Evidence check={check} />
              </Section>
              <SamplePanel check={name} />
            </div>
          </div>
          <Section id="actions-title" title={t('check.actions')}>
            {actions.problem && <StaleNotice problem={actions.problem} retry={actions.reload} />}
            {actions.data ? <ActionTable actions={actions.data.items} /> : <Waiting />}
          </Section>
          <Section id="configuration-title" title={t('check.configuration')}>
            <Configured configuration={check.configuration} />
          </Section>
        </>
      )}
    </Page>
  );
}

/** What each watcher makes of it; one alone has nobody beside it. */
function Locations({ check }: { check: string }) {
  const path = `/checks/${encodeURIComponent(check)}/locations`;
  const { data } = useResource(path, (signal) => request<ApiLocatedCheck>('GET', path, { signal }), { refreshMs });
  if (!data || data.locations.length < 2) return null;
  return (
    <Section id="locations-title" title={t('groups.from')}>
      <LocationTable check={data} labelledBy="locations-title" />
    </Section>
  );
}

function Headline({ check }: { check: ApiCheckDetail }) {
  const state = check.disabled ? 'disabled' : check.verdict;
  const labels = Object.entries(check.labels);
  return (
    <section class={`headline headline-${state}`} aria-label={t('check.headline')}>
      <div class="headline-verdict">
        <State state={state} large />
        {check.since !== undefined && (
          <span class="quiet">
            {t('check.for')} <Since time={check.since} />
          </span>
        )}
        <Badges row={check} />
      </div>
      {check.reason && state !== 'up' && (
        <p class="headline-reason">
          <bdi>{reasonText(check.reason)}</bdi> <code>{check.reason.code}</code>
        </p>
      )}
      {check.suppressedBy !== undefined && (
        <p class="headline-reason">
          {t('check.behind')}{' '}
          <a href={checkHref(check.suppressedBy)}>
            <bdi>{check.suppressedBy}</bdi>
          </a>
        </p>
      )}
      {check.comment !== undefined && (
        <p class="headline-comment">
          <bdi>{check.comment}</bdi>
        </p>
      )}
      {state !== 'up' && state !== 'disabled' && <OpenIncidents check={check.name} />}
      <dl class="facts">
        <Fact name={t('fact.target')}>
          <span class="type">{check.type}</span> <Name text={check.host} />
        </Fact>
        <Fact name={t('fact.latency')}>{check.latencyMs === undefined ? '–' : formatLatency(check.latencyMs)}</Fact>
        <Fact name={t('fact.loss')}>{check.lossPercent === undefined ? '–' : formatPercent(check.lossPercent)}</Fact>
        <Fact name={t('fact.availability')}>
          {check.availabilityPercent === undefined ? '–' : formatFinePercent(check.availabilityPercent)}
        </Fact>
        <Fact name={t('fact.tests')}>
          {t('fact.testsOf', { failed: formatInteger(check.failedTests), done: formatInteger(check.doneTests) })}
        </Fact>
        <Fact name={t('fact.interval')}>
          {check.intervalMs < 1000 ? formatLatency(check.intervalMs) : formatDuration(check.intervalMs)}
        </Fact>
        <Fact name={t('fact.flap')}>{formatPercent(check.flapPercent)}</Fact>
        {labels.map(([key, value]) => (
          <Fact key={key} name={key}>
            <a href={`/?label=${encodeURIComponent(`${key}=${value}`)}`}>
              <Name text={value} />
            </a>
          </Fact>
        ))}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Configured({ configuration }: { configuration: ApiCheckDetail['configuration'] }) {
  return (
    <dl class="settings">
      {Object.entries(configuration).map(([key, value]) => (
        <div key={key}>
          <dt>
            <bdi>{key}</bdi>
          </dt>
          <dd>
            <bdi>{typeof value === 'string' ? value : JSON.stringify(value, undefined, 1)}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

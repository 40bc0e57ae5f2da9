import { useEffect } from 'preact/hooks';
import type { ApiObjectiveDetail } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { request } from '../api/session.ts';
import { Name } from '../parts/bidi.tsx';
import { Fact } from '../parts/fact.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { objectiveHref } from '../router.ts';
import { formatDuration, formatLatency, formatMoment } from '../text/format.ts';
import { t } from '../text/text.ts';
import { BurnDown } from './burn-down.tsx';
import { amount, BudgetBar, ObjectiveState, rate, reached } from './objective-state.tsx';
import { BurnRates, Months, Outages } from './tables.tsx';

const refreshMs = 30_000;

/** One objective: its budget day by day, how fast it goes, what it was spent on. */
export function ObjectivePage({ name }: { name: string }) {
  const path = objectiveHref(name);
  const { data, problem, reload } = useResource(
    path,
    (signal) => request<ApiObjectiveDetail>('GET', path, { signal }),
    { refreshMs },
  );
  useEffect(() => onLedgerEvent((event) => event.kind === 'configuration' && reload()), []);
  return (
    <Page title={name} heading={<Name text={name} />} aside={<a href="/objectives">{t('objectives.all')}</a>}>
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          <Head objective={data} />
          <Section id="burn-down" title={t('objectives.burnDown')}>
            <BurnDown objective={data} />
          </Section>
          <Section id="burn-rates" title={t('objectives.alerts')}>
            <BurnRates alerts={data.alerts} />
          </Section>
          <Section id="objective-outages" title={t('objectives.outages')}>
            <Outages outages={data.outages} omitted={data.omittedOutages} />
          </Section>
          <Section id="objective-months" title={t('objectives.months')}>
            <Months objective={data} />
          </Section>
        </>
      )}
    </Page>
  );
}

function Head({ objective }: { objective: ApiObjectiveDetail }) {
  const { budget, state, unit, latency, exhaustedAt, apartMs } = objective;
  const period =
    objective.periodMs === undefined
      ? t('objectives.month', { zone: objective.timeZone })
      : formatDuration(objective.periodMs);
  const indicator = t(`objectives.indicators.${objective.indicator}`);
  return (
    <section class="panel" aria-label={t('objectives.budget')}>
      <div class="alert-head">
        <ObjectiveState state={state} large />
        <BudgetBar objective={objective} />
        <span class="quiet">{t('objectives.about', { goal: reached(objective.goal), indicator, period })}</span>
      </div>
      {objective.comment !== undefined && (
        <p>
          <bdi>{objective.comment}</bdi>
        </p>
      )}
      {objective.problem !== undefined && (
        <p role="status">
          {t('objectives.incomplete')} <bdi>{objective.problem}</bdi>
        </p>
      )}
      {exhaustedAt !== undefined && (
        <p>
          {budget.left <= 0 ? t('objectives.goneNow') : t('objectives.gone', { time: formatMoment(exhaustedAt) ?? '' })}
        </p>
      )}
      <dl class="facts objective-facts">
        <Fact name={t('objectives.reached')} value={reached(objective.compliance)} />
        <Fact
          name={t('objectives.budget')}
          value={
            budget.left < 0
              ? t('objectives.overspent', { over: amount(-budget.left, unit) })
              : t('objectives.budgetLine', { spent: amount(budget.spent, unit), total: amount(budget.total, unit) })
          }
        />
        <Fact name={`${t('objectives.burn')} (${t('objectives.burnHint')})`} value={rate(objective.burnRate)} />
        {apartMs !== undefined && <Fact name={t('objectives.apart')} value={formatDuration(apartMs)} />}
      </dl>
      {latency && (
        <p class="quiet">
          {t('objectives.countedBelow', {
            limit: formatLatency(latency.countedBelowMs),
            wanted: formatLatency(latency.belowMs),
          })}
        </p>
      )}
    </section>
  );
}

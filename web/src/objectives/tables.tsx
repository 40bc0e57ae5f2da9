import { useState } from 'preact/hooks';
import type { ApiObjectiveDetail, ApiOutage, ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { AlertState, type AnyAlertState } from '../alerts/alert-state.tsx';
import { download, fileName } from '../charts/export.ts';
import { At } from '../parts/moment.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { alertHref, checkHref, incidentHref, objectiveHref } from '../router.ts';
import { formatDuration, formatInteger, formatPercent } from '../text/format.ts';
import { t } from '../text/text.ts';
import { rate, reached } from './objective-state.tsx';

/** Policies that follow from the objective, with what they compare. */
export function BurnRates({ alerts }: { alerts: ApiObjectiveDetail['alerts'] }) {
  if (alerts.length === 0) return <p class="quiet">{t('objectives.noAlerts')}</p>;
  return (
    <div class="table-scroll" role="region" aria-labelledby="burn-rates" tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('objectives.policy')}</th>
            <th scope="col">{t('objectives.state')}</th>
            <th scope="col" class="number">
              {t('objectives.above')}
            </th>
            <th scope="col" class="number">
              {t('objectives.longWindow')}
            </th>
            <th scope="col" class="number">
              {t('objectives.shortWindow')}
            </th>
          </tr>
        </thead>
        <tbody>
          {alerts.map(({ policy, state, factor, longMs, longBurnRate, shortMs, shortBurnRate }) => (
            <tr key={policy}>
              <th scope="row">
                <a href={alertHref(policy)}>
                  <bdi>{policy}</bdi>
                </a>
              </th>
              <td>
                <AlertState state={state as AnyAlertState} />
              </td>
              <td class="number">{rate(factor)}</td>
              <td class="number">
                {rate(longBurnRate)} <span class="quiet">({formatDuration(longMs)})</span>
              </td>
              <td class="number">
                {rate(shortBurnRate)} <span class="quiet">({formatDuration(shortMs)})</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Outages({ outages, omitted }: { outages: readonly ApiOutage[]; omitted: number }) {
  if (outages.length === 0) return <p class="quiet">{t('objectives.noOutages')}</p>;
  return (
    <>
      <div class="table-scroll" role="region" aria-labelledby="objective-outages" tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('objectives.check')}</th>
              <th scope="col">{t('objectives.from')}</th>
              <th scope="col">{t('objectives.duration')}</th>
              <th scope="col">{t('objectives.incident')}</th>
            </tr>
          </thead>
          <tbody>
            {outages.map(({ check, from, to, durationMs, incident }) => (
              <tr key={`${check} ${from}`}>
                <th scope="row">
                  <a href={checkHref(check)}>
                    <bdi>{check}</bdi>
                  </a>
                </th>
                <td>
                  <At time={from} />
                </td>
                <td>
                  {formatDuration(durationMs)}
                  {to === undefined && <span class="quiet"> ({t('objectives.goesOn')})</span>}
                </td>
                <td>
                  {incident === undefined ? (
                    <span class="quiet">–</span>
                  ) : (
                    <a href={incidentHref(incident)}>{incident}</a>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {omitted > 0 && <p class="quiet">{t('objectives.omitted', { number: formatInteger(omitted) })}</p>}
    </>
  );
}

/** Calendar months, each with its report as a file. */
export function Months({ objective }: { objective: ApiObjectiveDetail }) {
  const [problem, setProblem] = useState<ApiProblem>();
  const save = async (month: string) => {
    try {
      const bundle = await request<object>('GET', `${objectiveHref(objective.name)}/report`, { query: { month } });
      const content = new Blob([JSON.stringify(bundle, undefined, 2)], { type: 'application/json' });
      download(fileName(`${objective.name}-${month}`, 'json'), content);
      setProblem(undefined);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <>
      {problem && <ProblemView problem={problem} />}
      <div class="table-scroll" role="region" aria-labelledby="objective-months" tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('objectives.monthName')}</th>
              <th scope="col" class="number">
                {t('objectives.reached')}
              </th>
              <th scope="col" class="number">
                {t('objectives.left')}
              </th>
              <th scope="col">{t('objectives.report')}</th>
            </tr>
          </thead>
          <tbody>
            {objective.months.map(({ month, complete, compliance, leftPercent }) => (
              <tr key={month}>
                <th scope="row">
                  {month}
                  {!complete && <span class="quiet"> ({t('objectives.partial')})</span>}
                </th>
                <td class="number">{reached(compliance)}</td>
                <td class="number">{leftPercent === undefined ? '–' : formatPercent(leftPercent)}</td>
                <td>
                  <button type="button" class="button" onClick={() => void save(month)}>
                    {t('objectives.reportOf', { month })}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

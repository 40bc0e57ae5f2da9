import type { ApiAlertDetail, ApiAlertFinding, ApiAlertResource } from '../../../src/model/index.ts';
import { At, Since } from '../parts/moment.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { incidentHref } from '../router.ts';
import { formatNumber } from '../text/format.ts';
import { t } from '../text/text.ts';
import { AlertState, ResourceLabels } from './alert-state.tsx';

const opinionStates: ReadonlyMap<string, 'firing' | 'fine' | 'unknown'> = new Map([
  ['down', 'firing'],
  ['up', 'fine'],
]);

/** Resources as the cluster judges them, then those that only this watcher has looked at so far. */
export function ResourceTable({ alert }: { alert: ApiAlertDetail }) {
  const judged = new Set(alert.resources.map(({ labels }) => JSON.stringify(labels)));
  // A thousand resources are looked up, not searched for.
  const findings = new Map(alert.findings.map((finding) => [JSON.stringify(finding.labels), finding]));
  const seen = alert.findings.filter(({ labels }) => !judged.has(JSON.stringify(labels)));
  if (alert.resources.length + seen.length === 0)
    return <Empty title={t('alerts.noResources')} text={t('alerts.noResourcesText')} />;
  return (
    <>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={t('alerts.resources')}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('alerts.column.resource')}</th>
              <th scope="col">{t('alerts.column.state')}</th>
              <th scope="col">{t('alerts.column.since')}</th>
              <th scope="col">{t('alerts.column.opinions')}</th>
              <th scope="col">{t('alerts.column.incident')}</th>
            </tr>
          </thead>
          <tbody>
            {alert.resources.map((resource) => (
              <tr key={resource.check}>
                <th scope="row" class="wrap">
                  <ResourceLabels labels={resource.labels} />
                </th>
                <td>
                  <span class="circumstances">
                    <AlertState state={resource.state} />
                    <Circumstances resource={resource} />
                  </span>
                </td>
                <td>
                  <Since time={resource.since} />
                </td>
                <td class="wrap">
                  <Opinions resource={resource} finding={findings.get(JSON.stringify(resource.labels))} />
                </td>
                <td>
                  {resource.incident === undefined ? (
                    <span class="quiet">–</span>
                  ) : (
                    <a href={incidentHref(resource.incident)}>#{resource.incident}</a>
                  )}
                </td>
              </tr>
            ))}
            {seen.map(({ labels, state, since }) => (
              <tr key={JSON.stringify(labels)}>
                <th scope="row" class="wrap">
                  <ResourceLabels labels={labels} />
                </th>
                <td>
                  <AlertState state={state} />
                </td>
                <td>
                  <At time={since} />
                </td>
                <td class="quiet">–</td>
                <td class="quiet">–</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {alert.omittedResources > 0 && (
        <p class="quiet">{t('alerts.omittedResources', { count: alert.omittedResources })}</p>
      )}
    </>
  );
}

/** Why it opens no incident although it fires, or why its state is not to be trusted. */
function Circumstances({ resource }: { resource: ApiAlertResource }) {
  const { flapping, maintenance, snooze, suppressedBy } = resource;
  const words = [
    flapping ? t('alerts.flapping') : undefined,
    maintenance === undefined ? undefined : t('alerts.maintenance', { name: maintenance }),
    snooze === undefined ? undefined : t('alerts.snoozed'),
    suppressedBy === undefined ? undefined : t('alerts.suppressed', { check: suppressedBy }),
  ].filter((word) => word !== undefined);
  return (
    <>
      {words.map((word) => (
        <span key={word} class="badge">
          {word}
        </span>
      ))}
    </>
  );
}

function Opinions({ resource, finding }: { resource: ApiAlertResource; finding: ApiAlertFinding | undefined }) {
  const values = finding?.met.flatMap(({ value }) => (value === undefined ? [] : [formatNumber(value)])) ?? [];
  return (
    <span class="opinion-list">
      {Object.entries(resource.opinions).map(([watcher, state]) => (
        <span key={watcher}>
          <bdi>{watcher}</bdi> {t(`alerts.states.${opinionStates.get(state) ?? 'unknown'}`)}
        </span>
      ))}
      {resource.silent.map((watcher) => (
        <span key={watcher} class="quiet">
          {t('alerts.silent', { watcher })}
        </span>
      ))}
      {values.map((value, index) => (
        <span key={`value ${index}`} class="quiet">
          {t('alerts.value', { value })}
        </span>
      ))}
    </span>
  );
}

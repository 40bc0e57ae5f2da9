import type { ApiIncident } from '../../../src/model/index.ts';
import { Since } from '../parts/moment.tsx';
import { IncidentState } from '../parts/state.tsx';
import { incidentHref } from '../router.ts';
import { formatDuration } from '../text/format.ts';
import { reasonText } from '../text/reason.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { t } from '../text/text.ts';
import { SeverityBadge } from './severity-badge.tsx';

/** An incident in the list. */
export function IncidentLine({ incident }: { incident: ApiIncident }) {
  const lastedMs = Date.parse(incident.resolvedAt ?? '') - Date.parse(incident.openedAt);
  const impact = incident.impactOverride ?? incident.impact;
  return (
    <li class={`incident impact-${impact} incident-${incident.status}`}>
      <IncidentState status={incident.status} />
      <div class="incident-main">
        <a class="incident-link" href={incidentHref(incident.id)} data-row>
          <bdi>{incidentTitle(incident)}</bdi>
        </a>
        <p class="incident-under quiet">
          <span class="badge">{t(`impact.${impact}`)}</span>
          {incident.severity && <SeverityBadge severity={incident.severity} />}
          {incident.affected.length > 0 && <span>{t('incidents.affected', { count: incident.affected.length })}</span>}
          {incident.assigned && (
            <span>
              {t('handling.assignedTo')} <bdi>{incident.assigned.to}</bdi>
            </span>
          )}
          {incident.acknowledged ? (
            <span>
              {t('incidents.acknowledgedBy')} <bdi>{incident.acknowledged.by}</bdi>
            </span>
          ) : (
            incident.status !== 'resolved' && <span class="loss-some">{t('incidents.notAcknowledged')}</span>
          )}
          {incident.cause ? (
            <bdi>{incident.cause.text}</bdi>
          ) : (
            incident.reason && <bdi>{reasonText(incident.reason)}</bdi>
          )}
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

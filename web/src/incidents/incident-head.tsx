import type { ApiIncident } from '../../../src/model/index.ts';
import { Since } from '../parts/moment.tsx';
import { IncidentState } from '../parts/state.tsx';
import { formatDuration, formatInteger } from '../text/format.ts';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/text.ts';
import { SeverityBadge } from './severity-badge.tsx';

const shownEntries = 20;

/** How it stands, why, and what proves it. */
export function IncidentHead({ incident }: { incident: ApiIncident }) {
  const lastedMs = Date.parse(incident.resolvedAt ?? '') - Date.parse(incident.openedAt);
  const impact = incident.impactOverride ?? incident.impact;
  const api = `/api/v1/incidents/${encodeURIComponent(incident.id)}`;
  return (
    <section class={`headline incident-head impact-${impact}`} aria-label={t('incident.headline')}>
      <div class="headline-verdict">
        <IncidentState status={incident.status} />
        <span class="badge">{t(`impact.${impact}`)}</span>
        {incident.severity && <SeverityBadge severity={incident.severity} />}
        <span class="quiet">
          {t('incident.opened')} <Since time={incident.openedAt} ago />
          {Number.isFinite(lastedMs) && <> · {t('incidents.lasted', { duration: formatDuration(lastedMs) })}</>}
        </span>
        <span class="quiet">
          {incident.acknowledged ? (
            <>
              {t('incidents.acknowledgedBy')} <bdi>{incident.acknowledged.by}</bdi>
            </>
          ) : (
            t('incidents.notAcknowledged')
          )}
        </span>
        {incident.assigned && (
          <span class="quiet">
            {t('handling.assignedTo')} <bdi>{incident.assigned.to}</bdi>
          </span>
        )}
      </div>
      {incident.reason && (
        <p class="headline-reason">
          <bdi>{reasonText(incident.reason)}</bdi> <code>{incident.reason.code}</code>
        </p>
      )}
      {incident.transitions.length > 0 && (
        <p class="quiet incident-proof">
          {t('incident.proof')}{' '}
          {incident.transitions.slice(-shownEntries).map((position) => (
            <a key={position} href={`/ledger?since=${position}`}>
              #{formatInteger(position)}
            </a>
          ))}
        </p>
      )}
      <p class="quiet incident-proof">
        {incident.transitions.length > 0 && (
          <>
            {t('incident.certificate')}{' '}
            <a href={`${api}/certificate`} download>
              {t('incident.download')}
            </a>
            <a href="/verify.html" target="_blank" rel="noopener">
              {t('incident.verifier')}
            </a>
          </>
        )}
        <span>{t('handling.file')}</span>
        <a href={`${api}/export?format=markdown`} download>
          {t('handling.markdown')}
        </a>
        <a href={`${api}/export?format=json`} download>
          {t('handling.json')}
        </a>
      </p>
    </section>
  );
}

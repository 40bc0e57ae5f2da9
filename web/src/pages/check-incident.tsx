import type { ApiIncident, ApiPage } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { useResource } from '../parts/use-resource.ts';
import { incidentHref } from '../router.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { t } from '../text/text.ts';

/** Open incidents are few; one page of them is enough to find those of a check. */
const searched = 200;
const refreshMs = 15_000;

/** The way from a check to what people do about it. */
export function OpenIncidents({ check }: { check: string }) {
  const { data } = useResource(
    `incidents of ${check}`,
    (signal) =>
      request<ApiPage<ApiIncident>>('GET', '/incidents', { query: { state: 'open', limit: searched }, signal }),
    { refreshMs },
  );
  const found = data?.items.filter((incident) => incident.check === check || incident.affected.includes(check)) ?? [];
  if (found.length === 0) return null;
  return (
    <p class="headline-reason">
      {t('check.incident', { count: found.length })}{' '}
      {found.map((incident) => (
        <a key={incident.id} class="incident-of-check" href={incidentHref(incident.id)}>
          <bdi>{incidentTitle(incident)}</bdi>
        </a>
      ))}
    </p>
  );
}

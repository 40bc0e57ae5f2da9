import { RouteEndView } from '../on-call/route-end.tsx';
import { routeEnds, type Labels } from '../on-call/route-path.ts';
import { readRouting } from '../on-call/routing-document.ts';
import { useConfiguration } from '../on-call/use-configuration.ts';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { formatList } from '../text/format.ts';
import { t } from '../text/text.ts';
import type { PolicyDocument } from './policy-document.ts';

/** What routes see of an incident of the policy, whichever resource it is of. */
function labelsOfPolicy(policy: PolicyDocument, site: string): Labels {
  const severity = policy.severity ?? 'error';
  return { ...(site !== '' && { site }), ...policy.labels, type: 'alert', policy: policy.name, severity };
}

/** Whom an incident of the policy would be told to, and by what. */
export function ToldBy({ policy }: { policy: PolicyDocument }) {
  const { data, problem, reload } = useConfiguration();
  if (!data) return problem ? <ProblemView problem={problem} retry={reload} /> : <Waiting />;
  const { routes, site } = readRouting(data.document);
  const direct = policy.notify ?? [];
  const ends = routeEnds(routes, labelsOfPolicy(policy, site));
  if (direct.length === 0 && ends.length === 0) return <p class="quiet">{t('alerts.told.nobody')}</p>;
  return (
    <>
      <dl class="told-by">
        {direct.length > 0 && (
          <div>
            <dt>{t('alerts.told.direct')}</dt>
            <dd>
              <bdi>{formatList(direct)}</bdi>
            </dd>
          </div>
        )}
        {ends.map((end) => (
          <RouteEndView key={end.way.join('.')} end={end} />
        ))}
      </dl>
      <p class="quiet">{t('alerts.told.resourceLabels')}</p>
    </>
  );
}

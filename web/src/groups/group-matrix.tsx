import type { ApiGroupDetail, ApiLocatedCheck, ApiLocation } from '../../../src/model/index.ts';
import { Name } from '../parts/bidi.tsx';
import { State } from '../parts/state.tsx';
import { checkHref } from '../router.ts';
import { formatLatency } from '../text/format.ts';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/text.ts';

/** Every check of a group, worst first, and what each location says of it. */
export function GroupMatrix({ group }: { group: ApiGroupDetail }) {
  const watchers = [...new Set(group.checks.flatMap(({ locations }) => locations.map(({ watcher }) => watcher)))];
  return (
    <div class="table-scroll" role="region" aria-labelledby="group-checks" tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('groups.check')}</th>
            <th scope="col">{t('groups.host')}</th>
            <th scope="col">{t('groups.verdict')}</th>
            {watchers.map((watcher) => (
              <th key={watcher} scope="col">
                <Name text={watcher} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {group.checks.map((check) => (
            <tr key={check.check}>
              <th scope="row">
                <a href={checkHref(check.check)}>
                  <bdi>{check.check}</bdi>
                </a>
              </th>
              <td>
                <bdi>{check.host}</bdi>
              </td>
              <td>
                <State state={check.disabled ? 'disabled' : check.verdict} />
              </td>
              {watchers.map((watcher) => (
                <td key={watcher}>
                  <Cell location={locationOf(check, watcher)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const locationOf = (check: ApiLocatedCheck, watcher: string): ApiLocation | undefined =>
  check.locations.find((location) => location.watcher === watcher);

function Cell({ location }: { location: ApiLocation | undefined }) {
  if (!location) return <span class="quiet">–</span>;
  const { state = 'unknown', stand, latencyMs, reason } = location;
  return (
    <>
      <span class="location-cell">
        <State state={state} />
        {latencyMs !== undefined && <span class="quiet">{formatLatency(latencyMs)}</span>}
        {(stand === 'against' || stand === 'unheard') && <span class="badge">{t(`groups.stands.${stand}`)}</span>}
      </span>
      {stand === 'against' && reason && (
        <div class="quiet">
          <bdi>{reasonText(reason)}</bdi>
        </div>
      )}
    </>
  );
}

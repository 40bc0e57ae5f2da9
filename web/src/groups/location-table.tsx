import type { ApiLocatedCheck, ApiLocation } from '../../../src/model/index.ts';
import { Name } from '../parts/bidi.tsx';
import { Since } from '../parts/moment.tsx';
import { State } from '../parts/state.tsx';
import { formatDuration, formatLatency, formatPercent } from '../text/format.ts';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/text.ts';

/** One check from every place: who says what, how quickly it answers there, and who disagrees and why. */
export function LocationTable({ check, labelledBy }: { check: ApiLocatedCheck; labelledBy: string }) {
  return (
    <div class="table-scroll" role="region" aria-labelledby={labelledBy} tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('groups.watcher')}</th>
            <th scope="col">{t('groups.site')}</th>
            <th scope="col">{t('groups.says')}</th>
            <th scope="col">{t('groups.stand')}</th>
            <th scope="col" class="number">
              {t('groups.latency')}
            </th>
            <th scope="col" class="number">
              {t('groups.loss')}
            </th>
            <th scope="col" class="number">
              {t('groups.measured')}
            </th>
          </tr>
        </thead>
        <tbody>
          {check.locations.map((location) => (
            <Row key={location.watcher} location={location} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ location }: { location: ApiLocation }) {
  const { watcher, site, state = 'unknown', since, stand, reason, latencyMs, lossPercent, ageMs } = location;
  return (
    <tr class={stand === 'against' ? 'location-against' : undefined}>
      <th scope="row">
        <Name text={watcher} />
      </th>
      <td>
        <bdi>{site}</bdi>
      </td>
      <td>
        <State state={state} />{' '}
        {since !== undefined && (
          <span class="quiet">
            <Since time={since} />
          </span>
        )}
        {reason && (
          <div class="quiet">
            <bdi>{reasonText(reason)}</bdi>
          </div>
        )}
      </td>
      <td>{t(`groups.stands.${stand}`)}</td>
      <td class="number">{latencyMs === undefined ? '–' : formatLatency(latencyMs)}</td>
      <td class="number">{lossPercent === undefined ? '–' : formatPercent(lossPercent)}</td>
      <td class="number">{ageMs === undefined ? '–' : t('ago', { duration: formatDuration(ageMs) })}</td>
    </tr>
  );
}

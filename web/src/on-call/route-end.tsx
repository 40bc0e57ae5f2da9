import { formatInteger, formatList } from '../text/format.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import type { RouteEnd } from './route-path.ts';

/** `2.1`: the first route below the second. */
export const wayText = (way: readonly number[]): string => way.map((place) => formatInteger(place + 1)).join('.');

/** Whom a route tells, by what it matches. */
export function RouteEndView({ end: { way, match, notify, quietHours } }: { end: RouteEnd }) {
  return (
    <div>
      <dt>
        {t('alerts.told.route', { way: wayText(way) })}{' '}
        <span class="quiet">
          {match === undefined ? t('alerts.told.always') : t('alerts.told.matches', { match: isolated(match) })}
        </span>
      </dt>
      <dd>
        <bdi>{formatList(notify)}</bdi>
        {quietHours.length > 0 && (
          <span class="quiet"> {t('alerts.told.quiet', { names: formatList(quietHours) })}</span>
        )}
      </dd>
    </div>
  );
}

import type { ApiUplink, ApiUplinkDrill } from '../../../src/model/index.ts';
import { Since } from '../parts/moment.tsx';
import { formatLatency } from '../text/format.ts';
import { t } from '../text/text.ts';

/** When an uplink was last failed on purpose, and how that went. */
export function LastDrill({ uplink: { lastDrill, drillOverdue } }: { uplink: ApiUplink }) {
  return (
    <div class="last-drill">
      <dt>{t('uplinks.drill.last')}</dt>
      <dd>
        {lastDrill ? (
          <span>
            {t(`uplinks.drill.outcome.${lastDrill.outcome}`)}, <Since time={lastDrill.startedAt} ago />
          </span>
        ) : (
          t('uplinks.drill.never')
        )}
        {drillOverdue && <span class="badge badge-warn">{t('uplinks.drill.overdueShort')}</span>}
      </dd>
      {lastDrill && (
        <dd class="quiet last-drill-text">
          <span title={lastDrill.text}>{figuresText(lastDrill) || lastDrill.text}</span>
        </dd>
      )}
    </div>
  );
}

/** Empty when nothing was measured. */
function figuresText({ families }: ApiUplinkDrill): string {
  return families
    .flatMap(({ family, to, detectedAfterMs, switchedAfterMs }) =>
      to === undefined || detectedAfterMs === undefined || switchedAfterMs === undefined
        ? []
        : [
            t('uplinks.drill.figures', {
              family,
              to,
              detected: formatLatency(detectedAfterMs),
              switched: formatLatency(switchedAfterMs),
            }),
          ],
    )
    .join('; ');
}

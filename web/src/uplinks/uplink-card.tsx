import type { ApiUplink, ApiUplinkFamily } from '../../../src/model/index.ts';
import { Name } from '../parts/bidi.tsx';
import { Since } from '../parts/moment.tsx';
import { StateMark } from '../parts/state.tsx';
import { formatDuration, formatInteger, formatLatency, formatPercent } from '../text/format.ts';
import { isolated } from '../text/isolated.ts';
import { sentenceText } from '../text/reason.ts';
import { t } from '../text/text.ts';
import { FiguresChart } from './figures-chart.tsx';
import { LastDrill } from './last-drill.tsx';
import { Judgement } from './judgement.tsx';
import type { Obstacle } from './obstacles.ts';
import { markOf } from './opinions.ts';
import { recentKey, type Recent } from './recent.ts';
import { Fact } from '../parts/fact.tsx';

export interface UplinkCardProps {
  uplink: ApiUplink;
  recent: Recent;
  nowMs: number;
  /** Everything goes this way already. */
  carries: boolean;
  canSwitch: boolean;
  /** Why it cannot be failed on purpose. */
  drillObstacle: Obstacle | undefined;
  onSwitch: () => void;
  onDrill: () => void;
}

/** One uplink: what it is, how it does in each family, and what can be done with it. */
export function UplinkCard(props: UplinkCardProps) {
  const { uplink, recent, nowMs } = props;
  const titleId = `uplink-${uplink.name}`;
  return (
    <section class="panel uplink" aria-labelledby={titleId}>
      <div class="panel-head">
        <h2 id={titleId} class="uplink-name">
          <Name text={uplink.name} />
        </h2>
        {uplink.chosen && <span class="badge badge-accent">{t('uplinks.chosen')}</span>}
        <span class="buttons uplink-buttons">
          <button
            type="button"
            class={`button ${props.carries ? '' : 'button-main'}`}
            disabled={!props.canSwitch}
            onClick={props.onSwitch}
          >
            {t(props.carries ? 'uplinks.switch.stay' : 'uplinks.switch.to', { uplink: isolated(uplink.name) })}
          </button>
          <button
            type="button"
            class="button"
            disabled={props.drillObstacle !== undefined}
            title={props.drillObstacle && t(`uplinks.obstacle.${props.drillObstacle}`)}
            onClick={props.onDrill}
            aria-label={t('uplinks.drill.startOf', { uplink: uplink.name })}
          >
            {t('uplinks.drill.start')}
          </button>
        </span>
      </div>
      {uplink.families.map((family) => (
        <FamilyView
          key={family.family}
          family={family}
          figures={recent.get(recentKey(uplink.name, family.family)) ?? []}
          nowMs={nowMs}
        />
      ))}
      <dl class="facts uplink-facts">
        <Fact name={t('uplinks.device')} value={uplink.device} />
        <Fact name={t('uplinks.gateway')} value={uplink.families.map(gatewayText).join(', ')} />
        <Fact name={t('uplinks.priority')} value={formatInteger(uplink.priority)} />
        <Fact name={t('uplinks.weight')} value={formatInteger(uplink.weight)} />
        <LastDrill uplink={uplink} />
      </dl>
    </section>
  );
}

function FamilyView({
  family,
  figures,
  nowMs,
}: {
  family: ApiUplinkFamily;
  figures: Parameters<typeof FiguresChart>[0]['figures'];
  nowMs: number;
}) {
  const mark = markOf(family.state);
  return (
    <div class={`uplink-family uplink-${mark}`}>
      <div class="uplink-head">
        <h3>{t('uplinks.family', { family: family.family })}</h3>
        <span class={`state state-${mark}`}>
          <StateMark state={mark} />
          <span>{t(`uplinks.state.${family.state}`)}</span>
        </span>
        {family.since !== undefined && (
          <span class="quiet">
            {t('check.for')} <Since time={family.since} />
          </span>
        )}
        {family.serving === true && <span class="badge badge-accent">{t('uplinks.carries')}</span>}
        {family.serving === false && family.state === 'up' && <span class="badge">{t('uplinks.stands')}</span>}
      </div>
      {family.reason !== '' && (
        <p class="uplink-reason">
          <bdi>{sentenceText(family.reason)}</bdi>
        </p>
      )}
      {family.failing.length > 0 && (
        <p class="uplink-failing">
          {t('uplinks.failing')}{' '}
          {family.failing.map((kind) => (
            <span key={kind} class="badge badge-warn">
              {t(`uplinks.kinds.${kind}`)}
            </span>
          ))}
        </p>
      )}
      <div class="uplink-measured">
        <Figures family={family} />
        <FiguresChart of={family} figures={figures} nowMs={nowMs} />
      </div>
      <Judgement family={family} />
    </div>
  );
}

function Figures({ family }: { family: ApiUplinkFamily }) {
  const { lossPercent, rttMs, usualRttMs, jitterMs, flapPercent, holdLeftMs } = family;
  const answers = family.state !== 'dead' && rttMs !== undefined;
  return (
    <dl class="uplink-figures">
      {holdLeftMs !== undefined && (
        <div class="uplink-hold">
          <dt>{t('uplinks.holdLeft')}</dt>
          <dd>{formatDuration(Math.ceil(holdLeftMs / 1000) * 1000)}</dd>
        </div>
      )}
      <div>
        <dt>{t('uplinks.loss')}</dt>
        <dd class={lossPercent > 0 ? 'loss-some' : ''}>{formatPercent(lossPercent)}</dd>
      </div>
      <div>
        <dt>{t('uplinks.rtt')}</dt>
        <dd>
          <span class="uplink-number">{answers ? formatLatency(rttMs) : '–'}</span>
          {usualRttMs !== undefined && (
            <>
              {' '}
              <span class="quiet">{t('uplinks.usual', { usual: formatLatency(usualRttMs) })}</span>
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('uplinks.jitter')}</dt>
        <dd>{jitterMs === undefined || !answers ? '–' : formatLatency(jitterMs)}</dd>
      </div>
      <div>
        <dt>{t('uplinks.flap')}</dt>
        <dd>{formatPercent(flapPercent)}</dd>
      </div>
    </dl>
  );
}

function gatewayText({ gateway, gatewayNow }: ApiUplinkFamily): string {
  return gatewayNow === undefined ? gateway : `${gatewayNow} (${gateway})`;
}

import type { ApiUplinks } from '../../../src/model/index.ts';
import { Icon } from '../parts/icon.tsx';
import { StateMark } from '../parts/state.tsx';
import { formatDuration, formatLatency } from '../text/format.ts';
import { t } from '../text/text.ts';
import { carriersOf } from './obstacles.ts';
import { markOf } from './opinions.ts';

/** Who carries each family now, and by which rules. */
export function UplinksHead({
  status,
  onAutomatic,
  maySwitch,
}: {
  status: ApiUplinks;
  onAutomatic: () => void;
  maySwitch: boolean;
}) {
  const families = ([4, 6] as const).filter((family) =>
    status.uplinks.some((uplink) => uplink.families.some((one) => one.family === family)),
  );
  const { policy } = status;
  return (
    <section class="headline ways-head" aria-label={t('uplinks.ways')}>
      <ul class="ways">
        {families.map((family) => (
          <Way key={family} status={status} family={family} />
        ))}
      </ul>
      {status.uplinks.some(({ chosen }) => chosen) && (
        <button type="button" class="button ways-automatic" disabled={!maySwitch} onClick={onAutomatic}>
          {t('uplinks.switch.automatic')}
        </button>
      )}
      <dl class="facts">
        <Fact name={t('uplinks.mode')} value={t(`uplinks.modes.${policy.mode}`)} />
        <Fact name={t('uplinks.act')} value={t(`uplinks.acts.${policy.act}`)} />
        <Fact name={t('uplinks.actor')} value={policy.actor ?? t('uplinks.noActor')} />
        <Fact name={t('uplinks.judges')} value={policy.watchers.join(', ') || t('none')} />
        <Fact name={t('uplinks.probing')} value={formatLatency(policy.probeIntervalMs)} />
        <Fact name={t('uplinks.hold')} value={formatDuration(policy.holdMs)} />
        <Fact name={t('uplinks.grace')} value={formatLatency(policy.graceMs)} />
      </dl>
    </section>
  );
}

function Way({ status, family }: { status: ApiUplinks; family: 4 | 6 }) {
  const carriers = carriersOf(status, family);
  return (
    <li class="way">
      <span class="way-family">{t('uplinks.family', { family })}</span>
      <Icon name="right" />
      {carriers.length === 0 && <span class="quiet">{t('uplinks.nobody')}</span>}
      {carriers.map((name) => {
        const state = status.uplinks
          .find((uplink) => uplink.name === name)
          ?.families.find((one) => one.family === family)?.state;
        const mark = markOf(state ?? 'unknown');
        return (
          <span key={name} class={`way-name way-${mark}`}>
            <StateMark state={mark} />
            <bdi>{name}</bdi>
            <span class="hidden-text">{t(`uplinks.state.${state ?? 'unknown'}`)}</span>
          </span>
        );
      })}
    </li>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

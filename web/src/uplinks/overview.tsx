import type { ApiUplinks } from '../../../src/model/index.ts';
import { Icon } from '../parts/icon.tsx';
import { StateMark } from '../parts/state.tsx';
import { formatDuration, formatLatency, formatList } from '../text/format.ts';
import { t } from '../text/text.ts';
import { waysOf } from './ways.ts';
import { markOf } from './opinions.ts';
import { Fact } from '../parts/fact.tsx';

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
      <div class="ways-line">
        <ul class="ways">
          {families.map((family) => (
            <Way key={family} status={status} family={family} />
          ))}
        </ul>
        {status.uplinks.some(({ chosen }) => chosen) && (
          <button type="button" class="button" disabled={!maySwitch} onClick={onAutomatic}>
            {t('uplinks.switch.automatic')}
          </button>
        )}
      </div>
      <dl class="facts">
        <Fact name={t('uplinks.mode')} value={t(`uplinks.modes.${policy.mode}`)} />
        <Fact name={t('uplinks.act')} value={t(`uplinks.acts.${policy.act}`)} />
        <Fact name={t('uplinks.actor')} value={policy.actor ?? t('uplinks.noActor')} />
        <Fact name={t('uplinks.judges')} value={formatList(policy.watchers) || t('none')} />
        <Fact name={t('uplinks.probing')} value={formatLatency(policy.probeIntervalMs)} />
        <Fact name={t('uplinks.hold')} value={formatDuration(policy.holdMs)} />
        <Fact name={t('uplinks.grace')} value={formatLatency(policy.graceMs)} />
      </dl>
    </section>
  );
}

function Way({ status, family }: { status: ApiUplinks; family: 4 | 6 }) {
  const { carriers, others } = waysOf(status, family);
  return (
    <li class="way">
      <span class="way-family">{t('uplinks.family', { family })}</span>
      <Icon name="right" />
      {carriers.length === 0 && <span class="quiet">{nobodyText(status)}</span>}
      {carriers.map(({ name, state }) => (
        <span key={name} class={`way-name way-${markOf(state)}`}>
          <StateMark state={markOf(state)} />
          <bdi>{name}</bdi>
          <span class={state === 'up' ? 'hidden-text' : 'way-word'}>{t(`uplinks.state.${state}`)}</span>
        </span>
      ))}
      {others.map(({ name, state }) => (
        <span key={name} class={`way-other state-${markOf(state)}`}>
          <StateMark state={markOf(state)} />
          <bdi>{name}</bdi>
          <span class={state === 'up' ? 'hidden-text' : 'way-word'}>{t(`uplinks.state.${state}`)}</span>
        </span>
      ))}
    </li>
  );
}

/** Only the watcher that switches knows what carries; without one it is the machine's own affair. */
function nobodyText({ policy, here }: ApiUplinks): string {
  if (policy.act === 'off') return t('uplinks.notSwitched');
  if (!here.acts && policy.actor !== undefined && policy.actor !== here.watcher)
    return t('uplinks.unknownHere', { actor: policy.actor });
  return t('uplinks.nobody');
}

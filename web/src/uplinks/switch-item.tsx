import type { ApiUplinkSwitch } from '../../../src/model/index.ts';
import type { RowState } from '../overview/rows.ts';
import { At } from '../parts/moment.tsx';
import { StateMark } from '../parts/state.tsx';
import { formatClock, formatInteger, formatLatency, formatPercent } from '../text/format.ts';
import { isolated } from '../text/isolated.ts';
import { sentenceText } from '../text/reason.ts';
import { t } from '../text/text.ts';
import { Commands } from './commands.tsx';
import { markOf } from './opinions.ts';
import { groundsOf, movedOf, outageOf, stepsOf } from './steps.ts';

const causeMarks = {
  dead: 'down',
  carrier: 'down',
  bad: 'degraded',
  silent: 'unknown',
  failback: 'up',
  operator: 'disabled',
  drill: 'unknown',
  verdict: 'partial',
  reversal: 'partial',
  repair: 'degraded',
} as const satisfies Record<ApiUplinkSwitch['cause'], RowState>;

/** One switch: what and why, how long each step took, what would have been without, and the proof. */
export function SwitchItem({ one }: { one: ApiUplinkSwitch }) {
  const mark = causeMarks[one.cause];
  const moved = movedOf(one);
  const to = moved.to.map(isolated).join(' + ') || t('uplinks.nobody');
  const grounds = groundsOf(one);
  const outageMs = outageOf(one);
  return (
    <li class={`update switch switch-${mark}`}>
      <p class="update-head">
        <strong>
          {one.from.length === 0 || one.cause === 'repair'
            ? t('uplinks.timeline.began', { family: one.family, to })
            : t('uplinks.timeline.moved', { family: one.family, from: moved.from.map(isolated).join(' + '), to })}
        </strong>
        <span class={`state state-${mark}`}>
          <StateMark state={mark} />
          <span>{t(`uplinks.timeline.cause.${one.cause}`)}</span>
        </span>
        {one.receipt.dryRun && <span class="badge">{t('uplinks.timeline.dryRun')}</span>}
        {!one.receipt.dryRun && (
          <span class={`badge ${one.receipt.verified ? '' : 'badge-warn'}`}>
            {t(one.receipt.verified ? 'uplinks.timeline.verified' : 'uplinks.timeline.unverified')}
          </span>
        )}
      </p>
      <p class="quiet switch-who">
        <At time={one.time} /> · {t('uplinks.timeline.by')} <bdi>{one.by}</bdi>
        {one.by !== one.watcher && (
          <>
            {' '}
            {t('uplinks.timeline.on')} <bdi>{one.watcher}</bdi>
          </>
        )}{' '}
        ·{' '}
        {one.position === undefined ? (
          t('uplinks.timeline.unrecorded')
        ) : (
          <a href={`/ledger?since=${one.position}`}>#{formatInteger(one.position)}</a>
        )}
        {one.transitions && one.transitions.length > 0 && (
          <>
            {' '}
            · {t('uplinks.timeline.restsOn')}{' '}
            {one.transitions.map((position) => (
              <a key={position} class="switch-ground" href={`/ledger?since=${position}`}>
                #{formatInteger(position)}
              </a>
            ))}
          </>
        )}
      </p>
      <p class="switch-why">
        {t(`uplinks.timeline.causeText.${one.cause}`)}
        {grounds.map(({ uplink, reason }) => (
          <span key={uplink}>
            {' · '}
            <bdi>{uplink}</bdi>: <bdi>{reason}</bdi>
          </span>
        ))}
      </p>
      <StepBar timings={one.timings} />
      {(outageMs !== undefined || one.plainNetwatch) && (
        <p class="switch-outage">
          {outageMs !== undefined && (
            <>
              <strong>{t('uplinks.timeline.outage', { outage: formatLatency(outageMs) })}</strong>{' '}
            </>
          )}
          {one.plainNetwatch && <span class="quiet">{netwatchText(one.plainNetwatch)}</span>}
        </p>
      )}
      {one.receipt.problems.map((problem) => (
        <p key={problem} class="switch-problem">
          <bdi>{problem}</bdi>
        </p>
      ))}
      <Commands summary="uplinks.timeline.commands" commands={one.receipt.commands} />
      <Evidence one={one} />
    </li>
  );
}

function netwatchText({ notices, intervalMs, timeoutMs, outage }: NonNullable<ApiUplinkSwitch['plainNetwatch']>) {
  const every = { interval: formatLatency(intervalMs), timeout: formatLatency(timeoutMs) };
  if (notices !== 'surely' || !outage)
    return t(`uplinks.timeline.netwatch.${notices === 'surely' ? 'by-chance' : notices}`, every);
  return t('uplinks.timeline.netwatch.surely', {
    ...every,
    least: formatLatency(outage.leastMs),
    most: formatLatency(outage.mostMs),
    expected: formatLatency(outage.expectedMs),
  });
}

/**
 * The steps to one scale; one that is too short for it is still seen as a line. Where nothing had to be found out there is
 * no scale that would say anything: a full bar of a millisecond beside one of seconds would mislead.
 */
function StepBar({ timings }: { timings: ApiUplinkSwitch['timings'] }) {
  const steps = stepsOf(timings);
  return (
    <div class="steps">
      {timings.suspicionBeforeMs !== undefined && (
        <div class="steps-bar" aria-hidden="true">
          {steps.map(({ name, ms }) => (
            <div key={name} class={`step-${name}`} style={{ flexGrow: ms }} />
          ))}
        </div>
      )}
      <ol class="steps-words" aria-label={t('uplinks.timeline.steps')}>
        {steps.map(({ name, ms }) => (
          <li key={name} class={`step-word step-word-${name}`}>
            {t(`uplinks.timeline.step.${name}`)} <strong>{formatLatency(ms)}</strong>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Evidence({ one }: { one: ApiUplinkSwitch }) {
  if (one.evidence.length === 0) return null;
  return (
    <details class="commands">
      <summary>{t('uplinks.timeline.evidence')}</summary>
      <div class="table-scroll" role="region" aria-label={t('uplinks.timeline.evidenceOf')} tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('uplinks.timeline.uplink')}</th>
              <th scope="col">{t('column.state')}</th>
              <th scope="col">{t('column.since')}</th>
              <th scope="col" class="number">
                {t('uplinks.loss')}
              </th>
              <th scope="col" class="number">
                {t('uplinks.rtt')}
              </th>
              <th scope="col" class="number">
                {t('uplinks.flap')}
              </th>
              <th scope="col">{t('uplinks.timeline.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {one.evidence.map((found) => (
              <tr key={found.uplink}>
                <th scope="row">
                  <bdi>{found.uplink}</bdi>
                </th>
                <td>
                  <span class={`state state-${markOf(found.state)}`}>
                    <StateMark state={markOf(found.state)} />
                    <span>{t(`uplinks.state.${found.state}`)}</span>
                  </span>
                </td>
                <td>{formatClock(found.since, Date.parse(one.time))}</td>
                <td class="number">{formatPercent(found.lossPercent)}</td>
                <td class="number">
                  {found.rttMs === undefined ? '–' : formatLatency(found.rttMs)}
                  {found.usualRttMs !== undefined && (
                    <span class="quiet"> {t('uplinks.usual', { usual: formatLatency(found.usualRttMs) })}</span>
                  )}
                </td>
                <td class="number">{formatPercent(found.flapPercent)}</td>
                <td class="wrap">
                  <bdi>{sentenceText(found.reason)}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

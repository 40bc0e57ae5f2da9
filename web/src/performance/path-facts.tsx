import type { ApiDirection, ApiPath, ApiPathCompared, ApiPathDetail } from '../../../src/model/index.ts';
import { Fact } from '../parts/fact.tsx';
import { formatDuration, formatInteger, formatLatency, formatNumber, formatPercent } from '../text/format.ts';
import { sentenceText } from '../text/reason.ts';
import { t } from '../text/text.ts';

const latency = (ms: number | undefined) => (ms === undefined ? '–' : formatLatency(ms));
const share = (ratio: number | undefined) => (ratio === undefined ? '–' : formatPercent(ratio * 100));

/** What one watcher says of the path now, by direction. */
export function PathFacts({ path }: { path: ApiPath }) {
  const { from, to, rtt, forward, back, clock, mtuBytes, stamps, ageMs, silentMs } = path;
  const without = path.reason ?? t(`performance.states.${path.state}`);
  return (
    <>
      {path.state !== 'measured' && (
        <p role="status">
          {t('performance.cellWithout', { from, to, reason: without })}
          {silentMs !== undefined && ` ${t('performance.silent', { duration: formatDuration(silentMs) })}`}
        </p>
      )}
      <dl class="facts">
        <Fact name={t('performance.rtt')} value={latency(rtt?.medianMs)} />
        <Fact name={t('performance.rttP95')} value={latency(rtt?.p95Ms)} />
        <Fact name={t('performance.rttLeast')} value={latency(rtt?.minMs)} />
        <Fact name={t('performance.rttMost')} value={latency(rtt?.maxMs)} />
        <Fact name={t('performance.mtu')} value={mtuBytes === undefined ? '–' : formatInteger(mtuBytes)} />
        {clock && (
          <Fact
            name={t('performance.clock', { watcher: to })}
            value={t(clock.aheadMs < 0 ? 'performance.behind' : 'performance.ahead', {
              ahead: formatLatency(Math.abs(clock.aheadMs)),
              bound: formatLatency(clock.boundMs),
            })}
          />
        )}
        {stamps && <Fact name={t('performance.stamps')} value={t(`performance.stampsOf.${stamps}`)} />}
        {ageMs !== undefined && (
          <Fact name={t('performance.age')} value={t('ago', { duration: formatDuration(ageMs) })} />
        )}
      </dl>
      <div class="table-scroll path-table" role="region" aria-label={t('performance.direction')} tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('performance.direction')}</th>
              {(['loss', 'jitter', 'reordered', 'duplicates'] as const).map((key) => (
                <th key={key} scope="col" class="number">
                  {t(`performance.${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Direction name={t('performance.there', { from, to })} figures={forward} />
            <Direction name={t('performance.there', { from: to, to: from })} figures={back} />
          </tbody>
        </table>
      </div>
    </>
  );
}

function Direction({ name, figures }: { name: string; figures: ApiDirection | undefined }) {
  return (
    <tr>
      <th scope="row">
        <bdi>{name}</bdi>
      </th>
      <td class="number">
        {share(figures?.lossRatio)}
        {figures && (
          <span class="quiet">
            {' '}
            {t('performance.lostOf', { lost: formatInteger(figures.lost), sent: formatInteger(figures.sent) })}
          </span>
        )}
      </td>
      <td class="number">{latency(figures?.jitterMs)}</td>
      <td class="number">{figures ? formatInteger(figures.reordered) : '–'}</td>
      <td class="number">{figures ? formatInteger(figures.duplicates) : '–'}</td>
    </tr>
  );
}

/** The path beside the medians of the others. */
export function Comparison({ comparison }: { comparison: ApiPathDetail['comparison'] }) {
  const { answer, reason, path, others, sameSites } = comparison;
  return (
    <>
      <p>
        <strong>{t(`performance.answers.${answer}`)}</strong> <span class="quiet">{sentenceText(reason)}</span>
      </p>
      <div class="table-scroll path-table" role="region" aria-label={t('performance.compared')} tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('performance.compared')}</th>
              {(['rtt', 'usualTimes', 'loss', 'jitter'] as const).map((key) => (
                <th key={key} scope="col" class="number">
                  {t(`performance.${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Compared name={t('performance.thisPath')} figures={path} />
            <Compared name={t('performance.others', { count: others.count })} figures={others} />
            {sameSites && (
              <Compared name={t('performance.sameSites', { count: sameSites.count })} figures={sameSites} />
            )}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Compared({ name, figures }: { name: string; figures: ApiPathCompared }) {
  const { rttMs, rttRatio, lossRatio, jitterMs } = figures;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number">{latency(rttMs)}</td>
      <td class="number">{rttRatio === undefined ? '–' : `× ${formatNumber(rttRatio)}`}</td>
      <td class="number">{share(lossRatio)}</td>
      <td class="number">{latency(jitterMs)}</td>
    </tr>
  );
}

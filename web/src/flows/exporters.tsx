import type { FlowStatus } from '../../../src/model/index.ts';
import { formatValue } from '../charts/units.ts';
import { Name } from '../parts/bidi.tsx';
import { Fact } from '../parts/fact.tsx';
import { Since } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { unreadText } from '../text/flows.ts';
import { formatCount, formatInteger, formatLatency, formatShare } from '../text/format.ts';
import { t } from '../text/text.ts';
import { PointHere } from './setup.tsx';

/** A clock this far from ours puts records into the wrong minutes. */
const skewMs = 30_000;

type Exporter = FlowStatus['exporters'][number];

/** Who sends records here, what of it was lost, and whose clock is wrong. */
export function Exporters({ status }: { status: FlowStatus }) {
  const malformed = Object.entries(status.malformed);
  return (
    <>
      <dl class="facts flows-facts">
        <Fact name={t('flows.exporters.rate')} value={formatValue(status.recordsPerSecond, 'per-second')} />
        <Fact
          name={t('flows.exporters.kept')}
          value={t('flows.exporters.keptValue', {
            rows: formatCount(status.store.rows),
            bytes: formatValue(status.store.bytes, 'bytes'),
          })}
        />
        <Fact name={t('flows.exporters.waiting')} value={formatInteger(status.waitingRows)} />
        <Fact name={t('flows.exporters.dropped')} value={formatInteger(status.dropped)} />
      </dl>
      <Section id="exporters-title" title={t('flows.shows.exporters')}>
        {status.exporters.length === 0 ? (
          <Empty title={t('flows.exporters.none')} />
        ) : (
          <div class="table-scroll" tabIndex={0} role="region" aria-label={t('flows.shows.exporters')}>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t('flows.keys.exporter')}</th>
                  <th scope="col">{t('flows.exporters.protocol')}</th>
                  <th scope="col">{t('flows.exporters.lastSeen')}</th>
                  <th scope="col" class="number">
                    {t('flows.latency.records')}
                  </th>
                  <th scope="col" class="number">
                    {t('flows.exporters.lost')}
                  </th>
                  <th scope="col" class="number">
                    {t('flows.record.sampling')}
                  </th>
                  <th scope="col">{t('flows.exporters.clock')}</th>
                  <th scope="col">{t('flows.exporters.interfaces')}</th>
                </tr>
              </thead>
              <tbody>
                {status.exporters.map((exporter) => (
                  <Row key={exporter.number} exporter={exporter} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Section>
      {malformed.length > 0 && (
        <Section id="malformed-title" title={t('flows.exporters.malformed')}>
          <ul class="plain">
            {malformed.map(([reason, count]) => (
              <li key={reason}>
                <span class="number">{formatInteger(count)}</span> <bdi>{unreadText(reason)}</bdi>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <details class="panel flows-details">
        <summary>
          <h2>{t('flows.setup.point')}</h2>
        </summary>
        <PointHere listening={status.listening} />
      </details>
    </>
  );
}

function Row({ exporter }: { exporter: Exporter }) {
  const { lost, lostShare, clockAheadMs, interfaces } = exporter;
  const isSkewed = clockAheadMs !== undefined && Math.abs(clockAheadMs) > skewMs;
  const named = Object.entries(interfaces);
  return (
    <tr>
      <th scope="row">
        <Name text={exporter.name} />
        {exporter.address !== exporter.name && (
          <div class="quiet">
            <bdi>{exporter.address}</bdi>
          </div>
        )}
      </th>
      <td>
        <bdi>{exporter.protocol}</bdi>{' '}
        {exporter.domain !== 0 && <span class="quiet">{t('flows.exporters.domain', { number: exporter.domain })}</span>}
      </td>
      <td>
        <Since time={exporter.lastSeen} ago />
      </td>
      <td class="number">{formatCount(exporter.records)}</td>
      <td class={`number ${lost > 0 ? 'flows-doubt' : ''}`}>
        {lostShare === undefined ? '–' : `${formatInteger(lost)} (${formatShare(lostShare)})`}
      </td>
      <td class="number">
        {exporter.sampling === undefined ? t('flows.unknown') : `1:${formatInteger(exporter.sampling)}`}
      </td>
      <td class={isSkewed ? 'flows-doubt' : undefined}>{clockText(clockAheadMs)}</td>
      <td>
        <bdi>{named.map(([number, name]) => `${number} ${name}`).join(', ')}</bdi>
      </td>
    </tr>
  );
}

function clockText(aheadMs: number | undefined): string {
  if (aheadMs === undefined) return '–';
  const words = aheadMs < 0 ? t('flows.exporters.behind', { time: formatLatency(-aheadMs) }) : undefined;
  return words ?? t('flows.exporters.ahead', { time: formatLatency(aheadMs) });
}

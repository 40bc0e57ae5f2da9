import type { NatPoolUse, NatStatus } from '../../../src/model/index.ts';
import { Fact } from '../parts/fact.tsx';
import { At, Since } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { formatInteger, formatShare } from '../text/format.ts';
import { t } from '../text/text.ts';
import { analyzerHref, endText, protocolText } from './words.ts';

/** From here on a pool is worth an insight, unless the configuration says otherwise; then it is full. */
const nearlyFull = 0.8;
const full = 0.95;

/** What became of connections since the collector started, and how full pools of ports are now. */
export function Gateways({ status }: { status: NatStatus }) {
  const { created, ended, refused, connections, mostConnections, pools } = status;
  const most = { used: formatInteger(connections), most: formatInteger(mostConnections) };
  return (
    <>
      <dl class="facts flows-facts">
        <Fact name={t('nat.created')} value={formatInteger(created)} />
        <Fact name={t('nat.ended')} value={formatInteger(ended)} />
        <Fact name={t('nat.noPort')} value={formatInteger(refused.ports)} />
        <Fact name={t('nat.clashes')} value={formatInteger(refused.clashes)} />
        <Fact name={t('nat.noRoom')} value={formatInteger(refused.room)} />
        <Fact name={t('nat.connections')} value={t('nat.ofMost', most)} />
        {status.since !== undefined && (
          <div>
            <dt>{t('nat.since')}</dt>
            <dd>
              <Since time={status.since} ago />
            </dd>
          </div>
        )}
      </dl>
      <Section id="pools-title" title={t('nat.pools')}>
        {pools.length === 0 ? (
          <Empty title={t('nat.noPools')} />
        ) : (
          <div class="table-scroll" tabIndex={0} role="region" aria-label={t('nat.pools')}>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t('nat.address')}</th>
                  <th scope="col">{t('nat.protocol')}</th>
                  <th scope="col">{t('nat.used')}</th>
                  <th scope="col">{t('nat.peak')}</th>
                  <th scope="col">{t('nat.busiest')}</th>
                  <th scope="col" class="number">
                    {t('nat.connections')}
                  </th>
                  <th scope="col">{t('nat.rule')}</th>
                  <th scope="col">
                    <span class="hidden-text">{t('nat.analyze')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {pools.map((pool) => (
                  <Pool key={`${pool.address} ${pool.protocol} ${pool.rule}`} pool={pool} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Section>
    </>
  );
}

function Pool({ pool }: { pool: NatPoolUse }) {
  const { address, protocol, used, ports, share, peakShare, peakAt, destination, destinationPort } = pool;
  const name = `${address} ${protocolText(protocol)}`;
  return (
    <tr>
      <th scope="row">
        <bdi>{address}</bdi>
      </th>
      <td>{protocolText(protocol)}</td>
      <td>
        <span class="nat-use">
          <span
            class={`nat-bar ${share >= full ? 'nat-full' : share >= nearlyFull ? 'nat-warn' : ''}`}
            aria-hidden="true"
          >
            <span style={{ inlineSize: `${Math.min(100, share * 100)}%` }} />
          </span>
          <span>
            {formatShare(share)}{' '}
            <span class="quiet">{t('nat.ofMost', { used: formatInteger(used), most: formatInteger(ports) })}</span>
          </span>
        </span>
      </td>
      <td>
        {formatShare(peakShare)}{' '}
        <span class="quiet">
          <At time={peakAt} />
        </span>
      </td>
      <td>
        <bdi>{endText(destination, destinationPort)}</bdi>
      </td>
      <td class="number">{formatInteger(pool.translations)}</td>
      <td>
        <bdi lang="en">{pool.rule}</bdi>
      </td>
      <td>
        <a href={analyzerHref(`nat-host ${address}`)} aria-label={t('nat.analyzeOf', { name })}>
          {t('nat.analyze')}
        </a>
      </td>
    </tr>
  );
}

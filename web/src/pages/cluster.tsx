import { useEffect } from 'preact/hooks';
import type { ApiCluster } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { request } from '../api/session.ts';
import { Demonstration } from '../cluster/demonstration.tsx';
import { MemberTable } from '../cluster/member-table.tsx';
import { Ring } from '../cluster/ring.tsx';
import { Votes } from '../cluster/votes.tsx';
import { WaterMarks } from '../cluster/water-marks.tsx';
import { ClusterViews } from '../frame/navigation.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { StateMark } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { Fact } from '../parts/fact.tsx';

const refreshMs = 2000;

/** Who agrees with whom at this moment, and who said what at the last transitions. */
export function ClusterPage() {
  const {
    data: cluster,
    problem,
    reload,
  } = useResource('cluster', (signal) => request<ApiCluster>('GET', '/cluster', { signal }), { refreshMs });
  useEffect(() => onLedgerEvent((event) => event.kind !== 'observations' && reload()), []);
  return (
    <Page title={t('nav.members')}>
      <ClusterViews />
      {!cluster && problem && <ProblemView problem={problem} retry={reload} />}
      {!cluster && !problem && <Waiting />}
      {cluster && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          <Headline cluster={cluster} />
          <div class="cluster-view">
            <Section id="ring-title" title={t('cluster.picture')}>
              <Ring cluster={cluster} />
            </Section>
            <Section id="progress-title" title={t('cluster.progress')}>
              <Progress cluster={cluster} />
            </Section>
          </div>
          <Section id="members-title" title={t('cluster.members')}>
            <MemberTable cluster={cluster} />
          </Section>
          {cluster.demonstration && <Demonstration members={cluster.members} />}
        </>
      )}
      <Votes members={cluster?.members.map(({ id }) => id) ?? []} />
    </Page>
  );
}

/** How many of those who vote can be counted on, and whether that is enough. */
function Headline({ cluster }: { cluster: ApiCluster }) {
  const voters = cluster.members.filter(({ role }) => role === 'member');
  const present = voters.filter(({ link, silent }) => link !== 'down' && !silent).length;
  const enough = present >= cluster.quorum;
  const state = !enough ? 'down' : present < voters.length || !cluster.active ? 'degraded' : 'up';
  return (
    <section class={`headline headline-${state}`} aria-label={t('cluster.health')}>
      <p class="headline-reason">
        <StateMark state={state} />{' '}
        {t(enough ? 'cluster.decides' : 'cluster.cannotDecide', {
          present,
          count: voters.length,
          quorum: cluster.quorum,
        })}
      </p>
      <dl class="facts">
        <Fact name={t('ledger.mode')} value={t(`ledger.modes.${cluster.protocol}`)} />
        <Fact name={t('cluster.faults')} value={t('cluster.faultsOf', { count: cluster.faults })} />
        <Fact name={t('cluster.primary')} value={cluster.primary ?? t('cluster.nobody')} />
        <Fact
          name={t(cluster.protocol === 'raft' ? 'cluster.term' : 'cluster.view')}
          value={`${formatInteger(cluster.view)}${cluster.active ? '' : ` (${t('cluster.changing')})`}`}
        />
        <Fact name={t('cluster.epoch')} value={formatInteger(cluster.epoch)} />
        {!cluster.voting && <Fact name={t('cluster.self')} value={t('cluster.notVoting')} />}
      </dl>
    </section>
  );
}

function Progress({ cluster }: { cluster: ApiCluster }) {
  const { transfer, cosigned } = cluster;
  return (
    <>
      {cluster.protocol === 'pbft' && <WaterMarks {...cluster} />}
      <dl class="facts">
        <Fact name={t('cluster.sequence')} value={formatInteger(cluster.sequence)} />
        <Fact name={t('ledger.entries')} value={formatInteger(cluster.entries)} />
        <Fact
          name={t('cluster.cosigned')}
          value={
            cosigned
              ? t('cluster.cosignedBy', { entries: formatInteger(cosigned.entries), count: cosigned.signers.length })
              : t('none')
          }
        />
        {transfer && (
          <Fact
            name={t('cluster.transfer')}
            value={t('cluster.transferOf', {
              entries: formatInteger(transfer.entries),
              of: formatInteger(transfer.of),
              source: transfer.source,
            })}
          />
        )}
        <div class="fact-wide">
          <dt>{t('ledger.root')}</dt>
          <dd>
            <code class="hash">{cluster.root}</code>
          </dd>
        </div>
      </dl>
    </>
  );
}

import type { NatStatus } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { paceOf } from '../charts/pace.ts';
import { TimeControls } from '../charts/time-controls.tsx';
import { useWindow, watcherNow } from '../dashboards/use-window.ts';
import { CopyLink } from '../flows/copy-link.tsx';
import { Insights } from '../flows/insight-list.tsx';
import { TrafficViews } from '../frame/navigation.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { collectorProblemText } from '../text/flows.ts';
import { t } from '../text/text.ts';
import { Gateways } from './gateways.tsx';
import { HolderForm } from './holder-form.tsx';
import { LogTable } from './log-table.tsx';
import { NatCharts } from './nat-charts.tsx';
import { VictimTable } from './victim-table.tsx';

const statusRefreshMs = 10_000;
const usualRangeMs = 3_600_000;
const exampleYaml = `flows:
  nat:
    name-victims: true
`;

/** Gateways that translate addresses: how full they are, whom they refused, and who had which address. */
export function NatPage() {
  const load = (signal: AbortSignal) => request<NatStatus>('GET', '/nat/status', { signal });
  const { data, problem, reload } = useResource('nat', load, { refreshMs: statusRefreshMs });
  const { range, window, refreshMs, paceMs } = useWindow(usualRangeMs, paceOf);
  const isPaused = refreshMs === undefined;
  return (
    <Page title={t('nat.title')} aside={<CopyLink />}>
      <TrafficViews />
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data?.problems.map((text) => (
        <p key={text} class="notice notice-warn" role="status">
          <bdi>{collectorProblemText(text)}</bdi>
        </p>
      ))}
      {data && !data.enabled && <NotWatched />}
      {data?.enabled === true && <Gateways status={data} />}
      {data && data.insights.length > 0 && <Insights items={data.insights} />}
      {data && (
        <>
          <HolderForm />
          <div class="flows-bar nat-bar-of-time">
            <TimeControls
              range={range}
              window={window}
              usualMs={usualRangeMs}
              refreshMs={refreshMs}
              {...(paceMs !== undefined && { paceMs })}
              nowMs={watcherNow}
            />
          </div>
          {data.enabled && <NatCharts window={window} />}
          {data.enabled && <VictimTable range={range} window={window} isPaused={isPaused} named={data.namesVictims} />}
          <LogTable range={range} window={window} isPaused={isPaused} />
        </>
      )}
    </Page>
  );
}

function NotWatched() {
  return (
    <section class="panel setup" aria-labelledby="nat-off-title">
      <h2 id="nat-off-title">{t('nat.offTitle')}</h2>
      <p>{t('nat.offText')}</p>
      <pre tabIndex={0}>{exampleYaml}</pre>
      <p>
        <a href="/guide/nat-log.md" target="_blank" rel="noopener">
          {t('nat.guide')}
        </a>
      </p>
    </section>
  );
}

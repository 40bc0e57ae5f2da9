import type { FlowStatus } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { paceOf } from '../charts/pace.ts';
import { TimeControls } from '../charts/time-controls.tsx';
import { useWindow, watcherNow } from '../dashboards/use-window.ts';
import { TrafficViews } from '../frame/navigation.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { query } from '../router.ts';
import { collectorProblemText } from '../text/flows.ts';
import { t } from '../text/text.ts';
import { Analyzer } from './analyzer.tsx';
import { CopyLink } from './copy-link.tsx';
import { CostTable } from './cost-table.tsx';
import { Exporters } from './exporters.tsx';
import { InsightList } from './insight-list.tsx';
import { Modes } from './modes.tsx';
import { Setup } from './setup.tsx';
import { SqlPanel } from './sql-panel.tsx';
import { readView, type Show } from './view.ts';
import { Views } from './views.tsx';

const statusRefreshMs = 10_000;
const usualRangeMs = 3_600_000;
/** What is about records that a filter lets through; the others have questions of their own. */
const analyzed: ReadonlySet<Show> = new Set(['flows', 'sankey', 'matrix', 'latency', 'records']);

/** Who talks to whom, how much, and since when. */
export function FlowsPage() {
  const load = (signal: AbortSignal) => request<FlowStatus>('GET', '/flows/status', { signal });
  const { data, problem, reload } = useResource('flows', load, { refreshMs: statusRefreshMs });
  // Who has looked once that records come wants to see when none come any more, not how to begin.
  const isNew = data && (!data.enabled || data.store.rows === 0);
  return (
    <Page title={t('flows.title')} aside={<CopyLink />}>
      <TrafficViews />
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data && (isNew ? <Setup status={data} /> : <Traffic status={data} />)}
    </Page>
  );
}

function Traffic({ status }: { status: FlowStatus }) {
  const { range, window, refreshMs, paceMs } = useWindow(usualRangeMs, paceOf);
  const isPaused = refreshMs === undefined;
  const view = readView(query.value);
  return (
    <>
      {status.problems.map((text) => (
        <p key={text} class="notice notice-warn" role="status">
          <bdi>{collectorProblemText(text)}</bdi>
        </p>
      ))}
      <div class="flows-bar">
        <Views usualMs={usualRangeMs} />
        <TimeControls
          range={range}
          window={window}
          usualMs={usualRangeMs}
          refreshMs={refreshMs}
          {...(paceMs !== undefined && { paceMs })}
          nowMs={watcherNow}
        />
      </div>
      <Modes show={view.show} />
      {view.show === 'exporters' && <Exporters status={status} />}
      {view.show === 'insights' && <InsightList range={range} window={window} isPaused={isPaused} />}
      {view.show === 'costs' && <CostTable range={range} window={window} isPaused={isPaused} />}
      {view.show === 'sql' && <SqlPanel />}
      {analyzed.has(view.show) && <Analyzer view={view} window={window} status={status} />}
    </>
  );
}

import type {
  FlowAnswer,
  FlowLatencyAnswer,
  FlowLatencyQuestion,
  FlowQuestion,
  FlowRecordsAnswer,
  FlowStatus,
} from '../../../src/model/index.ts';
import type { Window } from '../charts/question.ts';
import { Waiting } from '../parts/problem-view.tsx';
import { query } from '../router.ts';
import { formatMoment } from '../text/format.ts';
import { t } from '../text/text.ts';
import { AllFlows } from './all-flows.tsx';
import { Controls } from './controls.tsx';
import { Details } from './details.tsx';
import { FilterBar } from './filter-bar.tsx';
import { filterErrorOf } from './filter-error.ts';
import { HighestFlows } from './highest-flows.tsx';
import { latencyQuestion, LatencyTable } from './latency-table.tsx';
import { MatrixPanel } from './matrix-panel.tsx';
import { recordsQuestion, RecordTable } from './record-table.tsx';
import { SankeyPanel } from './sankey-panel.tsx';
import { TrafficProblem } from './traffic-problem.tsx';
import { Trail } from './trail.tsx';
import { TrustLine } from './trust-line.tsx';
import { useAnswer } from './use-answer.ts';
import { questionOf, type FlowView } from './view.ts';

/** Everything that is about the records within a time that a filter lets through. */
export function Analyzer({ view, window, status }: { view: FlowView; window: Window; status: FlowStatus }) {
  const { show } = view;
  const address = query.value;
  const counted = show === 'flows' || show === 'sankey' || show === 'matrix';
  const ask = <Question extends object>(wanted: boolean, question: () => Question) => (wanted ? question() : undefined);
  const { fromMs, toMs } = window;
  const amounts = useAnswer<FlowQuestion, FlowAnswer>(
    '/flows/query',
    ask(counted, () => questionOf(view, fromMs, toMs)),
  );
  const latency = useAnswer<FlowLatencyQuestion, FlowLatencyAnswer>(
    '/flows/latency',
    ask(show === 'latency', () => latencyQuestion(view, window, address)),
  );
  const records = useAnswer<object, FlowRecordsAnswer>(
    '/flows/records',
    ask(show === 'records', () => recordsQuestion(view, window, address)),
  );
  const { problem, reload, answer } = show === 'latency' ? latency : show === 'records' ? records : amounts;
  const ofFilter = filterErrorOf(problem);
  return (
    <>
      <Trail view={view} />
      <FilterBar view={view} problem={ofFilter} />
      <Controls view={view} />
      {problem && !ofFilter && <TrafficProblem problem={problem} retry={reload} />}
      {!answer && !problem && <Waiting />}
      {show === 'latency' && latency.answer && (
        <LatencyTable view={asAsked(view, latency.question)} answer={latency.answer} />
      )}
      {show === 'records' && records.answer && <RecordTable answer={records.answer} />}
      {counted && amounts.answer && (
        <Amounts view={asAsked(view, amounts.question)} window={window} answer={amounts.answer} busy={amounts.busy} />
      )}
      {counted && amounts.answer?.rows.length === 0 && <NothingFits status={status} />}
    </>
  );
}

function Amounts({
  view,
  window,
  answer,
  busy,
}: {
  view: FlowView;
  window: Window;
  answer: FlowAnswer;
  busy: boolean;
}) {
  return (
    <div class={busy ? 'flows-busy' : undefined} aria-busy={busy}>
      <TrustLine answer={answer} measure={view.measure} />
      {view.show === 'flows' && (
        <>
          <HighestFlows view={view} window={window} answer={answer} />
          <AllFlows view={view} answer={answer} />
          <Details view={view} window={window} />
        </>
      )}
      {view.show === 'sankey' && <SankeyPanel view={view} answer={answer} />}
      {view.show === 'matrix' && <MatrixPanel view={view} answer={answer} />}
    </div>
  );
}

/** The view with the meaning of what is on screen: columns of an older answer keep their names until the newer one is there. */
const asAsked = (view: FlowView, question: Partial<FlowQuestion> | undefined): FlowView => ({
  ...view,
  view: question?.view ?? view.view,
  measure: question?.measure ?? view.measure,
  compareMs: question?.compareMs ?? view.compareMs,
});

/** When the newest and the oldest record are elsewhere, it is said where. */
function NothingFits({ status }: { status: FlowStatus }) {
  const { from, to } = status.store;
  if (from === undefined || to === undefined) return null;
  return (
    <p class="quiet">
      {t('flows.kept')} <time dateTime={from}>{formatMoment(from)}</time> –{' '}
      <time dateTime={to}>{formatMoment(to)}</time>
    </p>
  );
}

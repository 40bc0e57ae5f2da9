import type { FlowInsight } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import type { Window } from '../charts/question.ts';
import type { Range } from '../charts/range.ts';
import { At } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { Empty, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { path } from '../router.ts';
import { t } from '../text/text.ts';
import { TrafficProblem } from './traffic-problem.tsx';

/** Insights take a look at much more than a chart does. */
const refreshMs = 60_000;

const marks = { notice: 'badge', warning: 'badge badge-warn', critical: 'badge badge-bad' } as const;

/** What somebody who reads all records would point out: new peers, scans, beacons, volumes, full pools and lines. */
export function InsightList({ range, window }: { range: Range; window: Window }) {
  const times = { from: new Date(window.fromMs).toISOString(), to: new Date(window.toMs).toISOString() };
  // A time that moves on with the clock stays the same question: what was found stays while it is asked again.
  const isMoving = range.kind === 'last';
  const key = isMoving ? String(range.lengthMs) : `${times.from} ${times.to}`;
  const { data, problem, reload } = useResource(
    `insights ${key}`,
    (signal) => request<{ items: FlowInsight[] }>('GET', '/flows/insights', { query: times, signal }),
    isMoving ? { refreshMs } : {},
  );
  return (
    <Section id="insights-title" title={t('flows.shows.insights')}>
      {!data && problem && <TrafficProblem problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data?.items.length === 0 && <Empty title={t('flows.insights.none')} text={t('flows.insights.noneHint')} />}
      <ul class="flows-insights">
        {data?.items.map((insight) => (
          <li key={`${insight.kind} ${insight.subject} ${insight.firstAt}`}>
            <p class="flows-insight-head">
              <span class={marks[insight.severity]}>{t(`flows.insights.severities.${insight.severity}`)}</span>
              <strong>{t(`flows.insights.kinds.${insight.kind}`)}</strong>
              <bdi>{insight.subject}</bdi>
            </p>
            <p>
              <bdi lang="en">{insight.summary}</bdi>
            </p>
            <p class="quiet">
              <At time={insight.firstAt} /> – <At time={insight.lastAt} />{' '}
              <a href={recordsHref(insight)}>{t('flows.insights.show')}</a>
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The traffic that an insight is about, in the time that it is about. */
function recordsHref({ filter, firstAt, lastAt }: FlowInsight): string {
  const times = firstAt === lastAt ? {} : { from: firstAt, to: lastAt };
  return `${path.value}?${new URLSearchParams({ filter, ...times }).toString()}`;
}

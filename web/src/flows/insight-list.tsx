import type { FlowInsight } from '../../../src/model/index.ts';
import type { Window } from '../charts/question.ts';
import type { Range } from '../charts/range.ts';
import { At } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { Empty, Waiting } from '../parts/problem-view.tsx';
import { insightHelp, insightText, kindText, severityText } from '../text/flows.ts';
import { t } from '../text/text.ts';
import { TrafficProblem } from './traffic-problem.tsx';
import { useOfTime } from './use-of-time.ts';

const marks = { notice: 'badge', warning: 'badge badge-warn', critical: 'badge badge-bad' } as const;

/** What somebody who reads all records would point out: new peers, scans, beacons, volumes, full pools and lines. */
export function InsightList({ range, window, isPaused }: { range: Range; window: Window; isPaused: boolean }) {
  const { data, problem, reload } = useOfTime<{ items: FlowInsight[] }>('/flows/insights', range, window, isPaused);
  return (
    <Section id="insights-title" title={t('flows.shows.insights')}>
      {!data && problem && <TrafficProblem problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data?.items.length === 0 && <Empty title={t('flows.insights.none')} text={t('flows.insights.noneHint')} />}
      {data && <Insights items={data.items} />}
    </Section>
  );
}

/** Each with what leads to its traffic. */
export const Insights = ({ items }: { items: readonly FlowInsight[] }) => (
  <ul class="flows-insights">
    {items.map((insight) => (
      <li key={`${insight.summary} ${insight.firstAt}`}>
        <p class="flows-insight-head">
          <span class={marks[insight.severity]}>{severityText(insight.severity)}</span>
          <strong>{kindText(insight.kind)}</strong>
          <bdi>{insight.subject}</bdi>
        </p>
        <p>
          <bdi>{insightText(insight)}</bdi>
        </p>
        {insightHelp(insight).map((text) => (
          <p key={text} class="quiet">
            <bdi>{text}</bdi>
          </p>
        ))}
        <p class="quiet">
          <At time={insight.firstAt} /> – <At time={insight.lastAt} />{' '}
          <a href={recordsHref(insight)}>{t('flows.insights.show')}</a>
        </p>
      </li>
    ))}
  </ul>
);

/** The traffic that an insight is about, in the time that it is about. */
function recordsHref({ filter, firstAt, lastAt }: FlowInsight): string {
  const times = firstAt === lastAt ? {} : { from: firstAt, to: lastAt };
  return `/flows?${new URLSearchParams({ filter, ...times }).toString()}`;
}

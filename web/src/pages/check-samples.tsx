import { useEffect, useState } from 'preact/hooks';
import type { ApiPage, ApiSample } from '../../../src/model/index.ts';
import { onSample } from '../api/live.ts';
import { request } from '../api/session.ts';
import { At } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { Empty, ProblemView, Waiting } from '../parts/problem-view.tsx';
import { Outcome } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { formatLatency, formatPercent } from '../text/format.ts';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/text.ts';

const shownSamples = 30;

/** The first reason among the results, since a line has room for one. */
function reasonOf({ results }: ApiSample): string {
  const reason = results.find((result) => result.reason)?.reason;
  return reason ? reasonText(reason) : '';
}

/** Newest first, each once, no more than are shown. */
function joined(live: readonly ApiSample[], read: readonly ApiSample[]): ApiSample[] {
  const byTime = new Map([...read, ...live].map((sample) => [sample.startedAt, sample]));
  return [...byTime.values()].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).slice(0, shownSamples);
}

export function SamplePanel({ check }: { check: string }) {
  const path = `/checks/${encodeURIComponent(check)}/samples`;
  const { data, problem, reload } = useResource(path, (signal) =>
    request<ApiPage<ApiSample>>('GET', path, { query: { limit: shownSamples }, signal }),
  );
  const [live, setLive] = useState<readonly ApiSample[]>([]);
  useEffect(() => {
    setLive([]);
    return onSample(check, (sample) => setLive((before) => joined([sample], before)));
  }, [check]);
  const samples = joined(live, data?.items ?? []);
  return (
    <Section id="samples-title" title={t('check.samples')}>
      {problem && samples.length === 0 && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && samples.length === 0 && <Waiting />}
      {data && samples.length === 0 && <Empty title={t('check.noSamples')} />}
      {samples.length > 0 && (
        <div class="table-scroll samples" tabIndex={0} role="region" aria-label={t('check.samples')}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('column.time')}</th>
                <th scope="col">{t('column.outcome')}</th>
                <th scope="col" class="number">
                  {t('column.latency')}
                </th>
                <th scope="col" class="number">
                  {t('column.loss')}
                </th>
                <th scope="col">{t('column.reason')}</th>
              </tr>
            </thead>
            <tbody>
              {samples.map((sample) => (
                <tr key={sample.startedAt}>
                  <td>
                    <At time={sample.startedAt} />
                  </td>
                  <td>
                    <Outcome outcome={sample.outcome} />
                  </td>
                  <td class="number">{sample.latencyMs === undefined ? '–' : formatLatency(sample.latencyMs)}</td>
                  <td class="number">{sample.lossPercent === undefined ? '–' : formatPercent(sample.lossPercent)}</td>
                  <td class="wrap">
                    <bdi>{reasonOf(sample)}</bdi>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

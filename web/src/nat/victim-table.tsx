import type { NatLog } from '../../../src/model/index.ts';
import type { Window } from '../charts/question.ts';
import type { Range } from '../charts/range.ts';
import { At } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { Empty, Waiting } from '../parts/problem-view.tsx';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { TrafficProblem } from '../flows/traffic-problem.tsx';
import { useOfTime } from '../flows/use-of-time.ts';
import { victimsOf } from './victims.ts';

const mostEntries = 10_000;
const mostVictims = 50;

/** Whose packets were dropped, by name where the kernel or an exporter says so. */
export function VictimTable({
  range,
  window,
  isPaused,
  named,
}: {
  range: Range;
  window: Window;
  isPaused: boolean;
  named: boolean;
}) {
  const times = { from: new Date(window.fromMs).toISOString(), to: new Date(window.toMs).toISOString() };
  const { data, problem, reload } = useOfTime<NatLog>('/nat/log', range, window, isPaused, {
    show: 'errors',
    limit: mostEntries,
  });
  const victims = victimsOf(data?.entries ?? []);
  return (
    <Section id="victims-title" title={t('nat.victims')}>
      {!data && problem && <TrafficProblem problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && victims.length === 0 && <Empty title={t('nat.victimsNone')} />}
      {victims.length > 0 && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t('nat.victims')}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('nat.source')}</th>
                <th scope="col" class="number">
                  {t('nat.packets')}
                </th>
                <th scope="col" class="number">
                  {t('nat.destinations')}
                </th>
                <th scope="col">{t('nat.last')}</th>
                <th scope="col">
                  <span class="hidden-text">{t('nat.analyze')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {victims.slice(0, mostVictims).map(({ source, packets, destinations, last }) => (
                <tr key={source}>
                  <th scope="row">
                    <bdi>{source === '' ? t('nat.unnamed') : source}</bdi>
                  </th>
                  <td class="number">{formatInteger(packets)}</td>
                  <td class="number">{formatInteger(destinations)}</td>
                  <td>
                    <At time={last} />
                  </td>
                  <td>
                    {source !== '' && (
                      <a
                        href={`/flows?${new URLSearchParams({ ...times, filter: `src host ${source} and kind in [nat, drop]`, by: 'event,destination', measure: 'flows' }).toString()}`}
                        aria-label={t('nat.analyzeOf', { name: source })}
                      >
                        {t('nat.analyze')}
                      </a>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {!named && <p class="quiet">{t('nat.victimsOff')}</p>}
    </Section>
  );
}

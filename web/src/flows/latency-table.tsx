import type { FlowLatencyAnswer, FlowLatencyQuestion } from '../../../src/model/index.ts';
import { csv, download, fileName } from '../charts/export.ts';
import { FileMenu } from '../charts/file-menu.tsx';
import type { Window } from '../charts/question.ts';
import { Name } from '../parts/bidi.tsx';
import { Section } from '../parts/page.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { path, query, setQuery, withQuery } from '../router.ts';
import { formatInteger, formatLatency } from '../text/format.ts';
import { t } from '../text/text.ts';
import { both } from './conditions.ts';
import { Doubts } from './trust-line.tsx';
import { drillTo, filterOf, usualRows, type FlowView } from './view.ts';
import { keyName, valueText } from './words.ts';

const ranks = ['p95', 'average', 'median', 'p99', 'max', 'deviation'] as const;
const leastChoices = [1, 5, 20, 100] as const;
const usualLeast = 5;

const readRank = (address: URLSearchParams) => ranks.find((one) => one === address.get('rank')) ?? 'p95';
const readLeast = (address: URLSearchParams) =>
  leastChoices.find((one) => String(one) === address.get('least')) ?? usualLeast;

export const latencyQuestion = (view: FlowView, window: Window, address: URLSearchParams): FlowLatencyQuestion => ({
  from: new Date(window.fromMs).toISOString(),
  to: new Date(window.toMs).toISOString(),
  view: view.view,
  filter: filterOf(view),
  groupBy: [...view.by],
  limit: usualRows,
  by: readRank(address),
  leastRecords: readLeast(address),
});

/** Times of round trips as exporters measured them on TCP, the slowest first. */
export function LatencyTable({ view, answer }: { view: FlowView; answer: FlowLatencyAnswer }) {
  const by = readRank(query.value);
  const leastRecords = readLeast(query.value);
  const title = t('flows.shows.latency');
  const asCsv = () => {
    const head = [...answer.groupBy, 'records', 'averageMs', 'medianMs', 'p95Ms', 'p99Ms', 'maxMs', 'deviationMs'];
    const lines = answer.rows.map((row) => [
      ...row.values,
      row.records,
      row.averageMs,
      row.medianMs,
      row.p95Ms,
      row.p99Ms,
      row.maxMs,
      row.deviationMs,
    ]);
    download(fileName(title, 'csv'), new Blob([csv([head, ...lines])], { type: 'text/csv' }));
  };
  return (
    <Section
      id="latency-title"
      title={title}
      aside={
        <span class="chart-tools flows-tools">
          <label class="inline-field">
            <span class="field-label">{t('flows.latency.rank')}</span>{' '}
            <select
              value={by}
              onChange={(event) => {
                const wanted = event.currentTarget.value;
                setQuery({ rank: wanted === 'p95' ? undefined : wanted });
              }}
            >
              {ranks.map((one) => (
                <option key={one} value={one} selected={one === by}>
                  {t(`flows.latency.ranks.${one}`)}
                </option>
              ))}
            </select>
          </label>
          <label class="inline-field">
            <span class="field-label">{t('flows.latency.least')}</span>{' '}
            <select
              value={String(leastRecords)}
              onChange={(event) => {
                const wanted = event.currentTarget.value;
                setQuery({ least: wanted === String(usualLeast) ? undefined : wanted });
              }}
            >
              {leastChoices.map((one) => (
                <option key={one} value={String(one)} selected={one === leastRecords}>
                  {formatInteger(one)}
                </option>
              ))}
            </select>
          </label>
          <FileMenu title={title} onCsv={asCsv} />
        </span>
      }
    >
      {answer.rows.length === 0 ? (
        <Empty title={t('flows.latency.none')} text={t('flows.latency.noneHint')} />
      ) : (
        <Rows view={view} answer={answer} title={title} />
      )}
      {answer.omitted > 0 && <p class="quiet">{t('flows.omitted', { count: answer.omitted })}</p>}
      <Doubts trust={answer.trust} />
    </Section>
  );
}

function Rows({ view, answer, title }: { view: FlowView; answer: FlowLatencyAnswer; title: string }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
      <table class="table">
        <thead>
          <tr>
            {answer.groupBy.map((key) => (
              <th key={key} scope="col">
                {keyName(key, view.view)}
              </th>
            ))}
            <th scope="col" class="number">
              {t('flows.latency.records')}
            </th>
            {ranks.map((one) => (
              <th key={one} scope="col" class="number">
                {t(`flows.latency.ranks.${one}`)}
              </th>
            ))}
            <th scope="col">
              <span class="hidden-text">{t('flows.further')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((row) => {
            const down = drillTo(view, { filter: both(view.filter, row.filter) });
            return (
              <tr key={row.values.join('\n')}>
                {row.values.map((value, index) => (
                  <td key={index}>
                    <Name text={valueText(answer.groupBy[index] ?? '', value, row.labels[index])} />
                  </td>
                ))}
                <td class="number">{formatInteger(row.records)}</td>
                {ranks.map((one) => (
                  <td key={one} class="number">
                    {formatLatency(row[`${one}Ms`])}
                  </td>
                ))}
                <td>
                  <a href={withQuery(query.value, down, path.value)}>{t('flows.drill')}</a>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

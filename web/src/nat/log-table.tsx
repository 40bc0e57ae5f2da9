import type { NatLog, NatLogEntry } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { csv, download, fileName } from '../charts/export.ts';
import { FileMenu } from '../charts/file-menu.tsx';
import type { Window } from '../charts/question.ts';
import type { Range } from '../charts/range.ts';
import { TrafficProblem } from '../flows/traffic-problem.tsx';
import { useOfTime } from '../flows/use-of-time.ts';
import { At } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { Empty, Waiting } from '../parts/problem-view.tsx';
import { path, query, setQuery, withQuery } from '../router.ts';
import { formatDuration, formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { becameText, endText, protocolText } from './words.ts';

const parts = ['all', 'errors', 'translations'] as const;
const firstRows = 100;
const mostRows = 10_000;

const columns = [
  'at',
  'event',
  'protocol',
  'source',
  'sourcePort',
  'destination',
  'destinationPort',
  'translatedSource',
  'translatedSourcePort',
  'translatedDestination',
  'translatedDestinationPort',
  'packets',
  'durationMs',
  'gateway',
  'protocolOfGateway',
  'reason',
] as const satisfies readonly (keyof NatLogEntry)[];

/** What was translated and what was refused, newest first. */
export function LogTable({ range, window, isPaused }: { range: Range; window: Window; isPaused: boolean }) {
  const address = query.value;
  const show = parts.find((one) => one === address.get('entries')) ?? 'all';
  const limit = address.get('rows') === 'all' ? mostRows : firstRows;
  const times = { from: new Date(window.fromMs).toISOString(), to: new Date(window.toMs).toISOString() };
  const { data, problem, reload } = useOfTime<NatLog>('/nat/log', range, window, isPaused, { show, limit });
  const title = t('nat.log');
  const asCsv = async () => {
    const { entries } =
      data?.more === true
        ? await request<NatLog>('GET', '/nat/log', { query: { ...times, show, limit: mostRows } })
        : (data ?? { entries: [] });
    const lines = [columns, ...entries.map((entry) => columns.map((name) => entry[name]))];
    download(fileName(title, 'csv'), new Blob([csv(lines)], { type: 'text/csv' }));
  };
  return (
    <Section
      id="nat-log-title"
      title={title}
      aside={
        <span class="chart-tools">
          <span class="segments" role="group" aria-label={t('nat.show')}>
            {parts.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === show}
                onClick={() => setQuery({ entries: one === 'all' ? undefined : one })}
              >
                {t(`nat.shows.${one}`)}
              </button>
            ))}
          </span>
          {data && <FileMenu title={title} onCsv={() => void asCsv().catch(() => reload())} />}
        </span>
      }
    >
      {!data && problem && <TrafficProblem problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data?.entries.length === 0 && <Empty title={t('nat.logNone')} />}
      {data && data.entries.length > 0 && <Entries entries={data.entries} title={title} />}
      {data?.more === true && limit < mostRows && (
        <p>
          <button type="button" class="button" onClick={() => setQuery({ rows: 'all' }, 'replace')}>
            {t('nat.moreRows')}
          </button>
        </p>
      )}
    </Section>
  );
}

function Entries({ entries, title }: { entries: readonly NatLogEntry[]; title: string }) {
  return (
    <div class="table-scroll nat-log" tabIndex={0} role="region" aria-label={title}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('nat.time')}</th>
            <th scope="col">{t('nat.event')}</th>
            <th scope="col">{t('nat.protocol')}</th>
            <th scope="col">{t('nat.source')}</th>
            <th scope="col">{t('nat.destination')}</th>
            <th scope="col">{t('nat.became')}</th>
            <th scope="col" class="number">
              {t('nat.packets')}
            </th>
            <th scope="col" class="number">
              {t('nat.lasted')}
            </th>
            <th scope="col">{t('nat.toldBy')}</th>
            <th scope="col">{t('nat.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry, index) => (
            <tr key={index}>
              <td>
                <At time={entry.at} />
              </td>
              <td>
                <span class={entry.ok ? undefined : 'flows-doubt'}>{t(`nat.events.${entry.event}`)}</span>
              </td>
              <td>{protocolText(entry.protocol)}</td>
              <td>
                <bdi>{endText(entry.source, entry.sourcePort) || t('nat.unnamed')}</bdi>
              </td>
              <td>
                <bdi>{endText(entry.destination, entry.destinationPort)}</bdi>
              </td>
              <td>
                <bdi>{becameText(entry)}</bdi>{' '}
                {entry.translatedSource !== '' && <a href={holderHref(entry)}>{t('nat.whoHad')}</a>}
              </td>
              <td class="number">{entry.packets === 0 ? '' : formatInteger(entry.packets)}</td>
              <td class="number">{entry.durationMs === 0 ? '' : formatDuration(entry.durationMs)}</td>
              <td>
                <bdi>{entry.gateway}</bdi>
              </td>
              <td>
                <bdi lang="en">{entry.reason}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The same question as a complaint would ask it. */
const holderHref = ({ translatedSource, translatedSourcePort, at }: NatLogEntry): string =>
  withQuery(
    query.value,
    { outside: translatedSource, port: translatedSourcePort === 0 ? undefined : String(translatedSourcePort), at },
    path.value,
  );

import type { FlowRecord, FlowRecordsAnswer } from '../../../src/model/index.ts';
import { csv, download, fileName } from '../charts/export.ts';
import { FileMenu } from '../charts/file-menu.tsx';
import type { Window } from '../charts/question.ts';
import { Section } from '../parts/page.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { At } from '../parts/moment.tsx';
import { query, setQuery } from '../router.ts';
import { formatDuration, formatInteger } from '../text/format.ts';
import { wordText } from '../text/flows.ts';
import { t } from '../text/text.ts';
import { filterOf, type FlowView } from './view.ts';

const pageSize = 200;

const withPort = (address: string, port: number) =>
  port === 0 ? address : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

export function recordsQuestion(view: FlowView, window: Window, address: URLSearchParams): object {
  const before = address.get('before') ?? undefined;
  return {
    from: new Date(window.fromMs).toISOString(),
    to: new Date(window.toMs).toISOString(),
    filter: filterOf(view),
    limit: pageSize,
    ...(before !== undefined && { before }),
  };
}

/** Single records, newest first: who talked to whom, and when. */
export function RecordTable({ answer }: { answer: FlowRecordsAnswer }) {
  const isOlder = query.value.has('before');
  const title = t('flows.shows.records');
  return (
    <Section
      id="records-title"
      title={title}
      aside={<FileMenu title={title} onCsv={() => save(title, answer.items)} />}
    >
      {answer.items.length === 0 ? (
        <Empty title={t('flows.none')} text={t('flows.noneHint')} />
      ) : (
        <Rows records={answer.items} title={title} />
      )}
      <p class="buttons flows-pages">
        {isOlder && (
          <button type="button" class="button" onClick={() => setQuery({ before: undefined })}>
            {t('ledger.newest')}
          </button>
        )}
        {answer.next !== undefined && (
          <button type="button" class="button" onClick={() => setQuery({ before: answer.next })}>
            {t('ledger.older')}
          </button>
        )}
      </p>
    </Section>
  );
}

const columns = [
  'start',
  'end',
  'source',
  'sourcePort',
  'destination',
  'destinationPort',
  'protocol',
  'bytes',
  'packets',
  'sampling',
  'tcpFlags',
  'exporter',
  'input',
  'output',
  'kind',
  'event',
  'communityId',
] as const satisfies readonly (keyof FlowRecord)[];

function save(title: string, records: readonly FlowRecord[]): void {
  const lines = [[...columns], ...records.map((record) => columns.map((column) => record[column]))];
  download(fileName(title, 'csv'), new Blob([csv(lines)], { type: 'text/csv' }));
}

function Rows({ records, title }: { records: readonly FlowRecord[]; title: string }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
      <table class="table flows-records">
        <thead>
          <tr>
            <th scope="col">{t('flows.record.end')}</th>
            <th scope="col" class="number">
              {t('flows.record.lasted')}
            </th>
            <th scope="col">{t('flows.keys.source')}</th>
            <th scope="col">{t('flows.keys.destination')}</th>
            <th scope="col">{t('flows.keys.protocol')}</th>
            <th scope="col" class="number">
              {t('flows.measures.bytes')}
            </th>
            <th scope="col" class="number">
              {t('flows.measures.packets')}
            </th>
            <th scope="col" class="number">
              {t('flows.record.sampling')}
            </th>
            <th scope="col">{t('flows.keys.kind')}</th>
            <th scope="col">{t('flows.keys.exporter')}</th>
            <th scope="col">{t('flows.record.communityId')}</th>
          </tr>
        </thead>
        <tbody>
          {records.map((record, index) => (
            <Row key={`${record.end} ${record.communityId} ${index}`} record={record} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ record }: { record: FlowRecord }) {
  const lastedMs = Date.parse(record.end) - Date.parse(record.start);
  const more = Object.entries(record.more).map(([name, value]) => `${name} ${value}`);
  return (
    <tr>
      <td>
        <At time={record.end} />
      </td>
      <td class="number">{formatDuration(lastedMs)}</td>
      <td>
        <bdi>{withPort(record.source, record.sourcePort)}</bdi>
      </td>
      <td>
        <bdi>{withPort(record.destination, record.destinationPort)}</bdi>
      </td>
      <td>
        <bdi>{[record.protocol, record.tcpFlags].filter((text) => text !== '').join(' ')}</bdi>
      </td>
      <td class="number">{formatInteger(Number(record.bytes))}</td>
      <td class="number">{formatInteger(Number(record.packets))}</td>
      <td class="number">{record.sampling > 1 ? `1:${formatInteger(record.sampling)}` : ''}</td>
      <td>
        <bdi>
          {[wordText('kind', record.kind), wordText('event', record.event)].filter((text) => text !== '').join(', ')}
        </bdi>
      </td>
      <td>
        <bdi>{record.exporter}</bdi>
      </td>
      <td>
        <code title={more.join('\n')}>{record.communityId}</code>
      </td>
    </tr>
  );
}

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Incident, IncidentFilter } from '../../src/model/index.ts';
import { openIncidentIndex, type IncidentIndex, type IndexedRecord } from '../../src/store/index.ts';
import { median, percentile, rounded, type BenchOptions, type BenchRow } from '../bench.ts';
import type { AlertsPart } from './part.ts';

/**
 * A hundred thousand incidents in history: the index that a watcher keeps, in its thread, asked as the API asks it. The
 * figures are from question to answer, the way to the thread and back included.
 */

const full = 100_000;
const quick = 10_000;
const pageSize = 50;
const rounds = 15;
const writeRecords = 2000;

const causes = [
  'No reply within 1 s',
  'Loss 40 % is above 10 %',
  '응답 없음',
  '応答なし',
  'Certificate expires in 3 days',
];
const words = ['fibre cut', 'router restarted', 'power lost', 'firmware', '회선 장애', '停電'];

/** Half checks, half policies with resources; notes, causes and postmortems as people leave them. */
function incidentOf(id: number, count: number): Incident {
  const openedAt = 1_700_000_000_000 + id * 300_000;
  const site = `site-${id % 97}`;
  const isPolicy = id % 2 === 0;
  const check = isPolicy ? `disk-full@host=${site}` : `${site}-gateway-${id % 10}`;
  const reason = causes[id % causes.length] ?? '';
  const isOpen = id > count - 100;
  const by = id % 3 === 0 ? 'maria' : 'paul';
  const title = `${check} is ${isPolicy ? 'firing' : 'down'}`;
  return {
    id: String(id),
    check,
    title,
    status: isOpen ? 'investigating' : 'resolved',
    impact: id % 5 === 0 ? 'critical' : 'major',
    openedAt,
    ...(!isOpen && { resolvedAt: openedAt + 240_000 }),
    ...(isPolicy && { severity: id % 4 === 0 ? 'critical' : 'warning', resource: { host: site } }),
    ...(id % 7 === 0 && { assigned: { to: by, by, at: openedAt + 60_000 } }),
    ...(id % 11 === 0 && { cause: { text: `${words[id % words.length]} at ${site}`, by, at: openedAt } }),
    reason: { code: 'no-reply', text: reason },
    affected: id % 13 === 0 ? Array.from({ length: 20 }, (_, at) => `${site}-host-${at}`) : [],
    told: ['ops', 'night'],
    transitions: [id * 10, id * 10 + 4],
    updates: [
      { at: openedAt, by: 'watcher-1', kind: 'opened', text: `${title}: ${reason}` },
      { at: openedAt + 30_000, by, kind: 'acknowledged', text: `${by} takes care.` },
      {
        at: openedAt + 90_000,
        by,
        kind: 'noted',
        text: `Looked at ${words[(id >> 3) % words.length]}, ticket ${id * 17}`,
      },
      { at: openedAt + 240_000, by: 'watcher-1', kind: 'resolved', text: `${check} is up again.` },
    ],
  };
}

const questions: readonly (readonly [name: string, filter: IncidentFilter])[] = [
  ['list, open', { state: 'open' }],
  ['list, all', { state: 'all' }],
  ['one check', { state: 'all', check: 'site-3-gateway-7' }],
  ['one policy', { state: 'all', policy: 'disk-full' }],
  ['severity, impact and assignee', { state: 'resolved', severity: 'critical', impact: 'critical', assignee: 'maria' }],
  ['a week', { state: 'all', from: 1_702_000_000_000, to: 1_702_604_800_000 }],
  ['search, a word in all of them', { state: 'all', search: 'watcher' }],
  ['search, three common words', { state: 'all', search: 'gateway firmware paul' }],
  ['search, a rare word', { state: 'all', search: '123454' }],
  ['search, nowhere', { state: 'all', search: 'nonsense' }],
  ['search, two letters', { state: 'all', search: '停電' }],
  ['search, one letter', { state: 'all', search: 'x' }],
];

export const history: AlertsPart = async (options: BenchOptions) => {
  const count = options.quick ? quick : full;
  const folder = mkdtempSync(join(tmpdir(), 'bench-history-'));
  const file = join(folder, 'incidents.db');
  try {
    const open = () => openIncidentIndex({ file, network: 'bench', entries: full * 100 });
    options.log(`writing ${count} incidents`);
    let index = await open();
    const wroteMs = await timed(() => writeAll(index, count));
    await index.close();
    const openMs = await timed(async () => {
      index = await open();
      await index.next();
    });
    const rows: BenchRow[] = [
      {
        part: 'history',
        what: `made again, ${count} incidents`,
        total_ms: rounded(wroteMs),
        each_us: rounded((wroteMs * 1000) / count),
      },
      { part: 'history', what: 'opened after a restart', total_ms: rounded(openMs) },
    ];
    for (const [what, filter] of questions) {
      options.log(what);
      rows.push({ part: 'history', what, ...(await ask(index, filter)) });
    }
    rows.push({ part: 'history', what: 'page after 1,000', ...(await deepPage(index)) });
    rows.push({ part: 'history', what: 'one incident', ...(await repeated(() => index.get(String(count >> 1)))) });
    await index.close();
    const mebibytes = rounded(statSync(file).size / 1_048_576);
    return {
      rows,
      notes: [`${count} incidents take ${mebibytes} MiB on disk; first answers of pages of ${pageSize}.`],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

async function writeAll(index: IncidentIndex, count: number): Promise<void> {
  for (let from = 0; from < count; from += writeRecords) {
    const ids = Array.from({ length: Math.min(writeRecords, count - from) }, (_, at) => from + at + 1);
    const records = ids.map((id): IndexedRecord => ({
      position: id,
      time: 0,
      kind: 'incident',
      body: incidentOf(id, count),
    }));
    await index.write(records, from + records.length);
  }
}

async function ask(index: IncidentIndex, filter: IncidentFilter): Promise<Record<string, number>> {
  const { total } = await index.find({ ...filter, limit: pageSize });
  return { found: total, ...(await repeated(() => index.find({ ...filter, limit: pageSize }))) };
}

async function deepPage(index: IncidentIndex): Promise<Record<string, number>> {
  const first = await index.find({ state: 'all', limit: 500 });
  const second = await index.find({ state: 'all', limit: 500, after: first.next });
  return repeated(() => index.find({ state: 'all', limit: pageSize, after: second.next }));
}

async function repeated(work: () => Promise<unknown>): Promise<{ median_ms: number; worst_ms: number }> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) took.push(await timed(work));
  return { median_ms: rounded(median(took)), worst_ms: rounded(percentile(took, 100)) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

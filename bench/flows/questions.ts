import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FlowDecoder, FlowRows } from '../../src/observe/flows/index.ts';
import { toBatch } from '../../src/observe/index.ts';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import {
  flowsTable,
  openDuckDb,
  openSegments,
  type DuckDbEngine,
  type Expression,
  type Predicate,
  type Query,
  type Selected,
} from '../../src/store/index.ts';
import { median, rounded, type BenchRow } from '../bench.ts';
import { totals } from './ingest.ts';
import { datagramsOf, makeLoad, scratch, type Load } from './load.ts';
import type { Part } from './part.ts';
import { ask, peerIngest, peerMissing, peerTotals, peerVersion, type PeerIngest } from './peer.ts';
import { cpuSecondsOf } from './processes.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** A day of records as it lies after its hours were sorted: how large it is, and what questions of it cost. */
export const questions: Part = async ({ quick, log }) => {
  const records = quick ? 1_000_000 : 6_000_000;
  const folder = scratch('questions');
  const day = Math.floor(Date.now() / dayMs) * dayMs - 2 * dayMs;
  const version = peerVersion();
  const segments = await openSegments({ directory: join(folder, 'store'), clock: systemClock });
  const engine = openDuckDb({ segments, log: silentLog });
  try {
    const load = makeLoad(folder, { format: 'v9', records, startAt: day, perSecond: records / 86_400 });
    await write(engine, load);
    const bytesOf = () => segments.segments(flowsTable).reduce((sum, segment) => sum + segment.bytes, 0) / records;
    const hot = bytesOf();
    const maintained = await maintain(engine);
    const { rows: counted } = await engine.query(totals);
    log(`stored ${JSON.stringify(counted[0])}, sent ${[load.records, load.packets, load.octets].join(', ')}`);
    const peerFolder = join(folder, 'peer');
    mkdirSync(peerFolder);
    const peer = version === undefined ? undefined : await peerIngest(peerFolder, load, 200_000);
    const rows: BenchRow[] = [sizes(records, { hot, compacted: bytesOf(), ...maintained }, peer)];
    if (peer) log(`nfdump: ${JSON.stringify(await peerTotals(peerFolder))}`);
    for (const question of asked(day)) {
      const own = await measure(engine, question.query);
      const row = { question: question.name, of: records, ...own };
      if (!peer) rows.push(row);
      else {
        const theirs: number[] = [];
        for (let turn = 0; turn < 5; turn++) theirs.push((await ask(peerFolder, ...question.peer(day))).cpuSeconds);
        const nfdump = median(theirs);
        rows.push({ ...row, nfdumpCpuSeconds: rounded(nfdump), cpuOfNfdump: rounded(own.cpuSeconds / nfdump) });
      }
      log(JSON.stringify(rows.at(-1)));
    }
    return { rows, notes: notesOf(version) };
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
};

const notesOf = (version: string | undefined): string[] => [
  version === undefined ? peerMissing : `questions: nfdump ${version}, five runs each, one file with LZ4`,
  'questions: the same datagrams for both; CPU of the query process and of who asks it, both of which run already; wanted of nfdump: top 10 0.33, better 0.17; one host 0.05, better 0.02; 5-tuples 1.0, better 0.5; compacted bytes 0.5 of nfcapd, better 0.42',
];

function sizes(
  records: number,
  ours: { hot: number; compacted: number; compactionCpuSeconds: number },
  peer: PeerIngest | undefined,
): BenchRow {
  const row = {
    size: 'a day of records',
    records,
    hotBytesPerRecord: rounded(ours.hot),
    compactedBytesPerRecord: rounded(ours.compacted),
    maintenanceCpuUsPerRecord: rounded((ours.compactionCpuSeconds * 1e6) / records),
  };
  if (!peer) return row;
  const peerBytes = peer.bytes / records;
  return {
    ...row,
    nfcapdBytesPerRecord: rounded(peerBytes),
    hotOfNfcapd: rounded(ours.hot / peerBytes),
    compactedOfNfcapd: rounded(ours.compacted / peerBytes),
  };
}

async function write(engine: DuckDbEngine, load: Load): Promise<void> {
  const free: FlowRows[] = [];
  let waiting: Promise<void>[] = [];
  const decoder = new FlowDecoder({
    takeRows: () => free.pop() ?? new FlowRows(8192),
    onRows: (rows) => {
      const done = engine.append(toBatch(rows)).then(() => {
        rows.clear();
        free.push(rows);
      });
      waiting.push(done);
    },
  });
  for (const { bytes, at } of datagramsOf(load.file)) {
    decoder.decode(bytes, { exporter: '127.0.0.1', receivedAt: at });
    if (waiting.length < 40) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  decoder.flush();
  await Promise.all(waiting);
}

async function maintain(engine: DuckDbEngine): Promise<{ compactionCpuSeconds: number }> {
  await engine.query(totals);
  const before = cpuSecondsOf(engine.processId ?? 0);
  await engine.maintain();
  return { compactionCpuSeconds: cpuSecondsOf(engine.processId ?? 0) - before };
}

async function measure(engine: DuckDbEngine, query: Query): Promise<{ cpuSeconds: number; wallMs: number }> {
  const cpu: number[] = [];
  const wall: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    // Hundredths of a second are what Linux counts in: several questions make one figure.
    const times = 5;
    const startMs = performance.now();
    const [own, before] = [process.cpuUsage(), cpuSecondsOf(engine.processId ?? 0)];
    for (let time = 0; time < times; time++) await engine.query(query, { deadlineMs: 60_000 });
    const { user, system } = process.cpuUsage(own);
    cpu.push((cpuSecondsOf(engine.processId ?? 0) - before + (user + system) / 1e6) / times);
    wall.push((performance.now() - startMs) / times);
  }
  return { cpuSeconds: rounded(median(cpu)), wallMs: rounded(median(wall)) };
}

const column = (name: string): Expression => ({ column: name });
const selected = (...names: string[]): Selected[] => names.map((name) => ({ name, value: column(name) }));
/** As an answer has it: by what was sampled. */
const octets: Selected = {
  name: 'octets',
  value: { aggregate: 'sum', of: { left: column('bytes'), operator: '*', right: column('sampling') } },
};

interface Asked {
  name: string;
  query: Query;
  peer(day: number): string[];
}

function asked(day: number): Asked[] {
  const whole = { table: flowsTable, from: day - hourMs, to: day + dayMs + hourMs };
  const top = { orderBy: [{ name: 'octets', descending: true }], limit: 10 };
  // The hundredth of those inside by how much it talks: some hundreds of records an hour, all of which are shown.
  const [host, low] = ['10.0.0.99', (0xffffn << 32n) | 0x0a00_0063n];
  const is = (end: string): Predicate => ({
    all: [
      { left: column(`${end}_high`), is: '=', right: { literal: 0 } },
      { left: column(`${end}_low`), is: '=', right: { literal: String(low) } },
    ],
  });
  const ends = ['source_high', 'source_low', 'destination_high', 'destination_low'];
  const tuple = [...ends, 'source_port', 'destination_port', 'protocol'];
  return [
    {
      name: 'top 10 sources by bytes',
      query: { ...whole, select: [...selected('source_high', 'source_low'), octets], ...top },
      peer: () => ['-s', 'srcip/bytes', '-n', '10', '-q'],
    },
    {
      name: 'one host, one hour of 24',
      query: {
        table: flowsTable,
        from: day + 12 * hourMs,
        to: day + 13 * hourMs,
        where: { any: [is('source'), is('destination')] },
        select: selected('ts', ...tuple, 'bytes', 'packets'),
        orderBy: [{ name: 'ts' }],
      },
      peer: (start) => [
        '-t',
        `${clockTime(start + 12 * hourMs)}-${clockTime(start + 13 * hourMs)}`,
        '-q',
        `host ${host}`,
      ],
    },
    {
      name: '5-tuples by bytes, top 10',
      query: { ...whole, select: [...selected(...tuple), octets], ...top },
      peer: () => ['-s', 'record/bytes', '-n', '10', '-q'],
    },
  ];
}

/** As nfdump reads it, by the clock of this machine. */
function clockTime(at: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  const date = new Date(at);
  const days = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('/');
  return `${days}.${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

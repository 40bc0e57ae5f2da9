import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flowsTable, openSegmentsForReading, type Query } from '../../src/store/index.ts';
import { median, rounded, type BenchRow } from '../bench.ts';
import { startCollector, type RunningCollector } from './collector.ts';
import { makeLoad, scratch, type Load } from './load.ts';
import type { Part } from './part.ts';
import { peerIngest, peerMissing, peerTotals, peerVersion, type PeerIngest } from './peer.ts';
import { cpuSecondsOf, residentMb, send } from './processes.ts';

/** Records a second; the next one where others leave so little of the machine that the first loses some. */
const rates = [150_000, 75_000, 30_000] as const;

/** From the socket to the disk: our collector and nfcapd in turns, the same bytes at the same rate. */
export const ingest: Part = async ({ quick, log }) => {
  const records = quick ? 300_000 : 1_000_000;
  const turns = quick ? 2 : 5;
  for (const recordsPerSecond of rates) {
    const folder = scratch('ingest');
    try {
      const load = makeLoad(folder, { format: 'v9', records, startAt: Date.now() - 60_000, perSecond: 100_000 });
      return await compare(folder, { load, turns, recordsPerSecond, log });
    } catch (problem) {
      if (!(problem instanceof Lost)) throw problem;
      log(`${problem.message} at ${recordsPerSecond} records/s`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return { rows: [], notes: ['ingest: records were lost at every rate; the machine has no room for this measurement'] };
};

class Lost extends Error {}

interface Comparison {
  load: Load;
  turns: number;
  recordsPerSecond: number;
  log: (line: string) => void;
}

async function compare(folder: string, { load, turns, recordsPerSecond, log }: Comparison) {
  const version = peerVersion();
  const directory = join(folder, 'ours');
  const ours: number[] = [];
  const theirs: PeerIngest[] = [];
  const collector = await startCollector(directory);
  try {
    // The first turn is for the compiler: a collector runs for months.
    for (let turn = 0; turn <= turns; turn++) {
      const cpuSeconds = await ourIngest(collector, load, recordsPerSecond, turn + 1);
      log(`ours: ${rounded(cpuSeconds)} CPU-s`);
      if (turn > 0) ours.push(cpuSeconds);
      if (version === undefined || turn === 0) continue;
      const peerFolder = join(folder, `peer-${turn}`);
      mkdirSync(peerFolder);
      theirs.push(await peerIngest(peerFolder, load, recordsPerSecond));
      const seen = await peerTotals(peerFolder);
      log(`nfcapd: ${theirs.at(-1)?.cpuSeconds} CPU-s, ${seen.flows} records`);
    }
    const counted = await collector.process.query(totals);
    const times = turns + 1;
    const expected = [load.records * times, String(load.packets * times), String(load.octets * times)];
    if (JSON.stringify(counted.rows[0]) !== JSON.stringify(expected)) {
      throw new Error(`stored ${JSON.stringify(counted.rows[0])}, sent ${JSON.stringify(expected)}`);
    }
    const segments = await openSegmentsForReading({ directory });
    const hot = segments.segments(flowsTable).filter(({ level }) => level === 0);
    const sum = (of: 'rows' | 'bytes') => hot.reduce((total, segment) => total + segment[of], 0);
    const row = {
      ingest: 'v9, full datagrams',
      records: load.records,
      turns,
      cpuSeconds: rounded(median(ours)),
      millionRecordsPerCpuSecond: rounded(load.records / median(ours) / 1e6),
      hotBytesPerRecord: rounded(sum('bytes') / sum('rows')),
      residentMb: rounded(residentMb(collector.pid).most),
    };
    if (theirs.length === 0) return { rows: [row], notes: [peerMissing] };
    return { rows: [withPeer(row, theirs)], notes: notesOf(version, recordsPerSecond) };
  } finally {
    await collector.process.close();
  }
}

const notesOf = (version: string | undefined, recordsPerSecond: number) => [
  `ingest: collector process and nfcapd -y (LZ4) ${version} in turns, at ${recordsPerSecond} records/s over loopback, after a first load that counts for neither; packets and bytes of all records equal those that were sent; wanted 0.5 of its speed, better 0.75, and 0.65 of its bytes, better 0.55`,
];

function withPeer(
  row: { records: number; cpuSeconds: number; hotBytesPerRecord: number } & BenchRow,
  theirs: readonly PeerIngest[],
): BenchRow {
  const cpuSeconds = median(theirs.map((one) => one.cpuSeconds));
  const bytes = median(theirs.map((one) => one.bytes)) / row.records;
  return {
    ...row,
    nfcapdCpuSeconds: rounded(cpuSeconds),
    nfcapdBytesPerRecord: rounded(bytes),
    speedOfNfcapd: rounded(cpuSeconds / row.cpuSeconds),
    bytesOfNfcapd: rounded(row.hotBytesPerRecord / bytes),
  };
}

/** CPU seconds from the first datagram until all is on the disk. */
async function ourIngest(
  collector: RunningCollector,
  load: Load,
  recordsPerSecond: number,
  times: number,
): Promise<number> {
  const before = cpuSecondsOf(collector.pid);
  await send(load, collector.port, recordsPerSecond);
  const stored = await collector.stored(load.records * times);
  if (stored !== load.records * times) throw new Lost(`${load.records * times - stored} records were lost`);
  return cpuSecondsOf(collector.pid) - before;
}

export const totals: Query = {
  table: flowsTable,
  from: 0,
  to: Date.now() + 86_400_000,
  select: [
    { name: 'records', value: { aggregate: 'count' } },
    { name: 'packets', value: { aggregate: 'sum', of: { column: 'packets' } } },
    { name: 'bytes', value: { aggregate: 'sum', of: { column: 'bytes' } } },
  ],
};

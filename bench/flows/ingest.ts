import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openSegmentsForReading, flowsTable, type Query } from '../../src/store/index.ts';
import { median, rounded, type BenchRow } from '../bench.ts';
import { startCollector } from './collector.ts';
import { makeLoad, scratch, type Load } from './load.ts';
import type { Part } from './part.ts';
import { peerIngest, peerMissing, peerTotals, peerVersion, type PeerIngest } from './peer.ts';
import { cpuSecondsOf, residentMb, send } from './processes.ts';

const recordsPerSecond = 150_000;

/** From the socket to the disk: our collector and nfcapd in turns, the same bytes at the same rate. */
export const ingest: Part = async ({ quick, log }) => {
  const records = quick ? 600_000 : 2_000_000;
  const runs = quick ? 1 : 5;
  const folder = scratch('ingest');
  const ours: OurIngest[] = [];
  const theirs: PeerIngest[] = [];
  const version = peerVersion();
  try {
    const load = makeLoad(folder, { format: 'v9', records, startAt: Date.now() - 60_000, perSecond: recordsPerSecond });
    for (let turn = 0; turn < runs; turn++) {
      ours.push(await ourIngest(join(folder, `ours-${turn}`), load));
      log(`ingest: ${JSON.stringify(ours.at(-1))}`);
      if (version === undefined) continue;
      const peerFolder = join(folder, `peer-${turn}`);
      mkdirSync(peerFolder);
      theirs.push(await peerIngest(peerFolder, load, recordsPerSecond));
      log(`nfcapd: ${JSON.stringify(theirs.at(-1))}`);
      const totals = await peerTotals(peerFolder);
      const expected = { flows: load.records, packets: load.packets, octets: load.octets };
      if (JSON.stringify(totals) !== JSON.stringify(expected))
        log(`nfdump counts ${JSON.stringify(totals)} of ${JSON.stringify(expected)}`);
    }
    const cpuSeconds = median(ours.map((one) => one.cpuSeconds));
    const bytes = median(ours.map((one) => one.bytes)) / records;
    const row: BenchRow = {
      ingest: 'v9, full datagrams',
      records,
      cpuSeconds: rounded(cpuSeconds),
      millionRecordsPerCpuSecond: rounded(records / cpuSeconds / 1e6),
      hotBytesPerRecord: rounded(bytes),
      residentMb: rounded(median(ours.map((one) => one.residentMb))),
    };
    if (theirs.length === 0) return { rows: [row], notes: [peerMissing] };
    const peerCpuSeconds = median(theirs.map((one) => one.cpuSeconds));
    const peerBytes = median(theirs.map((one) => one.bytes)) / records;
    const compared = {
      ...row,
      nfcapdCpuSeconds: rounded(peerCpuSeconds),
      nfcapdBytesPerRecord: rounded(peerBytes),
      speedOfNfcapd: rounded(peerCpuSeconds / cpuSeconds),
      bytesOfNfcapd: rounded(bytes / peerBytes),
    };
    return {
      rows: [compared],
      notes: [
        `ingest: collector process and nfcapd -y (LZ4) ${version} in turns, ${runs} each, at ${recordsPerSecond} records/s over loopback; packets and bytes of all records equal those that were sent; wanted 0.5 of its speed, better 0.75, and 0.65 of its bytes, better 0.55`,
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

interface OurIngest {
  cpuSeconds: number;
  bytes: number;
  residentMb: number;
}

async function ourIngest(directory: string, load: Load): Promise<OurIngest> {
  const collector = await startCollector(directory);
  try {
    const before = cpuSecondsOf(collector.pid);
    await send(load, collector.port, recordsPerSecond);
    const stored = await collector.stored(load.records);
    if (stored !== load.records) throw new Error(`${stored} records of ${load.records} were stored`);
    const cpuSeconds = cpuSecondsOf(collector.pid) - before;
    const resident = residentMb(collector.pid).most;
    const segments = await openSegmentsForReading({ directory });
    const bytes = segments.segments(flowsTable).reduce((sum, segment) => sum + segment.bytes, 0);
    const { rows } = await collector.process.query(totals);
    const expected = [load.records, String(load.packets), String(load.octets)];
    if (JSON.stringify(rows[0]) !== JSON.stringify(expected)) {
      throw new Error(`stored ${JSON.stringify(rows[0])}, sent ${JSON.stringify(expected)}`);
    }
    return { cpuSeconds, bytes, residentMb: resident };
  } finally {
    await collector.process.close();
  }
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

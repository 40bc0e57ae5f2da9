import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rounded, type BenchRow } from '../bench.ts';
import { startCollector } from './collector.ts';
import { makeLoad, scratch } from './load.ts';
import type { Part } from './part.ts';
import { cpuSecondsOf, residentMb, send } from './processes.ts';

/** Records a second, and how many of them a datagram has; undefined for full ones. */
const rates = [{ perSecond: 250_000 }, { perSecond: 400_000 }, { perSecond: 50_000, recordsOfDatagram: 1 }] as const;

/** What is lost at which rate, sender and collector on the same cores. */
export const rate: Part = async ({ quick, log }) => {
  const seconds = quick ? 5 : 30;
  const folder = scratch('rate');
  const rows: BenchRow[] = [];
  try {
    for (const [place, { perSecond, ...shape }] of rates.entries()) {
      const records = Math.min(1_000_000, perSecond * 5);
      const load = makeLoad(folder, { format: 'v9', records, startAt: Date.now() - 60_000, perSecond, ...shape });
      const collector = await startCollector(join(folder, `store-${place}`));
      try {
        const times = Math.round((perSecond * seconds) / records);
        const before = cpuSecondsOf(collector.pid);
        const sent = await send(load, collector.port, perSecond, times);
        const stored = await collector.stored(sent.records);
        const cpuSeconds = cpuSecondsOf(collector.pid) - before;
        const row = {
          rate: `${perSecond} records/s, ${Math.round(load.records / load.datagrams)} a datagram`,
          sentPerSecond: rounded(sent.perSecond),
          datagramsPerSecond: rounded((sent.perSecond / load.records) * load.datagrams),
          records: sent.records,
          lost: sent.records - stored,
          cpuShare: rounded(cpuSeconds / (sent.records / sent.perSecond)),
          residentMb: rounded(residentMb(collector.pid).most),
        };
        log(JSON.stringify(row));
        rows.push(row);
      } finally {
        await collector.process.close();
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return {
    rows,
    notes: [
      `rate: ${seconds} s each; wanted without loss: 250,000 records/s and 50,000 datagrams/s, better 400,000 records/s; the sender is a process of Node on the same cores`,
    ],
  };
};

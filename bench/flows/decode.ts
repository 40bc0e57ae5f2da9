import { rmSync } from 'node:fs';
import { FlowDecoder, FlowRows, generatedFormats, SflowDecoder } from '../../src/observe/flows/index.ts';
import { median, rounded, type BenchRow } from '../bench.ts';
import { datagramsOf, makeLoad, scratch } from './load.ts';
import type { Part } from './part.ts';

const rowsAtOnce = 8192;

/** Bytes into columns, and nothing else: no socket, no disk. */
export const decode: Part = async ({ quick, log }) => {
  const records = quick ? 500_000 : 2_000_000;
  const folder = scratch('decode');
  const rows: BenchRow[] = [];
  try {
    for (const format of generatedFormats) {
      const { file } = makeLoad(folder, {
        format,
        records,
        startAt: Date.now() - 3_600_000,
        perSecond: records / 3000,
      });
      const datagrams = [...datagramsOf(file)];
      const rates = Array.from({ length: 5 }, () => {
        let kept = new FlowRows(rowsAtOnce);
        let decoded = 0;
        const onRows = (full: FlowRows) => {
          decoded += full.rows;
          full.clear();
          kept = full;
        };
        const options = { rowsAtOnce, onRows, takeRows: () => kept };
        const decoder = format === 'sflow' ? new SflowDecoder(options) : new FlowDecoder(options);
        const before = process.cpuUsage();
        for (const { bytes, at } of datagrams) decoder.decode(bytes, { exporter: '127.0.0.1', receivedAt: at });
        decoder.flush();
        const { user, system } = process.cpuUsage(before);
        if (decoded !== records) throw new Error(`${format}: ${decoded} records of ${records}`);
        return records / (user + system);
      });
      log(`decode ${format}: ${rates.map((rate) => rate.toFixed(2)).join(' ')} M records/CPU-s`);
      rows.push({ decode: format, records, millionRecordsPerCpuSecond: rounded(median(rates)) });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { rows, notes: ['decode: wanted 4 million records a CPU second, better 8; median of five'] };
};

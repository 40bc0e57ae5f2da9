import { expect, test } from 'vitest';
import { flowsTable } from '../../store/index.ts';
import { FlowRows } from './decode/flow-rows.ts';
import { toBatch } from './sink.ts';

test('a batch has every column of the table, as long as there are rows, after every pass', () => {
  const rows = new FlowRows(16);
  rows.rows = 3;
  rows.narrow.sampling.set([0, 1, 100]);
  rows.narrow.rtt_us.set([0, 1500, 0]);
  rows.wide.bytes.set([7n, 2n ** 60n, 9n]);
  const seen: number[] = [];
  const batch = toBatch(rows, [
    (given) => {
      // Passes come first: what nobody sampled is still 0 for them.
      seen.push(...given.narrow.sampling.subarray(0, given.rows));
      given.narrow.source_network.fill(5, 0, given.rows);
    },
  ]);
  expect(seen).toEqual([0, 1, 100]);
  expect(Object.keys(batch.columns).sort()).toEqual(Object.keys(flowsTable.columns).sort());
  for (const column of Object.values(batch.columns)) expect(column).toHaveLength(3);
  expect([...batch.columns['sampling']!]).toEqual([1, 1, 100]);
  expect([...batch.columns['source_network']!]).toEqual([5, 5, 5]);
  expect(batch.columns['rtt_bucket']![0]).toBe(0);
  expect(batch.columns['rtt_bucket']![1]).toBeGreaterThan(0);
  expect(batch.columns['bytes']![1]).toBe(2n ** 60n);
});

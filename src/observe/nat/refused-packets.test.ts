import { expect, test } from 'vitest';
import type { ConntrackStatistics } from '../../platform/index.ts';
import { RowWriter } from '../flows/conntrack/row-writer.ts';
import type { FlowRows } from '../flows/decode/flow-rows.ts';
import { natInsights } from './insights.ts';
import { Peaks } from './peaks.ts';
import { RefusalCounter } from './refusals.ts';
import { RefusedPackets } from './refused-packets.ts';

const counted = (given: Partial<ConntrackStatistics>): ConntrackStatistics => ({
  insertFailed: [0, 0],
  dropped: [0, 0],
  earlyDropped: [0, 0],
  chainTooLong: [0, 0],
  connections: 0,
  most: 100,
  ...given,
});

test('counters are differences on each processor, and wrap on each', () => {
  const counter = new RefusalCounter();
  expect(counter.offer(counted({ insertFailed: [7, 2 ** 32 - 2], dropped: [9, 2 ** 32 - 1] }))).toEqual({
    entry: 0,
    room: 0,
  });
  expect(counter.offer(counted({ insertFailed: [8, 1], dropped: [12, 2] }))).toEqual({ entry: 4, room: 2 });
  const chains = { insertFailed: [13, 1], dropped: [17, 2], chainTooLong: [4, 0] };
  expect(counter.offer(counted(chains))).toEqual({ entry: 1, room: 0 });
  // A processor that was not there before begins at what it has.
  expect(counter.offer(counted({ ...chains, insertFailed: [13, 1, 50], dropped: [17, 2, 50] }))).toEqual({
    entry: 0,
    room: 0,
  });
});

function refusals() {
  const taken: FlowRows[] = [];
  const writer = new RowWriter({ take: (rows) => taken.push(rows) }, 7);
  const said: string[] = [''];
  const reason = (text: string) => (said.includes(text) ? said.indexOf(text) : said.push(text) - 1);
  const refused = new RefusedPackets({ writer, reason, attempts: undefined });
  refused.offer(counted({}), 0);
  const rows = () => {
    writer.flush();
    return taken
      .splice(0)
      .flatMap(({ rows: count, wide, narrow }) =>
        Array.from({ length: count }, (_, row) => [
          Number(wide.packets[row]),
          narrow.event[row],
          said[narrow.reason[row] ?? 0],
        ]),
      );
  };
  return { refused, rows };
}

test('where pools are nearly empty it was no want of ports', () => {
  const { refused, rows } = refusals();
  expect(refused.offer(counted({ insertFailed: [3, 0], dropped: [3, 0] }), 1000)).toBe(true);
  refused.settle(0.4, 1500, 2499);
  expect(rows()).toEqual([]);
  refused.settle(0.4, 1500, 2500);
  expect(rows()).toEqual([[3, 0, 'connections clashed']]);
  expect(refused.totals).toEqual({ ports: 0, clashes: 3, room: 0 });
  expect(refused.times).toBeUndefined();
});

test('it is judged by a listing that came afterwards, and at the end in any case', () => {
  const { refused, rows } = refusals();
  refused.offer(counted({ insertFailed: [3, 0], dropped: [3, 0] }), 1000);
  refused.settle(0.4, 999, 60_000);
  expect(rows()).toEqual([]);
  refused.close(1, 61_000);
  expect(rows()).toEqual([[3, 12, 'NAT ports exhausted']]);
  expect(refused.times).toEqual({ ports: 3, firstAt: 1000, lastAt: 1000 });
});

test('a full table of connections is another matter', () => {
  const { refused, rows } = refusals();
  expect(refused.offer(counted({ dropped: [0, 5] }), 1000)).toBe(false);
  expect(rows()).toEqual([[5, 0, 'connection table full']]);
  expect(refused.totals).toEqual({ ports: 0, clashes: 0, room: 5 });
});

test('a pool is worth an insight from the share that was set on, and its peak stays', () => {
  const pool = {
    rule: '',
    address: '192.0.2.1',
    protocol: 6,
    ports: 10,
    destination: '192.0.2.9',
    destinationPort: 443,
    translations: 9,
  };
  const peaks = new Peaks();
  peaks.add([{ ...pool, used: 8 }], 1000);
  const [now] = peaks.add([{ ...pool, used: 7 }], 2000);
  if (!now) throw new Error('expected a pool');
  expect(now).toMatchObject({ share: 0.7, peakShare: 0.8, peakAt: '1970-01-01T00:00:01.000Z' });
  expect(natInsights([now], undefined, 0.8, 3000)).toEqual([]);
  expect(natInsights([now], undefined, 0.7, 3000)).toMatchObject([{ severity: 'warning', subject: '192.0.2.1' }]);
  const dropped = natInsights([now], { ports: 4, firstAt: 1, lastAt: 2 }, 0.8, 3000);
  expect(dropped).toMatchObject([{ severity: 'critical', figures: { packets: 4 } }]);
});

import { expect, test } from 'vitest';
import { flowNatSchema } from '../../model/index.ts';
import type { ConntrackStatistics, LoggedPacket } from '../../platform/index.ts';
import { entryOf } from '../flows/conntrack/entry.fixture.ts';
import { RowWriter } from '../flows/conntrack/row-writer.ts';
import type { FlowRows } from '../flows/decode/flow-rows.ts';
import { NatWatch } from './nat-watch.ts';

/** A first packet of 10.0.0.5 to 192.0.2.80, before its source is translated. */
const packetOf = (port: number): LoggedPacket => {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt8(0x45, 0);
  bytes.writeUInt8(17, 9);
  bytes.set([10, 0, 0, 5, 192, 0, 2, 80], 12);
  bytes.writeUInt16BE(port, 20);
  bytes.writeUInt16BE(443, 22);
  return { prefix: '', mark: 0, bytes };
};
const begun = (port: number) =>
  entryOf({ sourcePort: port, protocol: 17, translated: { source: '198.51.100.1', port: 1024 + (port % 10) } });

const ruleset = {
  nftables: [
    {
      rule: {
        family: 'ip',
        table: 'nat',
        chain: 'post',
        expr: [{ masquerade: { port: { range: [1024, 1033] } } }],
      },
    },
  ],
};

async function watched() {
  const taken: FlowRows[] = [];
  const packets: LoggedPacket[] = [];
  const scripts: string[] = [];
  let failed = 0;
  let asked = 0;
  const watch = new NatWatch({
    writer: new RowWriter({ take: (rows) => taken.push(rows) }, 7),
    tap: {
      statistics: (): ConntrackStatistics => ({
        insertFailed: [failed],
        dropped: [failed],
        earlyDropped: [0],
        chainTooLong: [0],
        connections: 5,
        most: 100,
      }),
    },
    parts: {
      readNftRuleset: () => Promise.resolve(ruleset),
      applyNft: (script) => {
        scripts.push(script);
        return Promise.resolve();
      },
      openPacketLog: () => ({
        read: (onPacket) => {
          for (const packet of packets.splice(0)) onPacket(packet);
          return true;
        },
        close: () => undefined,
      }),
    },
    settings: flowNatSchema.parse({ 'name-victims': true }),
    reason: () => 1,
    listSoon: () => asked++,
    beganAt: 0,
  });
  await watch.settled();
  return { watch, packets, scripts, taken, fail: (count: number) => (failed += count), asked: () => asked };
}

/** Ten connections that got a port, and as many packets more that got none. */
function exhaust({ watch, packets, fail }: Awaited<ReturnType<typeof watched>>, more: number): void {
  for (let port = 1; port <= 10 + more; port++) packets.push(packetOf(port));
  for (let port = 1; port <= 10; port++) watch.begun(begun(port), 1000);
  fail(more);
}

function settle({ watch }: Awaited<ReturnType<typeof watched>>): void {
  watch.look(1000);
  for (let port = 1; port <= 10; port++) watch.listed(begun(port));
  watch.listedAll(1500);
  for (const now of [2000, 3000, 4000]) watch.look(now);
}

test('packets that found no port have their senders, and a listing is asked for to see how full pools are', async () => {
  const given = await watched();
  exhaust(given, 5);
  settle(given);
  expect(given.asked()).toBe(1);
  expect(given.watch.status(5000)).toMatchObject({
    created: 10,
    refused: { ports: 5, clashes: 0 },
    named: 5,
    namesVictims: true,
    pools: [{ used: 10, share: 1, rule: 'ip nat post: masquerade to :1024-1033' }],
    problems: [],
  });
  await given.watch.close(6000);
  expect(given.scripts.map((script) => script.includes('chain attempts'))).toEqual([true, false]);
});

test('where beginnings were missed nobody is named who may have got through', async () => {
  const given = await watched();
  exhaust(given, 5);
  given.watch.missed(1000);
  settle(given);
  expect(given.watch.status(5000)).toMatchObject({ refused: { ports: 5 }, named: 0 });
  const drops = given.taken.flatMap(({ rows, narrow, wide }) =>
    Array.from({ length: rows }, (_, row) => [narrow.kind[row], Number(wide.packets[row])]).filter(
      ([kind]) => kind === 3,
    ),
  );
  expect(drops).toEqual([[3, 5]]);
  await given.watch.close(6000);
});

import { expect, test } from 'vitest';
import { flowKinds, natLogQuestionSchema, type NatLogQuestion } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { openMemoryEngine, type Labels } from '../../store/index.ts';
import { wordsOf } from '../flows/enrich/address-words.ts';
import { FlowRows } from '../flows/decode/flow-rows.ts';
import { toBatch } from '../flows/sink.ts';
import { readNatLog } from './read-log.ts';

const at = Date.parse('2026-03-01T12:00:00.000Z');
const labels = new Map<number, Labels>([
  [1, { kind: 'exporter', address: 'router', protocol: 'conntrack', domain: '0' }],
  [2, { kind: 'exporter', address: '192.0.2.99', protocol: 'netflow9', domain: '0' }],
  [3, { kind: 'reason', text: 'connections clashed' }],
  [4, { kind: 'reason', text: 'some rule' }],
]);

interface Given {
  kind: (typeof flowKinds)[number];
  event?: number;
  exporter?: number;
  source?: string;
  natSource?: string;
  natPort?: number;
  reason?: number;
  packets?: number;
}

async function log(given: readonly Given[], question: Partial<NatLogQuestion> = {}) {
  const rows = new FlowRows(given.length);
  given.forEach((one, row) => {
    const address = (name: 'source' | 'nat_source' | 'destination' | 'nat_destination', text: string | undefined) => {
      const [a = 0, b = 0, c = 0, d = 0] = text === undefined ? [] : (wordsOf(text) ?? []);
      rows.wide[`${name}_high`][row] = (BigInt(a) << 32n) | BigInt(b);
      rows.wide[`${name}_low`][row] = (BigInt(c) << 32n) | BigInt(d);
    };
    rows.wide.ts[row] = BigInt(at + row);
    rows.narrow.kind[row] = flowKinds.indexOf(one.kind);
    rows.narrow.event[row] = one.event ?? 0;
    rows.narrow.exporter[row] = one.exporter ?? 1;
    rows.narrow.source_port[row] = 1000;
    rows.narrow.reason[row] = one.reason ?? 0;
    rows.wide.packets[row] = BigInt(one.packets ?? 0);
    address('source', one.source ?? '10.0.0.5');
    address('destination', '203.0.113.9');
    address('nat_destination', one.natSource === undefined ? undefined : '203.0.113.9');
    address('nat_source', one.natSource);
    rows.narrow.nat_source_port[row] = one.natPort ?? 0;
  });
  rows.rows = given.length;
  const engine = openMemoryEngine({ clock: new ManualClock(at) });
  await engine.append(toBatch(rows));
  const asked = natLogQuestionSchema.parse({
    from: '2026-03-01T11:00:00.000Z',
    to: '2026-03-01T13:00:00.000Z',
    ...question,
  });
  const found = await readNatLog(asked, { query: (query) => engine.query(query), labels });
  await engine.close();
  return found;
}

const everything: Given[] = [
  { kind: 'traffic' },
  { kind: 'nat', event: 1, natSource: '198.51.100.1', natPort: 1024 },
  { kind: 'nat', event: 12, exporter: 2 },
  { kind: 'nat', event: 5, natSource: '198.51.100.1', natPort: 1024 },
  { kind: 'firewall', event: 3, exporter: 2 },
  { kind: 'firewall', event: 1, exporter: 2 },
  { kind: 'firewall', event: 1, exporter: 2, natSource: '198.51.100.2', natPort: 1000 },
  { kind: 'drop', event: 12, packets: 1 },
  { kind: 'drop', reason: 3, packets: 2 },
  { kind: 'drop', reason: 4 },
];

test('all that tells of translation, newest first, and nothing else', async () => {
  const { entries, more } = await log(everything);
  expect(more).toBe(false);
  expect(entries.map(({ event, ok, gateway }) => `${gateway} ${event} ${ok}`)).toEqual([
    'router refused false',
    'router ports-exhausted false',
    '192.0.2.99 created true',
    '192.0.2.99 created true',
    '192.0.2.99 denied false',
    'router ended true',
    '192.0.2.99 ports-exhausted false',
    'router created true',
  ]);
  expect(entries[0]).toMatchObject({ packets: 2, reason: 'connections clashed' });
});

test('errors only, and translations only', async () => {
  const errors = await log(everything, { show: 'errors' });
  expect(errors.entries.map(({ event }) => event)).toEqual(['refused', 'ports-exhausted', 'denied', 'ports-exhausted']);
  const made = await log(everything, { show: 'translations' });
  expect(made.entries.map(({ event, translatedSource }) => `${event} ${translatedSource}`)).toEqual([
    'created 198.51.100.2',
    'ended 198.51.100.1',
    'created 198.51.100.1',
  ]);
});

test('an end that stayed as it was is not translated, and nobody has no address', async () => {
  const { entries } = await log([
    { kind: 'nat', event: 1, natSource: '198.51.100.1', natPort: 1024 },
    { kind: 'nat', event: 1, natSource: '10.0.0.5', natPort: 1000 },
    { kind: 'drop', event: 12, source: '::', packets: 30 },
  ]);
  expect(entries[2]).toMatchObject({
    at: '2026-03-01T12:00:00.000Z',
    source: '10.0.0.5',
    translatedSource: '198.51.100.1',
    translatedSourcePort: 1024,
    translatedDestination: '',
    gateway: 'router',
    protocolOfGateway: 'conntrack',
  });
  expect(entries[1]).toMatchObject({ translatedSource: '', translatedSourcePort: 0 });
  expect(entries[0]).toMatchObject({ source: '', packets: 30, ok: false });
});

test('a limit says that there is more', async () => {
  const { entries, more } = await log(everything, { limit: 3 });
  expect([entries.length, more]).toEqual([3, true]);
  const earlier = await log(everything, { to: '2026-03-01T12:00:00.002Z' });
  expect(earlier.entries).toHaveLength(1);
});

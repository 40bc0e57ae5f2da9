import { expect, test } from 'vitest';
import { flowKinds, natHoldersQuestionSchema, type NatHoldersQuestion } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { openMemoryEngine } from '../../store/index.ts';
import { FlowRows } from '../flows/decode/flow-rows.ts';
import { wordsOf } from '../flows/enrich/address-words.ts';
import { toBatch } from '../flows/sink.ts';
import { findNatHolders } from './holders.ts';

const noon = Date.parse('2026-03-01T12:00:00.000Z');
const second = 1000;
/** IPFIX element 230. */
const [begun, ended] = [4, 5];

interface Given {
  seconds: number;
  event: number;
  source: string;
  outside?: string;
  port: number;
  durationMs?: number;
}

async function holders(given: readonly Given[], question: Partial<NatHoldersQuestion> = {}) {
  const rows = new FlowRows(given.length);
  given.forEach((one, row) => {
    const set = (name: 'source' | 'destination' | 'nat_source', text: string) => {
      const [a = 0, b = 0, c = 0, d = 0] = wordsOf(text) ?? [];
      rows.wide[`${name}_high`][row] = (BigInt(a) << 32n) | BigInt(b);
      rows.wide[`${name}_low`][row] = (BigInt(c) << 32n) | BigInt(d);
    };
    rows.wide.ts[row] = BigInt(noon + one.seconds * second);
    rows.narrow.kind[row] = flowKinds.indexOf('nat');
    rows.narrow.event[row] = one.event;
    rows.narrow.protocol[row] = 17;
    rows.narrow.source_port[row] = 5000;
    rows.narrow.nat_source_port[row] = one.port;
    rows.narrow.duration_ms[row] = one.durationMs ?? 0;
    set('source', one.source);
    set('destination', '203.0.113.9');
    set('nat_source', one.outside ?? '198.51.100.1');
  });
  rows.rows = given.length;
  const engine = openMemoryEngine({ clock: new ManualClock(noon + 86_400_000) });
  await engine.append(toBatch(rows));
  const asked = natHoldersQuestionSchema.parse({
    address: '198.51.100.1',
    port: 40_000,
    at: new Date(noon).toISOString(),
    ...question,
  });
  const found = await findNatHolders(asked, { query: (query) => engine.query(query), labels: new Map() });
  await engine.close();
  return found.holders.map(({ source, from, to }) => [source, from?.slice(11, 19), to?.slice(11, 19)]);
}

/** One port, three holders one after the other, and others who have nothing to do with it. */
const day: readonly Given[] = [
  { seconds: -90, event: begun, source: '10.0.0.1', port: 40_000 },
  { seconds: -40, event: ended, source: '10.0.0.1', port: 40_000, durationMs: 50_000 },
  { seconds: -30, event: begun, source: '10.0.0.2', port: 40_000 },
  { seconds: 20, event: ended, source: '10.0.0.2', port: 40_000, durationMs: 50_000 },
  { seconds: 30, event: begun, source: '10.0.0.3', port: 40_000 },
  { seconds: -30, event: begun, source: '10.0.0.4', port: 40_001 },
  { seconds: -30, event: begun, source: '10.0.0.5', port: 40_000, outside: '198.51.100.2' },
];

test('the one who had the port then, not those before, after, or of other ports and addresses', async () => {
  expect(await holders(day)).toEqual([['10.0.0.2', '11:59:30', '12:00:20']]);
});

test('who has it still has no end, and a clock that is off is allowed for', async () => {
  const at = new Date(noon + 60 * second).toISOString();
  expect(await holders(day, { at })).toEqual([['10.0.0.3', '12:00:30', undefined]]);
  expect((await holders(day, { slackMs: 40_000 })).map(([source]) => source)).toEqual([
    '10.0.0.3',
    '10.0.0.2',
    '10.0.0.1',
  ]);
});

test('without a port, everybody who had the address', async () => {
  const found = await holders(day, { port: undefined });
  expect(new Set(found.map(([source]) => source))).toEqual(new Set(['10.0.0.2', '10.0.0.4']));
});

test('an end without a beginning counts as long as it says, a beginning without an end until the next', async () => {
  expect(await holders([{ ...day[3]!, durationMs: 60_000 }])).toEqual([['10.0.0.2', '11:59:20', '12:00:20']]);
  expect(await holders([{ ...day[3]!, durationMs: 0 }])).toEqual([]);
  const again = [-600, -300, -100].map((seconds): Given => ({ ...day[2]!, seconds }));
  expect(await holders(again)).toEqual([['10.0.0.2', '11:58:20', undefined]]);
});

test('what is no address is refused', () => {
  const read = natHoldersQuestionSchema.safeParse({ address: '198.51.100', at: new Date(noon).toISOString() });
  expect(read.success).toBe(false);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { QwError, type UplinkSwitch } from '../../model/index.ts';
import { createLog, nodeDisk } from '../../platform/index.ts';
import { Outbox, type UplinkRecord } from './outbox.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/qw-outbox-`);
});
afterEach(() => rmSync(folder, { recursive: true }));

const record = (number: number): UplinkRecord => ({
  kind: 'uplink-switch',
  record: { id: `w1/${number}/4`, watcher: 'w1' } as UplinkSwitch,
});
const lines: string[] = [];
const log = createLog({ level: 'warning', format: 'json', write: (line) => void lines.push(line) });
const ids = (outbox: Outbox) => outbox.waiting.map((one) => one.record.id);

/** An outbox whose ledger answers as told. */
async function outboxWith(answer: (record: UplinkRecord) => unknown) {
  const told: string[] = [];
  const propose = async (one: UplinkRecord) => {
    const problem = answer(one);
    if (problem !== undefined) throw problem;
    told.push(one.record.id);
  };
  const outbox = new Outbox({ disk: nodeDisk, folder, log, propose });
  await outbox.open();
  return { outbox, told };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

test('what cannot be ordered waits in order, over a restart too, and is told once there is a quorum', async () => {
  const nobody = new QwError('OVERLOADED', 'no quorum', { facts: { outcome: 'unknown' } });
  const before = await outboxWith(() => nobody);
  for (const number of [1, 2, 3]) before.outbox.add(record(number));
  expect(ids(before.outbox)).toEqual(['w1/1/4', 'w1/2/4', 'w1/3/4']);
  await before.outbox.close();
  const after = await outboxWith(() => undefined);
  expect(ids(after.outbox)).toEqual(['w1/1/4', 'w1/2/4', 'w1/3/4']);
  after.outbox.retry();
  await until(() => after.outbox.waiting.length === 0);
  expect(after.told).toEqual(['w1/1/4', 'w1/2/4', 'w1/3/4']);
  await after.outbox.close();
  const empty = await outboxWith(() => undefined);
  expect(empty.outbox.waiting).toEqual([]);
});

test('what is in the ledger already, and what the ledger will never take, holds up nothing', async () => {
  const executed = new QwError('CONFLICT', 'in the ledger already', { facts: { executed: true } });
  const refused = new QwError('BAD_INPUT', 'not valid');
  const { outbox, told } = await outboxWith(({ record: { id } }) =>
    id === 'w1/1/4' ? executed : id === 'w1/2/4' ? refused : undefined,
  );
  for (const number of [1, 2, 3]) outbox.add(record(number));
  await until(() => outbox.waiting.length === 0);
  expect(told).toEqual(['w1/3/4']);
  await outbox.close();
});

test('of too many the oldest are kept', async () => {
  const { outbox } = await outboxWith(() => new QwError('OVERLOADED', 'no quorum'));
  for (let number = 0; number < 600; number++) outbox.add(record(number));
  expect(outbox.waiting).toHaveLength(500);
  expect(ids(outbox).at(-1)).toBe('w1/499/4');
  await outbox.close();
});

import { expect, test } from 'vitest';
import type { Applied } from '../agree/index.ts';
import { QwError, type SignedRequest } from '../model/index.ts';
import { ManualClock } from '../platform/index.ts';
import { Proposer } from './proposer.ts';

const applied: Applied = { sequence: 1, time: 0, entries: [] };
const unknown = new QwError('UNREACHABLE', 'nobody answered in time', { facts: { outcome: 'unknown' } });
const executed = new QwError('CONFLICT', 'was executed already', { facts: { executed: true } });

function rig(answers: (Applied | QwError)[], lastNumber = 0) {
  const seen: SignedRequest[] = [];
  let signatures = 0;
  const proposer = new Proposer({
    clock: new ManualClock(5000),
    machine: { network: 'n', lastNumber: () => lastNumber },
    signer: { name: 'w1', publicKey: Buffer.alloc(32), sign: () => Buffer.alloc(64, (signatures += 1)) },
    replica: {
      propose: async (bytes) => {
        seen.push(JSON.parse(Buffer.from(bytes).toString()) as SignedRequest);
        const answer = answers.shift() ?? applied;
        if (answer instanceof QwError) throw answer;
        return answer;
      },
    },
  });
  return { proposer, seen, numbers: () => seen.map(({ number }) => number), signatures: () => signatures };
}

test('numbers go up one by one, from the clock or from what the ledger knows', async () => {
  const { proposer, numbers, seen } = rig([]);
  for (let i = 0; i < 3; i++) await proposer.propose({ kind: 'tick' });
  expect(numbers()).toEqual([5001, 5002, 5003]);
  expect(seen[0]).toMatchObject({ signer: 'w1', request: { kind: 'tick' } });
  const later = rig([], 9000);
  await later.proposer.propose({ kind: 'tick' });
  expect(later.numbers()).toEqual([10_001]);
});

test('when nobody knows what became of it, the same is handed in again: then it is done or found done', async () => {
  const again = rig([unknown, applied]);
  expect(await again.proposer.propose({ kind: 'tick' })).toBe(applied);
  expect(again.numbers()).toEqual([5001, 5001]);
  expect(again.signatures()).toBe(1);
  const found = rig([unknown, executed]);
  expect(await found.proposer.propose({ kind: 'tick' })).toEqual({ sequence: 0, time: 0, entries: [] });
});

test('while too few members are reached, asking again is left to who asked', async () => {
  const facts = { outcome: 'unknown', reached: 2, needed: 3 };
  const apart = rig([new QwError('OVERLOADED', 'not ordered within 15 s', { facts })]);
  await expect(apart.proposer.propose({ kind: 'tick' })).rejects.toThrow('not ordered');
  expect(apart.numbers()).toHaveLength(1);
  const slow = rig([new QwError('OVERLOADED', 'not ordered within 15 s', { facts: { ...facts, reached: 3 } })]);
  expect(await slow.proposer.propose({ kind: 'tick' })).toBe(applied);
});

test('what is refused stays refused, and patience ends', async () => {
  const refused = rig([new QwError('CONFLICT', 'is resolved')]);
  await expect(refused.proposer.propose({ kind: 'tick' })).rejects.toThrow('is resolved');
  const forgotten = rig([unknown, new QwError('CONFLICT', 'too late', { facts: { outcome: 'forgotten' } })]);
  await expect(forgotten.proposer.propose({ kind: 'tick' })).rejects.toThrow('too late');
  const lost = rig([unknown, unknown, unknown]);
  await expect(lost.proposer.propose({ kind: 'tick' })).rejects.toBe(unknown);
  expect(lost.numbers()).toHaveLength(3);
});

import { expect, test } from 'vitest';
import { createVerifier, VerdictMachine } from '../agree/index.ts';
import type { LedgerRequest } from '../model/index.ts';
import { ManualClock, silentLog } from '../platform/index.ts';
import { soloGenesis } from './genesis-file.ts';
import { Presence } from './presence.ts';
import type { Proposer } from './proposer.ts';
import { readDocument } from './read-document.ts';
import { Recurring } from './recurring.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const solo = soloGenesis({ name: 'w1', publicKey: Buffer.alloc(32), sign: () => Buffer.alloc(64) }, 0, '0'.repeat(32));
const watchers = ['w1', 'w2', 'w3', 'w4', 'eye'].map((id, at) => ({
  number: at + 1,
  id,
  publicKey: String(at).padStart(64, '0'),
  address: '',
  role: id === 'eye' ? ('observer' as const) : ('member' as const),
  site: '',
}));

function rig(given: { due?: boolean; silent?: string[]; fails?: boolean } = {}) {
  const machine = new VerdictMachine({
    genesis: { ...solo, protocol: 'pbft', watchers, nextNumber: 6 },
    readConfiguration: readDocument,
    verify: createVerifier(),
  });
  const view = machine.view(0);
  Object.defineProperty(view, 'silent', { value: given.silent ?? [] });
  machine.view = () => view;
  machine.isDue = () => given.due ?? false;
  const asked: LedgerRequest[] = [];
  const propose: Proposer['propose'] = async (request) => {
    asked.push(request);
    if (given.fails) throw new Error('nobody answers');
    return { sequence: 1, time: 0, entries: [] };
  };
  return { machine, view, asked, proposer: { propose } as Proposer, clock: new ManualClock(), log: silentLog };
}

test.each([
  ['w1', [], 1],
  ['w2', [], 2],
  ['w4', [], 4],
  ['w2', ['w1'], 1],
  ['w4', ['w1', 'w3'], 2],
])('%s, when %j are silent, lets time pass at look %i', (id, silent, look) => {
  const parts = rig({ due: true, silent });
  const recurring = new Recurring({ ...parts, id });
  for (let at = 1; at < look; at++) recurring.look();
  expect(parts.asked).toEqual([]);
  recurring.look();
  expect(parts.asked).toEqual([{ kind: 'tick' }]);
});

test('time is asked for once, however long the members take to agree', async () => {
  const parts = rig({ due: true });
  let answer: (() => void) | undefined;
  const slow: Proposer['propose'] = async (request) => {
    const applied = await parts.proposer.propose(request);
    await new Promise<void>((resolve) => (answer = resolve));
    return applied;
  };
  const recurring = new Recurring({ ...parts, id: 'w1', proposer: { propose: slow } as Proposer });
  for (let at = 0; at < 20; at++) recurring.look();
  await turn();
  expect(parts.asked).toHaveLength(1);
  answer?.();
  await turn();
  recurring.look();
  expect(parts.asked).toHaveLength(2);
});

test('an observer leaves time to the members, and nobody asks when nothing is due', () => {
  const due = rig({ due: true });
  const eye = new Recurring({ ...due, id: 'eye' });
  for (let at = 0; at < 20; at++) eye.look();
  expect(due.asked).toEqual([]);
  const idle = rig();
  new Recurring({ ...idle, id: 'w1' }).look();
  expect(idle.asked).toEqual([]);
});

test('the first configuration is handed in again until something is in force', async () => {
  const parts = rig({ fails: true });
  const first = { document: { watch: [] }, source: { kind: 'file' as const }, file: 'first' };
  const recurring = new Recurring({ ...parts, id: 'w3', first });
  recurring.look();
  recurring.look();
  expect(parts.asked).toHaveLength(1);
  await turn();
  recurring.look();
  expect(parts.asked).toMatchObject([{ kind: 'configure', body: { by: 'first' } }, { kind: 'configure' }]);
  await turn();
  Object.defineProperty(parts.view, 'inForce', { value: {} });
  recurring.look();
  expect(parts.asked).toHaveLength(2);
});

test('a member says once whom it does not hear, again when that changes or was not agreed; an observer never', async () => {
  const parts = rig({ fails: true });
  const heard = new Map([['w2', 0]]);
  const replica = { heard: () => heard } as never;
  const presence = new Presence({ ...parts, replica, self: 'w1' });
  const eye = rig();
  const observer = new Presence({ ...eye, replica, self: 'eye' });
  for (let seconds = 0; seconds < 7; seconds++) {
    presence.look();
    observer.look();
    parts.clock.advance(1000);
    eye.clock.advance(1000);
    await turn();
  }
  expect(parts.asked).toEqual(Array.from({ length: 2 }, () => ({ kind: 'presence', silent: ['w3', 'w4', 'eye'] })));
  expect(eye.asked).toEqual([]);
  parts.view.notHeardBy = () => ['w3', 'w4', 'eye'];
  presence.look();
  expect(parts.asked).toHaveLength(2);
});

import { expect, test } from 'vitest';
import { assert, type Configuration, type LedgerRequest, type OpinionState } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { createVerifier } from '../crypto/signer.ts';
import { FaultyDisk } from '../journal/faulty-disk.ts';
import { allEntries, signerOf } from '../runtime/counter.fixture.ts';
import { openReplica } from '../runtime/open-replica.ts';
import { VerdictMachine } from './machine.ts';
import { bodies, notify, testCheck, testConfiguration, testGenesis, testOpinion } from './machine.fixture.ts';
import { signRequest } from './signed-request.ts';

const signer = signerOf('office');
const publicKey = signer.publicKey.toString('hex');
const member = { number: 1, id: 'office', publicKey, address: '', role: 'member', site: '' } as const;
const newMachine = () =>
  new VerdictMachine({
    genesis: testGenesis(['office'], { watchers: [member] }),
    readConfiguration: (document) => document as Configuration,
    verify: createVerifier(),
  });
let number = 0;

async function open(disk: FaultyDisk, clock: ManualClock) {
  const application = newMachine();
  const limits = { snapshotEntries: 40 };
  const replica = await openReplica({ directory: 'data', core: 'solo', application, clock, signer, disk, limits });
  const send = (request: LedgerRequest) => replica.propose(signRequest(request, ++number, application.network, signer));
  return { replica, application, send };
}

test('in a durable ledger, crashes and snapshots change nothing and pair every message', async () => {
  const names = ['gateway', 'host', 'site'];
  const watch = names.map((name) =>
    testCheck(name, { down: [notify('ops')], 'depends-on': name === 'host' ? ['gateway'] : [] }),
  );
  const clock = new ManualClock(1_000_000);
  let disk = new FaultyDisk();
  let watcher = await open(disk, clock);
  const document = testConfiguration(watch);
  await watcher.send({ kind: 'configure', body: { document, source: { kind: 'api' }, by: 'test' } });
  const say = (states: readonly OpinionState[]): LedgerRequest => ({
    kind: 'observe',
    opinions: states.map((state, i) => testOpinion(names[i] ?? '', state, clock.now(), 'office')),
  });
  for (let round = 0; round < 24; round++) {
    clock.jump(240_000);
    // Several requests at once make batches in which each must see the one before.
    await Promise.all([
      watcher.send(say(['up', round % 3 === 0 ? 'down' : 'up', 'up'])),
      watcher.send(say([round % 2 === 0 ? 'down' : 'up'])),
      watcher.send(say(['down', 'down', round % 5 === 0 ? 'down' : 'up'])),
      watcher.send({ kind: 'tick' }),
    ]);
    if (round % 4 !== 3) continue;
    disk = disk.crash(round % 8 === 3 ? 'killed' : 'lost');
    watcher = await open(disk, clock);
  }
  for (let calm = 0; calm < 40; calm++) {
    clock.jump(60_000);
    await watcher.send(say(['up', 'up', 'up']));
    await watcher.send({ kind: 'tick' });
  }
  const entries = await allEntries(watcher.replica);
  const refolded = newMachine();
  for (const entry of entries) refolded.apply(entry);
  expect(Buffer.compare(refolded.snapshot(), watcher.application.snapshot())).toBe(0);
  expect(watcher.replica.status().snapshotPosition).toBeGreaterThan(0);

  const transitions = new Set(entries.filter(({ kind }) => kind === 'transition').map(({ position }) => position));
  const told = { firing: new Set<string>(), resolved: new Set<string>() };
  for (const { cause, notification } of bodies(entries, 'action-intended')) {
    expect(transitions.has(cause.transition)).toBe(true);
    if (!notification) continue;
    const { message } = notification;
    assert(message === 'firing' || message === 'resolved', 'no route repeats anything');
    const key = `${notification.incident.id} ${notification.receiver}`;
    expect(told[message].has(key)).toBe(false);
    told[message].add(key);
  }
  expect(told.firing.size).toBeGreaterThan(0);
  expect(told.resolved).toEqual(told.firing);
  await watcher.replica.close();
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Transport } from '../../agree/index.ts';
import type { Membership } from '../../model/index.ts';
import { freePorts, silentLog, sleep, systemClock } from '../../platform/index.ts';
import type { WatcherReplica } from '../cluster-figures.ts';
import { openIdentity } from '../identity.ts';
import { readGenesis } from '../genesis-file.ts';
import type { ReplicaParts } from '../start.ts';
import { createCluster } from './create.ts';
import { joinCluster } from './join.ts';
import { Member } from './member.ts';

/** Real links on loopback between the members of one cluster; what is ordered over them is tried elsewhere. */

const folder = mkdtempSync(join(tmpdir(), 'qw-member-'));
const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
  rmSync(folder, { recursive: true, force: true });
});

async function newCluster() {
  const ports = await freePorts(4);
  const members = ports.map((port, index) => ({ id: `watcher-${index + 1}`, address: `127.0.0.1:${port}`, site: '' }));
  const configuration = { document: { watch: [] }, file: 'test', source: { kind: 'file' as const } };
  const directory = join(folder, 'cluster');
  return createCluster({ directory, cluster: 'test', protocol: 'pbft', members, configuration, now: 1000 });
}

interface Opened {
  member: Member;
  transport: Transport;
  /** As the ledger would tell it. */
  change: (membership: Pick<Membership, 'watchers'>) => void;
}

async function partsOf(directory: string): Promise<ReplicaParts> {
  const genesis = await readGenesis(directory);
  if (!genesis) throw new Error('there is no genesis');
  const signer = await openIdentity(directory, 'test');
  const membership = () => genesis;
  const hasExecuted = () => false;
  const application = {
    execute: () => [],
    apply() {},
    snapshot: () => Buffer.alloc(0),
    restore() {},
    membership,
    hasExecuted,
  };
  return { directory, genesis, signer, application, clock: systemClock, report: () => undefined };
}

async function open(directory: string, peerListen?: string): Promise<Opened> {
  const parts = await partsOf(directory);
  let change: Opened['change'] = () => undefined;
  let found: Transport | undefined;
  const options = { directory, random: Math.random, log: silentLog, ...(peerListen !== undefined && { peerListen }) };
  const member = new Member(options, ({ transport, onLinked }) => {
    found = transport;
    change = ({ watchers }) => onLinked(watchers);
    return Promise.resolve({} as WatcherReplica);
  });
  await member.openReplica(parts);
  if (!found) throw new Error('no links were opened');
  const transport = found;
  ended.push(() => transport.close());
  return { member, transport, change };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (condition()) return;
    await sleep(systemClock, 25);
  }
  throw new Error(`${what}, for too long`);
}

const up = ({ transport }: Opened) => transport.links().filter(({ state }) => state === 'up').length;

test('four members reach each other; one that is cut off has nobody until it is healed', async () => {
  const { members } = await newCluster();
  const opened = await Promise.all(members.map(({ dir }) => open(dir)));
  await until(() => opened.every((one) => up(one) === 3), 'not everybody reaches everybody');
  const heard: string[] = [];
  opened[1]?.transport.onFrame((from, _lane, frame) => heard.push(`${from} ${frame.toString()}`));
  opened[0]?.transport.send(2, 'votes', Buffer.from('hello'));
  await until(() => heard.length > 0, 'nothing is heard');
  expect(heard).toEqual(['1 hello']);

  opened[3]?.member.setFaults({ cut: true, lying: false });
  await until(() => opened.slice(0, 3).every((one) => up(one) === 2), 'the others still reach it');
  opened[3]?.member.setFaults({ cut: false, lying: false });
  await until(() => opened.every((one) => up(one) === 3), 'it is not back');
});

test('whoever leaves the cluster is not talked to any more', async () => {
  const { members, genesis } = await newCluster();
  const opened = await Promise.all(members.slice(0, 2).map(({ dir }) => open(dir)));
  await until(() => opened.every((one) => up(one) === 1), 'the two do not reach each other');
  opened[0]?.change({ watchers: genesis.watchers.filter(({ number }) => number !== 2) });
  expect(opened[0]?.transport.links().map(({ id }) => id)).toEqual(['watcher-3', 'watcher-4']);
});

test('a newcomer calls those who know it, once they do', async () => {
  const { members, genesis } = await newCluster();
  const first = await open(members[0]?.dir ?? '');
  const directory = join(folder, 'branch');
  const { publicKey } = await joinCluster({ directory, id: 'branch', genesis, address: '' });
  const newcomer = await open(directory);
  const record = { number: 5, id: 'branch', publicKey, address: '', role: 'observer' as const, site: '' };
  const { watchers } = genesis;
  await sleep(systemClock, 300);
  expect(up(newcomer)).toBe(0);
  first.change({ watchers: [...watchers, record] });
  await until(() => up(newcomer) === 1, 'nobody takes the newcomer in');
  newcomer.change({ watchers: [...watchers, record] });
  expect(newcomer.transport.links().map(({ id }) => id)).toEqual(watchers.map(({ id }) => id));
  expect(up(newcomer)).toBe(1);
});

test('a key that the genesis does not name, and an address that is taken, are said', async () => {
  const { members, genesis } = await newCluster();
  const [first, second] = members;
  const key = join(first?.dir ?? '', 'watcher.key.pem');
  writeFileSync(join(first?.dir ?? '', 'watcher.id'), 'watcher-9\n');
  await expect(open(first?.dir ?? '')).rejects.toMatchObject({ code: 'DATA_FOREIGN', where: key });

  const port = Number(genesis.watchers[1]?.address.split(':')[1]);
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
  ended.push(() => new Promise((resolve) => taken.close(() => resolve())));
  await expect(open(second?.dir ?? '')).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    hint: expect.stringContaining('--peer-listen') as string,
  });
  const elsewhere = await open(second?.dir ?? '', `127.0.0.1:${(await freePorts(1))[0]}`);
  expect(elsewhere.transport.links()).toHaveLength(3);
  await expect(open(second?.dir ?? '', 'nowhere')).rejects.toMatchObject({ code: 'BAD_INPUT', where: 'nowhere' });
});

import { expect, test } from 'vitest';
import { createVerifier, VerdictMachine, type ReplicaStatus } from '../agree/index.ts';
import type { Genesis } from '../model/index.ts';
import { ManualClock } from '../platform/index.ts';
import type { ClusterFigures } from './cluster-figures.ts';
import { soloGenesis } from './genesis-file.ts';
import { presentCluster, presentClusterStatus } from './present-cluster.ts';
import { readDocument } from './read-document.ts';

const signer = { name: 'w1', publicKey: Buffer.alloc(32, 1), sign: () => Buffer.alloc(64) };
const solo = soloGenesis(signer, 5, '0'.repeat(32));
const status: ReplicaStatus = {
  protocol: 'solo',
  state: 'running',
  error: undefined,
  entries: 12,
  root: 'ab',
  sequence: 7,
  time: 0,
  pending: 0,
  checkpointSize: 10,
  snapshotPosition: 0,
  journalBytes: 0,
  ledgerBytes: 0,
  notes: [],
};
const ledger = { mode: 'solo', entries: 12, root: 'ab', durable: true, checkpointEntries: 10 } as const;
const show = (genesis: Genesis, given: Partial<ReplicaStatus> & { cluster?: ClusterFigures } = {}) =>
  presentCluster({
    self: 'w1',
    clock: new ManualClock(),
    machine: new VerdictMachine({ genesis, readConfiguration: readDocument, verify: createVerifier() }),
    replica: { status: () => ({ ...status, ...given }) },
  });

test('a watcher alone is its own cluster', () => {
  const cluster = show(solo);
  expect(cluster).toMatchObject({
    protocol: 'solo',
    epoch: 1,
    faults: 0,
    quorum: 1,
    primary: 'w1',
    active: true,
    voting: true,
    entries: 12,
    members: [{ id: 'w1', link: 'self', silent: false, role: 'member' }],
  });
  expect(presentClusterStatus(cluster, ledger)).toMatchObject({
    mode: 'solo',
    faultBound: 0,
    members: [{ state: 'voting' }],
    ledger,
  });
});

test('a member of a cluster shows whom it reaches, who leads, and what it fetches', () => {
  const watcher = (number: number) => ({
    number,
    id: `w${number}`,
    publicKey: String(number).padStart(64, '0'),
    address: `h${number}:1`,
    role: number === 5 ? ('observer' as const) : ('member' as const),
    site: number === 2 ? 'attic' : '',
  });
  const genesis = { ...solo, protocol: 'pbft' as const, watchers: [1, 2, 3, 4, 5].map(watcher), nextNumber: 6 };
  const figures: ClusterFigures = {
    epoch: 1,
    view: 6,
    primary: 3,
    active: true,
    voting: false,
    low: 128,
    high: 384,
    sequence: 200,
    faults: 1,
    quorum: 3,
    cosigned: { size: 11, signers: ['w1', 'w2'] },
    members: [
      { number: 1, id: 'w1', self: true },
      { number: 2, id: 'w2', self: false, link: { state: 'up', heardMs: 12, roundTripMs: 3 }, sequence: 199, view: 6 },
      { number: 3, id: 'w3', self: false, link: { state: 'calling', error: 'connection refused' } },
    ],
    transfer: { entries: 5, of: 12, source: 2 },
  };
  const cluster = show(genesis, { protocol: 'pbft', sequence: 200, cluster: figures });
  expect(cluster).toMatchObject({
    view: 6,
    primary: 'w3',
    voting: false,
    low: 128,
    high: 384,
    sequence: 200,
    faults: 1,
    quorum: 3,
    cosigned: { entries: 11, signers: ['w1', 'w2'] },
    transfer: { entries: 5, of: 12, source: 'w2' },
  });
  expect(cluster.members).toMatchObject([
    { id: 'w1', link: 'self', site: '', sequence: 200, view: 6 },
    { id: 'w2', link: 'up', heardMs: 12, roundTripMs: 3, sequence: 199, view: 6, site: 'attic' },
    { id: 'w3', link: 'down', problem: 'connection refused' },
    { id: 'w4', link: 'down' },
    { id: 'w5', link: 'down', role: 'observer' },
  ]);
  const states = presentClusterStatus(cluster, ledger).members.map(({ state }) => state);
  expect(states).toEqual(['catching-up', 'voting', 'voting', 'voting', 'observing']);
});

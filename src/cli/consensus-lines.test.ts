import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { ApiCluster, ApiClusterMember } from '../model/index.ts';
import { consensusLines } from './consensus-lines.ts';
import { Output } from './output.ts';

const member = (number: number, more: Partial<ApiClusterMember>): ApiClusterMember => ({
  id: `watcher-${number}`,
  number,
  site: '',
  role: 'member',
  address: '',
  publicKey: '',
  link: 'up',
  silent: false,
  ...more,
});

const cluster: ApiCluster = {
  id: 'office',
  self: 'watcher-1',
  protocol: 'pbft',
  network: '00',
  epoch: 2,
  faults: 1,
  quorum: 3,
  view: 5,
  primary: 'watcher-2',
  active: true,
  voting: true,
  sequence: 130,
  low: 128,
  high: 384,
  entries: 40,
  root: '00',
  cosigned: { entries: 40, signers: ['watcher-1', 'watcher-2', 'watcher-3'] },
  members: [
    member(1, { link: 'self' }),
    member(2, { heardMs: 12.4, roundTripMs: 0.42, sequence: 130 }),
    member(3, {}),
    member(4, { link: 'down', silent: true, problem: 'refused' }),
    member(5, { role: 'observer', link: 'down' }),
  ],
  demonstration: false,
};

const linesOf = (more: Partial<ApiCluster>) =>
  consensusLines({ ...cluster, ...more }, new Output(false)).map((line) => stripVTControlCharacters(line));

test('who leads, how far it is, who votes and who is missing', () => {
  const lines = linesOf({});
  expect(lines.slice(0, 4)).toEqual([
    'cluster office: pbft, epoch 2, view 5, led by watcher-2',
    'sequence 130, water marks 128 to 384',
    '40 entries are signed by watcher-1, watcher-2, watcher-3',
    '3 of 4 members are reached from here, 3 must agree, 1 may fail',
  ]);
  expect(lines[6]).toMatch(/^watcher-2 +member +up +12 ms +0\.4 ms +130/);
  expect(lines[8]).toMatch(/^watcher-4 +member +down +- +- +- +silent: refused$/);
});

test('nobody leads, no vote, a ledger that is being fetched', () => {
  const transfer = { entries: 10, of: 40, source: 'watcher-3' };
  const text = linesOf({ protocol: 'raft', active: false, voting: false, transfer }).join('\n');
  expect(text).toContain('raft, epoch 2, term 5, nobody leads at present');
  expect(text).not.toContain('water marks');
  expect(text).toContain('this watcher does not vote at present');
  expect(text).toContain('fetches the ledger from watcher-3: 10 of 40 entries');
});

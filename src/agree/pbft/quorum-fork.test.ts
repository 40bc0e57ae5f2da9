import { afterEach, expect, it, vi } from 'vitest';
import { bundleOf, commitOf, prePrepareOf, proposalOf, takeOverPrimary } from './adversary.fixture.ts';
import type { Cluster } from './cluster.fixture.ts';

/** Four members with the real cores, of which so many make a quorum. */
async function clusterWith(quorumOf: (faults: number) => number): Promise<Cluster> {
  vi.resetModules();
  vi.doMock(import('./configuration.ts'), async (original) => {
    const genuine = await original();
    class Exchanged extends genuine.Membership {
      override readonly quorum = quorumOf(this.faults);
    }
    return { ...genuine, Membership: Exchanged };
  });
  const fixture = await import('./cluster.fixture.ts');
  return new fixture.Cluster(4);
}

/** The first primary sends one request to one of the others and another one to the next, and commits to both. */
function split(cluster: Cluster): void {
  takeOverPrimary(cluster);
  for (const [to, text] of [
    [1, 'm'],
    [2, 'm*'],
  ] as const) {
    const bundle = bundleOf(0, to, text);
    const prePrepare = prePrepareOf(0, 0, 1, proposalOf(cluster.now, bundle));
    for (const message of [bundle, prePrepare, commitOf(0, prePrepare.header)]) cluster.send(0, to, message);
  }
  cluster.run();
}

afterEach(() => {
  vi.doUnmock('./configuration.ts');
  vi.resetModules();
});

it('with f + 1 votes, as a lecture slide has it, two correct members execute different requests', async () => {
  const cluster = await clusterWith((faults) => faults + 1);
  split(cluster);
  expect([1, 2].map((id) => cluster.node(id).ids)).toEqual([['m'], ['m*']]);
  expect(cluster.disagreement()).toBe('members 1 and 2 differ at or before 1');
});

it('with 2f + 1 the same cores execute neither', async () => {
  const cluster = await clusterWith((faults) => 2 * faults + 1);
  split(cluster);
  expect([1, 2].map((id) => cluster.node(id).ids)).toEqual([[], []]);
  expect(cluster.disagreement()).toBeUndefined();
});

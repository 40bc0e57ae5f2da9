import { expect, it } from 'vitest';
import { CertifiedCluster, stageOutage } from '../agree/record/certificate.fixture.ts';
import { certificateCrypto } from '../agree/index.ts';
import { utf8, verifyCertificate } from '../model/index.ts';
import { ManualClock } from '../platform/index.ts';
import { Certificates } from './certificates.ts';
import { certifiedLedger } from './certified-ledger.ts';
import type { WatcherReplica } from './cluster-figures.ts';

/** What certificates need of a replica, over a staged ledger. */
function replicaOf(cluster: CertifiedCluster, more: Partial<WatcherReplica> = {}): WatcherReplica {
  const records = async (from: number, limit: number) => cluster.records.slice(from, from + limit);
  const replica: Partial<WatcherReplica> = {
    stored: () => ({ tiles: cluster.chain.tiles, records }),
    checkpoint: async () => ({ origin: 'own', size: cluster.chain.size, root: cluster.chain.root() }),
    ...more,
  };
  return replica as WatcherReplica;
}

const clock = new ManualClock(1_700_000_000_000);
const certify = (cluster: CertifiedCluster, replica: WatcherReplica) => {
  const outage = stageOutage(cluster);
  const parts = { replica, genesis: cluster.genesis, signer: cluster.signer('east'), clock };
  const incident = { id: '1', transitions: outage.transitions.map(({ at }) => at) };
  return { parts, export: () => new Certificates(certifiedLedger(parts)).export(incident) };
};
const judge = (cluster: CertifiedCluster, text: string) =>
  verifyCertificate(certificateCrypto, utf8(text), cluster.genesis);

it('signs the ledger of a watcher alone when it is asked to', async () => {
  const cluster = new CertifiedCluster(1, 'solo');
  const text = await certify(cluster, replicaOf(cluster)).export();
  expect(judge(cluster, text)).toMatchObject({ ok: true, outage: { policy: 'single-watcher' } });
  expect(text).toContain('quorumwatch/office/');
});

it('takes what the members of a cluster signed, and how former ones ended their epoch', async () => {
  const cluster = new CertifiedCluster();
  const watchers = [...cluster.voters, cluster.newcomer(5)];
  cluster.change({ type: 'promote', ids: ['centre'] }, { ...cluster.membership, epoch: 2, watchers, nextNumber: 6 });
  const ended = cluster.epochs.at(-1)?.seal;
  let signed: ReturnType<CertifiedCluster['note']> | undefined;
  const replica = replicaOf(cluster, {
    seals: async () => (signed ? [signed] : []),
    epochEnds: async () => (ended ? [ended] : []),
  });
  const made = certify(cluster, replica);
  await expect(made.export()).rejects.toMatchObject({ code: 'CONFLICT' });
  signed = cluster.note();
  expect(judge(cluster, await made.export())).toMatchObject({ ok: true, outage: { epoch: 2 } });
});

it('makes no certificate where there is no ledger', async () => {
  const cluster = new CertifiedCluster(1, 'solo');
  const bare = { ...replicaOf(cluster) };
  delete bare.stored;
  await expect(certify(cluster, bare).export()).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

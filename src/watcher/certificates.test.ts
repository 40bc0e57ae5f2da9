import { describe, expect, it } from 'vitest';
import { CertifiedCluster, stageOutage, type StagedOutage } from '../agree/record/certificate.fixture.ts';
import { certificateCrypto, type SealSource } from '../agree/index.ts';
import { utf8, verifyCertificate, type MemberRecord } from '../model/index.ts';
import { Certificates, type CertifiedLedger } from './certificates.ts';

/** A cluster's ledger as a watcher sees it, with a count of what was read. */
class StoredLedger implements CertifiedLedger {
  readonly #cluster: CertifiedCluster;
  known: SealSource[] = [];
  read = 0;

  constructor(cluster: CertifiedCluster) {
    this.#cluster = cluster;
  }

  get genesis() {
    return this.#cluster.genesis;
  }

  get tiles() {
    return this.#cluster.chain.tiles;
  }

  async records(from: number, limit: number): Promise<Uint8Array[]> {
    const records = this.#cluster.records.slice(from, from + limit);
    this.read += records.length;
    return records;
  }

  async seals(): Promise<SealSource[]> {
    return this.known;
  }

  async epochEnds(): Promise<SealSource[]> {
    return this.#cluster.epochs.map(({ seal }) => seal);
  }
}

const known = (outage: StagedOutage, id = '1') => ({ id, transitions: outage.transitions.map(({ at }) => at) });

describe('certificates of a ledger', () => {
  it('are gathered from its records, over epochs and hundreds of entries', async () => {
    const cluster = new CertifiedCluster();
    const ledger = new StoredLedger(cluster);
    const certificates = new Certificates(ledger);
    const first = stageOutage(cluster, '1');
    const observer: MemberRecord = { ...cluster.newcomer(5), role: 'observer' };
    const { address, publicKey, site } = observer;
    const watchers = [...cluster.membership.watchers, observer];
    cluster.change(
      { type: 'add', watcher: { id: observer.id, address, publicKey, site } },
      { ...cluster.membership, watchers, nextNumber: 6 },
    );
    const promoted = watchers.map((watcher) => ({ ...watcher, role: 'member' as const }));
    cluster.change({ type: 'promote', ids: [observer.id] }, { ...cluster.membership, epoch: 2, watchers: promoted });
    for (let batch = 0; batch < 10; batch++) {
      cluster.order(
        Array.from({ length: 60 }, (_, at) => ({ kind: 'action-started', body: { id: `${batch}.${at}` } })),
      );
    }
    const second = stageOutage(cluster, '2');
    for (const seal of [cluster.committed(), cluster.note()]) {
      ledger.known = [seal];
      for (const [id, outage] of [
        ['1', first],
        ['2', second],
      ] as const) {
        const text = await certificates.export(known(outage, id));
        const result = verifyCertificate(certificateCrypto, utf8(text), cluster.genesis);
        expect(result).toMatchObject({ ok: true, outage: { incident: id, epoch: 2, members: { length: 5 } } });
      }
    }
  });

  it('are made by the members of then while those of now have signed nothing', async () => {
    const cluster = new CertifiedCluster();
    const ledger = new StoredLedger(cluster);
    const outage = stageOutage(cluster);
    ledger.known = [cluster.note()];
    const watchers = [...cluster.voters, cluster.newcomer(5)];
    cluster.change({ type: 'promote', ids: ['centre'] }, { ...cluster.membership, epoch: 2, watchers, nextNumber: 6 });
    const text = await new Certificates(ledger).export(known(outage));
    expect(verifyCertificate(certificateCrypto, utf8(text), cluster.genesis)).toMatchObject({
      ok: true,
      outage: { epoch: 1, members: { length: 4 } },
    });
  });

  it('show that the ledger has grown from one that the reader knows', async () => {
    const cluster = new CertifiedCluster();
    const ledger = new StoredLedger(cluster);
    const early = cluster.note();
    for (let batch = 0; batch < 5; batch++) cluster.order(Array.from({ length: 99 }, () => ({ kind: 'x', body: 1 })));
    const outage = stageOutage(cluster);
    const seal = cluster.note();
    ledger.known = [seal];
    const certificates = new Certificates(ledger);
    const kept = { size: early.size, root: Buffer.from(early.root, 'latin1').toString('hex') };
    const text = await certificates.export(known(outage), kept.size);
    expect(verifyCertificate(certificateCrypto, utf8(text), cluster.genesis, kept)).toMatchObject({ ok: true });
    await expect(certificates.export(known(outage), seal.size)).resolves.toContain('"history"');
    await expect(certificates.export(known(outage), seal.size + 1)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('wait until the members have signed a ledger that holds the incident', async () => {
    const cluster = new CertifiedCluster();
    const ledger = new StoredLedger(cluster);
    const certificates = new Certificates(ledger);
    const early = cluster.note();
    const outage = stageOutage(cluster);
    await expect(certificates.export(known(outage))).rejects.toMatchObject({ code: 'CONFLICT' });
    ledger.known = [early];
    await expect(certificates.export(known(outage))).rejects.toMatchObject({ code: 'CONFLICT' });
    ledger.known = [cluster.note()];
    await expect(certificates.export(known(outage))).resolves.toContain('quorumwatch-outage');
    await expect(certificates.export({ id: '1', transitions: [] })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('are not handed out when they would not verify', async () => {
    const cluster = new CertifiedCluster();
    const ledger = new StoredLedger(cluster);
    const outage = stageOutage(cluster);
    const weak = cluster.note(['east', 'north']);
    ledger.known = [weak, cluster.note()];
    await expect(new Certificates(ledger).export(known(outage))).resolves.toContain('quorumwatch-outage');
    ledger.known = [weak];
    await expect(new Certificates(ledger).export(known(outage))).rejects.toMatchObject({
      code: 'CONFLICT',
      facts: { reason: 'too-few-signatures' },
    });
  });

  it('are not made of opinions that stand unsigned in ledgers of version 0.1.0', async () => {
    const cluster = new CertifiedCluster(1, 'solo');
    const ledger = new StoredLedger(cluster);
    const opinions = cluster.observe('east', ['web', 'down']).opinions.map(({ said: _said, ...opinion }) => opinion);
    const at = cluster.order([{ kind: 'transition', body: { check: 'web', opinions } }]);
    cluster.order([{ kind: 'incident', body: { id: '1', check: 'web', transitions: [at] } }]);
    ledger.known = [cluster.note()];
    await expect(new Certificates(ledger).export({ id: '1', transitions: [at] })).rejects.toThrow(
      /without its signature/,
    );
  });

  it('read little once the membership is known', async () => {
    const cluster = new CertifiedCluster(1, 'solo');
    const ledger = new StoredLedger(cluster);
    const certificates = new Certificates(ledger);
    for (let batch = 0; batch < 3000; batch++) cluster.order([{ kind: 'tick', body: batch }]);
    const outage = stageOutage(cluster);
    ledger.known = [cluster.note()];
    await certificates.export(known(outage));
    ledger.read = 0;
    await certificates.export(known(outage));
    expect(ledger.read).toBeLessThan(300);
  });
});

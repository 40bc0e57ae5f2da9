import { describe, expect, it } from 'vitest';
import { type CertificateReason, type Genesis, type OutageCertificate } from '../../model/index.ts';
import { CertifiedCluster, operator, stageOutage } from './certificate.fixture.ts';
import { exportCertificate } from './export-certificate.ts';
import { changedFrom, expectRefused, must, stageEverything, verifyBytes } from './tampering.fixture.ts';

const { cluster, text } = stageEverything();
const changed = (change: (certificate: OutageCertificate) => void, from = text) => changedFrom(from, change);
const expectRefusal = (bytes: Uint8Array, reason: CertificateReason, genesis = cluster.genesis) =>
  expectRefused(bytes, reason, genesis);

describe('signatures', () => {
  const votes = (certificate: OutageCertificate) => must(certificate.seal.commit).votes;

  it('of fewer than a quorum are not enough', () => {
    // Four of five, so one less than four.
    expectRefusal(
      changed((one) => void votes(one).splice(3)),
      'too-few-signatures',
    );
    expectRefusal(
      changed((one) => void must(one.epochs[0]?.seal.stable).votes.splice(2)),
      'too-few-signatures',
    );
    const note = (ids: string[]) => changed((one) => void (one.seal.note = cluster.note(ids).note));
    expectRefusal(note(['east', 'north', 'south']), 'too-few-signatures');
    expect(verifyBytes(note(['east', 'north', 'south', 'west']), cluster.genesis)).toMatchObject({ ok: true });
  });

  it('count once for each member', () => {
    const twice = changed((one) => {
      const list = votes(one);
      list.splice(0, list.length, ...list.slice(0, 4), must(list[3]));
    });
    expectRefusal(twice, 'repeated-signer');
    const note = cluster.note(['east', 'north', 'south', 'west', 'west']).note;
    expectRefusal(
      changed((one) => void (one.seal.note = note)),
      'note-invalid',
    );
    expectRefusal(
      changed((one) => void votes(one).reverse()),
      'repeated-signer',
    );
  });

  it('of another member, a stranger or another sequence do not count', () => {
    const swap = changed((one) => {
      const [first, second] = votes(one);
      [must(first).signature, must(second).signature] = [must(second).signature, must(first).signature];
    });
    expectRefusal(swap, 'wrong-signature');
    expectRefusal(
      changed((one) => void (must(votes(one).at(-1)).signer = 9)),
      'unknown-signer',
    );
    // An observer's signature is good and means nothing.
    expectRefusal(
      changed((one) => void (one.seal.note = cluster.note(['east', 'north', 'south', 'west', 'coast']).note)),
      'unknown-signer',
    );
    expectRefusal(
      changed((one) => void (must(one.seal.commit).sequence += 1)),
      'wrong-signature',
    );
    expectRefusal(
      changed((one) => void (must(one.seal.commit).view += 1)),
      'wrong-signature',
    );
  });

  it('of an old epoch do not certify the present one', () => {
    const old = new CertifiedCluster();
    const staged = stageOutage(old);
    const seal = old.committed();
    const before = exportCertificate(old.sources(seal, staged.incident, staged.transitions));
    expect(verifyBytes(Buffer.from(before), old.genesis)).toMatchObject({ ok: true });
    // The same four members go on in epoch 2; their votes of epoch 1 are put under a root of epoch 2.
    const newcomer = old.newcomer(5);
    const next = { ...old.membership, epoch: 2, watchers: [...old.voters, newcomer], nextNumber: 6 };
    old.change({ type: 'promote', ids: [newcomer.id] }, next);
    const after = exportCertificate(old.sources(old.committed(), staged.incident, staged.transitions));
    const forged = changed(
      (one) => void (must(one.seal.commit).votes = votes(JSON.parse(before) as OutageCertificate)),
      after,
    );
    expectRefusal(forged, 'too-few-signatures', old.genesis);
    const five = changed(
      (one) => void votes(one).splice(0, 3, ...votes(JSON.parse(before) as OutageCertificate).slice(0, 3)),
      after,
    );
    expectRefusal(five, 'wrong-signature', old.genesis);
  });

  it('are needed at all', () => {
    const bare = changed((one) => {
      delete one.seal.commit;
      delete one.seal.note;
    });
    expectRefusal(bare, 'no-seal');
    expectRefusal(
      changed((one) => void delete must(one.epochs[0]).seal.stable),
      'no-seal',
    );
  });

  it('of a checkpoint of another ledger, size or root do not count', () => {
    const other = new CertifiedCluster(5);
    expectRefusal(
      changed((one) => void (one.seal.note = other.note().note)),
      'note-invalid',
    );
    const note = cluster.note().note;
    cluster.order([{ kind: 'tick', body: {} }]);
    expectRefusal(
      changed((one) => void (one.seal.note = cluster.note().note)),
      'other-root',
    );
    expect(note).not.toBe(cluster.note().note);
  });
});

describe('trust', () => {
  it('begins with the genesis and no other', () => {
    const foreign = new CertifiedCluster(5);
    expectRefusal(Buffer.from(text), 'foreign-genesis', foreign.genesis);
    expectRefusal(Buffer.from(text), 'foreign-genesis', { ...cluster.genesis, nonce: 'cd'.repeat(16) });
    expectRefusal(Buffer.from(text), 'genesis-invalid', {} as Genesis);
    expectRefusal(Buffer.from(text), 'genesis-invalid', 'text' as unknown as Genesis);
  });

  it('goes on only by operators of the genesis, over the entry in force', () => {
    const attempt = (by: typeof operator, base?: number) => {
      const own = new CertifiedCluster();
      const newcomer = own.newcomer(5);
      const next = { ...own.membership, epoch: 2, watchers: [...own.voters, newcomer], nextNumber: 6 };
      own.change({ type: 'promote', ids: [newcomer.id] }, next, by, base);
      const { incident, transitions } = stageOutage(own);
      return { own, bytes: Buffer.from(exportCertificate(own.sources(own.note(), incident, transitions))) };
    };
    const member = attempt(new CertifiedCluster().signer('east'));
    expectRefusal(member.bytes, 'unknown-operator', member.own.genesis);
    const imposter = attempt({ ...new CertifiedCluster().signer('east'), name: 'owner' });
    expectRefusal(imposter.bytes, 'operator-signature', imposter.own.genesis);
    const stale = attempt(operator, 3);
    expectRefusal(stale.bytes, 'membership-invalid', stale.own.genesis);
  });

  it('does not skip an epoch, nor take a change for none', () => {
    expectRefusal(
      changed((one) => void one.epochs.splice(0)),
      'wrong-signature',
    );
    const leap = new CertifiedCluster();
    const newcomer = leap.newcomer(5);
    const next = { ...leap.membership, epoch: 3, watchers: [...leap.voters, newcomer], nextNumber: 6 };
    leap.change({ type: 'promote', ids: [newcomer.id] }, next);
    const { incident, transitions } = stageOutage(leap);
    const bytes = Buffer.from(exportCertificate(leap.sources(leap.note(), incident, transitions)));
    expectRefusal(bytes, 'membership-invalid', leap.genesis);
  });
});

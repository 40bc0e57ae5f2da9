import { describe, expect, it } from 'vitest';
import {
  certificateEntryBytes,
  certificateText,
  checkpointDigest,
  checkpointStatement,
  commitStatement,
  outageCertificateSchema,
  verifyCertificate,
  type KeptLedger,
  type MemberRecord,
  type Membership,
  type OutageCertificate,
} from '../../model/index.ts';
import { statementBytes } from '../codec/pbft-statement.ts';
import { certificateCrypto } from './certificate-crypto.ts';
import { CertifiedCluster, operator, stageOutage } from './certificate.fixture.ts';
import { certificateEntryOf, exportCertificate, type SealSource } from './export-certificate.ts';
import { hashToHex, sha256 } from './hash.ts';

const verify = (text: string, genesis: unknown) => verifyCertificate(certificateCrypto, Buffer.from(text), genesis);

function certify(cluster: CertifiedCluster, seal: (cluster: CertifiedCluster) => SealSource = (one) => one.note()) {
  const { incident, transitions } = stageOutage(cluster);
  return exportCertificate(cluster.sources(seal(cluster), incident, transitions));
}

/** The next membership, with these voters. */
function next(cluster: CertifiedCluster, watchers: readonly MemberRecord[], rises: boolean): Membership {
  const { epoch, protocol, nextNumber } = cluster.membership;
  return { epoch: epoch + (rises ? 1 : 0), protocol, watchers, nextNumber: nextNumber + 1 };
}

describe('outage certificate', () => {
  it('of a PBFT cluster verifies by its commit certificate, with the genesis alone', () => {
    const cluster = new CertifiedCluster();
    const result = verify(
      certify(cluster, (one) => one.committed()),
      cluster.genesis,
    );
    expect(result).toMatchObject({
      ok: true,
      reason: 'ok',
      outage: {
        cluster: 'office',
        incident: '1',
        check: 'web',
        title: 'web is down',
        epoch: 1,
        need: 3,
        policy: 'byzantine-quorum',
        members: ['east', 'north', 'south', 'west'],
        transitions: [
          { from: 'up', to: 'down', for: ['east', 'north', 'south', 'west'], against: [], silent: [] },
          { from: 'down', to: 'up' },
        ],
      },
    });
    expect(result.outage?.signers.length).toBeGreaterThanOrEqual(3);
    expect(result.outage?.until).toBeGreaterThan(result.outage?.from ?? Infinity);
    expect(result.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'form passed',
      'members passed',
      'votes passed',
      'inclusion passed',
      'checkpoint absent',
      'verdict passed',
      'history absent',
    ]);
  });

  it('verifies by its cosigned checkpoint, and by both', () => {
    const cluster = new CertifiedCluster();
    expect(verify(certify(cluster), cluster.genesis).steps.map(({ outcome }) => outcome)).toEqual([
      'passed',
      'passed',
      'absent',
      'passed',
      'passed',
      'passed',
      'absent',
    ]);
    const both = certify(cluster, (one) => ({ ...one.committed(), ...one.note(['east', 'north', 'west']) }));
    expect(verify(both, cluster.genesis)).toMatchObject({ ok: true, outage: { need: 3 } });
    const outcomes = verify(both, cluster.genesis).steps.map(({ outcome }) => outcome);
    expect(outcomes.slice(0, -1).every((outcome) => outcome === 'passed')).toBe(true);
  });

  it.each([
    ['raft', 3, 2, 'crash-majority'],
    ['solo', 1, 1, 'single-watcher'],
  ] as const)('of %s names its weaker policy', (protocol, members, need, policy) => {
    const cluster = new CertifiedCluster(members, protocol);
    const text = certify(cluster, (one) => one.note(one.voters.slice(0, need).map(({ id }) => id)));
    expect(verify(text, cluster.genesis)).toMatchObject({ ok: true, outage: { policy, need } });
  });

  it('shows who disagreed and who was silent', () => {
    const cluster = new CertifiedCluster();
    const said = ['east', 'north', 'south'].map((id) => cluster.observe(id, ['web', 'down']));
    const other = cluster.observe('west', ['web', 'up']);
    const { at, body } = cluster.transit(
      'up',
      [...said, other].map(({ opinions }) => opinions[0]!),
    );
    const incident = { id: '7', check: 'web', title: 'web is down', status: 'investigating', openedAt: body.since };
    const open = cluster.order([{ kind: 'incident', body: { ...incident, transitions: [at] } }]);
    const observations = [...said, other].map((one) => one.at);
    const text = exportCertificate(cluster.sources(cluster.note(), open, [{ at, observations }]));
    const { outage } = verify(text, cluster.genesis);
    expect(outage?.transitions[0]).toMatchObject({ for: ['east', 'north', 'south'], against: ['west'], silent: [] });
    expect(outage).not.toHaveProperty('until');
  });

  it('follows the members from epoch to epoch', () => {
    const cluster = new CertifiedCluster();
    const early = stageOutage(cluster, '1');
    const observer: MemberRecord = { ...cluster.newcomer(5), role: 'observer' };
    const watcher = { id: observer.id, publicKey: observer.publicKey, address: '', site: '' };
    cluster.change({ type: 'add', watcher }, next(cluster, [...cluster.membership.watchers, observer], false));
    const promoted = [...cluster.voters, { ...observer, role: 'member' as const }];
    cluster.change({ type: 'promote', ids: ['centre'] }, next(cluster, promoted, true));
    const rotated = cluster.newcomer(1, 41);
    const renewed = { ...rotated, number: 6 };
    const voters = [...cluster.voters.filter(({ id }) => id !== 'east'), renewed];
    cluster.change({ type: 'rotate', id: 'east', publicKey: rotated.publicKey }, next(cluster, voters, true));
    const late = stageOutage(cluster, '2');
    for (const { incident, transitions } of [early, late]) {
      for (const seal of [cluster.committed(), cluster.note()]) {
        const result = verify(exportCertificate(cluster.sources(seal, incident, transitions)), cluster.genesis);
        expect(result).toMatchObject({ ok: true, outage: { epoch: 3, need: 4 } });
        expect(result.outage?.members).toEqual(['north', 'south', 'west', 'centre', 'east']);
      }
    }
  });

  it('lets a watcher that runs alone grow by its own word', () => {
    const cluster = new CertifiedCluster(1, 'solo');
    const more = [2, 3, 4].map((number) => cluster.newcomer(number));
    const grown: Membership = { epoch: 2, protocol: 'pbft', watchers: [...cluster.voters, ...more], nextNumber: 5 };
    const change = { type: 'promote' as const, ids: more.map(({ id }) => id) };
    cluster.change(change, grown, operator, 0, () => cluster.note(['east']));
    expect(
      verify(
        certify(cluster, (one) => one.committed()),
        cluster.genesis,
      ),
    ).toMatchObject({ ok: true, outage: { policy: 'byzantine-quorum', epoch: 2 } });
  });
});

describe('history', () => {
  const cluster = new CertifiedCluster();
  const first = stageOutage(cluster, '1');
  const early = cluster.note();
  const second = stageOutage(cluster, '2');
  const late = cluster.note();
  const sources = cluster.sources(late, second.incident, second.transitions);
  const plain = exportCertificate(sources);
  const text = exportCertificate({ ...sources, history: cluster.grown(early.size, late.size) });
  const kept = { size: early.size, root: hashToHex(early.root) };
  const judge = (given: string, before?: KeptLedger) =>
    verifyCertificate(certificateCrypto, Buffer.from(given), cluster.genesis, before);

  it('shows that the ledger has grown from an earlier one', () => {
    expect(judge(text)).toMatchObject({ ok: true, steps: { 6: { step: 'history', outcome: 'passed' } } });
    expect(judge(text, kept)).toMatchObject({ ok: true, steps: { 6: { outcome: 'passed' } } });
    expect(judge(plain, { size: late.size, root: hashToHex(late.root) })).toMatchObject({ ok: true });
  });

  it('tells when the members have signed two', () => {
    const other = { ...kept, root: hashToHex(sha256(Buffer.from('other'))) };
    expect(judge(text, other).reason).toBe('history-differs');
    expect(judge(plain, { size: late.size, root: other.root }).reason).toBe('history-differs');
    expect(judge(plain, kept).reason).toBe('history-missing');
    expect(judge(text, { ...kept, size: kept.size + 1 }).reason).toBe('history-missing');
  });

  it('is refused when it is not one', () => {
    const certificate = JSON.parse(text) as OutageCertificate;
    const forged = { size: first.incident, root: kept.root, proof: certificate.history?.proof ?? [] };
    for (const history of [forged, { ...forged, size: kept.size, proof: [] }, { ...forged, size: late.size + 1 }]) {
      expect(judge(certificateText({ ...certificate, history })).reason).toBe('history-invalid');
    }
  });
});

describe('what certificates and cluster write alike', () => {
  const network = sha256(Buffer.from('network'));
  const domain = { network, epoch: 7 };
  const hex = { network: hashToHex(network), epoch: 7 };
  const digest = sha256(Buffer.from('digest'));
  const root = sha256(Buffer.from('root'));

  it('commits and checkpoints', () => {
    const commit = { type: 'commit' as const, view: 2 ** 40, sequence: 2 ** 33 + 5, digest, root };
    const ballot = { view: commit.view, sequence: commit.sequence, digest: hashToHex(digest), root: hashToHex(root) };
    expect(Buffer.from(commitStatement(hex, 3, ballot))).toEqual(statementBytes(domain, 3, commit));
    const checkpoint = { type: 'checkpoint' as const, sequence: 2 ** 33 + 5, digest };
    const written = checkpointStatement(hex, 3, checkpoint.sequence, hashToHex(digest));
    expect(Buffer.from(written)).toEqual(statementBytes(domain, 3, checkpoint));
    expect(checkpointDigest(certificateCrypto, hashToHex(root), hashToHex(digest))).toMatch(/^[0-9a-f]{64}$/);
  });

  it('entries', () => {
    const cluster = new CertifiedCluster();
    stageOutage(cluster, 'Ü\u2028"1');
    for (const record of cluster.records) {
      expect(Buffer.from(certificateEntryBytes(certificateEntryOf(record)))).toEqual(record);
    }
  });

  it('the file: what is read is written the same', () => {
    const text = certify(new CertifiedCluster());
    expect(certificateText(outageCertificateSchema.parse(JSON.parse(text)))).toBe(text);
  });
});

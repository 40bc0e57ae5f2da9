import { describe, expect, it } from 'vitest';
import { sha256 } from '../record/hash.ts';
import { checkFor, genesisCheckpoint } from './certificates.ts';
import { Cluster, domain, epochText } from './cluster.fixture.ts';
import { stateDigest } from './execution-state.ts';
import { epochAfter, idealVerifier } from './node.fixture.ts';

const four = [0, 1, 2, 3];
const first = { domain, members: four, verifier: idealVerifier(epochAfter(four, [])) };

describe('what a stranger believes', () => {
  const cluster = new Cluster(4);
  cluster.propose(1, 'a');
  cluster.propose(1, epochText([0, 1, 2, 3, 4, 5, 6]));
  cluster.until(() => cluster.nodes.every(({ epoch }) => epoch.number === 2));
  const [base] = cluster.node(0).bases;
  const [batch] = cluster.node(0).ledger;
  if (!base || !batch) throw new Error('an epoch ended');
  const { certificate } = base;

  it('is what a quorum of the members of its epoch signed', () => {
    const check = checkFor(first);
    expect(check.checkpoint(certificate)).toBe(true);
    expect(check.commit(batch.certificate)).toBe(true);
    expect(check.checkpoint(genesisCheckpoint)).toBe(true);
    // The root is bound by the digest, with 32 bytes of the state.
    expect(stateDigest(base.root, sha256(base.state))).toBe(certificate.digest);
    expect(stateDigest('r'.repeat(32), sha256(base.state))).not.toBe(certificate.digest);
  });

  it('is nothing else', () => {
    const check = checkFor(first);
    const [vote, ...others] = certificate.votes;
    if (!vote) throw new Error('it has votes');
    expect(check.checkpoint({ ...certificate, votes: others })).toBe(false);
    expect(check.checkpoint({ ...certificate, votes: [vote, vote, ...others.slice(1)] })).toBe(false);
    expect(check.checkpoint({ ...certificate, sequence: certificate.sequence + 1 })).toBe(false);
    expect(check.checkpoint({ ...certificate, digest: 'd'.repeat(32) })).toBe(false);
    expect(check.commit({ ...batch.certificate, root: 'r'.repeat(32) })).toBe(false);
    // The same votes in the name of other members, of another epoch, of a larger cluster.
    const { members } = cluster.node(0).epoch;
    expect(checkFor({ ...first, domain: { ...domain, epoch: 2 } }).checkpoint(certificate)).toBe(false);
    expect(checkFor({ ...first, members }).checkpoint(certificate)).toBe(false);
    expect(checkFor({ ...first, members: [4, 5, 6, 7] }).checkpoint(certificate)).toBe(false);
  });
});

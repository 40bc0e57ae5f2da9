import { expect } from 'vitest';
import {
  certificateText,
  verifyCertificate,
  type CertificateCrypto,
  type CertificateReason,
  type CertificateVerification,
  type Genesis,
  type MemberRecord,
  type OutageCertificate,
} from '../../model/index.ts';
import { certificateCrypto } from './certificate-crypto.ts';
import { CertifiedCluster, stageOutage, type StagedOutage } from './certificate.fixture.ts';
import { exportCertificate } from './export-certificate.ts';

/** Many small lies are about the same signatures; checking each of those once keeps the tests short. */
const known = new Map<string, boolean>();
const crypto: CertificateCrypto = {
  sha256: certificateCrypto.sha256,
  verifyEd25519: (key, message, signature) => {
    const name = [key, message, signature].map((part) => Buffer.from(part).toString('latin1')).join('|');
    const answer = known.get(name) ?? certificateCrypto.verifyEd25519(key, message, signature);
    known.set(name, answer);
    return answer;
  },
};

export const verifyBytes = (bytes: Uint8Array, genesis: unknown): CertificateVerification =>
  verifyCertificate(crypto, bytes, genesis);

/** A good certificate of everything that one can hold: two epochs, an observer, commit certificate and checkpoint. */
export function stageEverything(): { cluster: CertifiedCluster; text: string } {
  const cluster = new CertifiedCluster();
  const newcomer = cluster.newcomer(5);
  const watchers = [...cluster.voters, newcomer];
  cluster.change({ type: 'promote', ids: [newcomer.id] }, { ...cluster.membership, epoch: 2, watchers, nextNumber: 6 });
  const observer: MemberRecord = { ...cluster.newcomer(6), role: 'observer' };
  cluster.change(
    { type: 'add', watcher: observer },
    { ...cluster.membership, watchers: [...watchers, observer], nextNumber: 7 },
  );
  return { cluster, text: exportBoth(cluster, stageOutage(cluster)) };
}

/** With votes and cosignatures for the same root. */
export function exportBoth(cluster: CertifiedCluster, { incident, transitions }: StagedOutage): string {
  const seal = { ...cluster.committed(), ...cluster.note() };
  const sources = cluster.sources(seal, incident, transitions);
  return exportCertificate({ ...sources, history: cluster.grown(3, seal.size) });
}

/** A certificate with one thing changed, in its canonical form. */
export function changedFrom(text: string, change: (certificate: OutageCertificate) => void): Buffer {
  const certificate = JSON.parse(text) as OutageCertificate;
  change(certificate);
  return Buffer.from(certificateText(certificate));
}

/** A part that has to be there. */
export function must<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the certificate has this part');
  return value;
}

/** Refused for this reason, in exactly one step. */
export function expectRefused(bytes: Uint8Array, reason: CertificateReason, genesis: Genesis): void {
  const result = verifyBytes(bytes, genesis);
  expect(result).toMatchObject({ ok: false, reason });
  expect(result.detail).not.toBe('');
  expect(result.steps.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1);
}

import type { CertificatePolicy, CertificateReason, CertificateStep, CheckedTransition } from 'quorumwatch/certificate';

/**
 * What the verifier says, one object a language; all of them are in its one file, since it fetches nothing. What was
 * computed in detail (the text of a step) is the library's and English.
 */
export interface VerifyTexts {
  title: string;
  intro: string;
  language: string;
  roles: Readonly<Record<'genesis' | 'certificate', { title: string; hint: string }>>;
  noFile: string;
  valid: string;
  refused: string;
  steps: string;
  stepTitles: Readonly<Record<CertificateStep['step'], string>>;
  outcomes: Readonly<Record<CertificateStep['outcome'], string>>;
  proves: string;
  statements: {
    proved: string;
    strength: Readonly<Record<CertificatePolicy, string>>;
    network: string;
    otherLedger: string;
  };
  check: string;
  incident: string;
  cluster: string;
  from: string;
  to: string;
  notEnded: string;
  signedBy: string;
  signers(count: number, of: number): string;
  changes: string;
  columns: { since: string; verdict: string; rule: string; for: string; against: string; silent: string };
  verdicts: Readonly<Record<CheckedTransition['to'], string>>;
  rule(name: string, need: number, of: number): string;
  reasons: Readonly<Record<CertificateReason, string>>;
}

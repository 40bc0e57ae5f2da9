import type { CertificatePolicy } from './verify.ts';

const strength: Readonly<Record<CertificatePolicy, string>> = {
  'byzantine-quorum': 'So many members signed that the record holds as long as fewer than a third of all of them lie.',
  'crash-majority':
    'A majority of the members of one organisation signed: this protects against loss and crashes, not against a member that lies.',
  'single-watcher': 'One watcher signed its own record: nobody else stands behind it.',
};

/** What a verified certificate proves, how strongly, and what it does not prove; one sentence each. */
export function certificateStatementText(policy: CertificatePolicy): string[] {
  return [
    'Proved: each named watcher signed what it saw, the recorded verdicts follow from that by the recorded rule, and the members signed the ledger in which it stands, so that nothing of it was rewritten later.',
    strength[policy],
    'Not proved: that the probes were right about the network, or what happened after the last entry of this certificate.',
    'Not proved: that the same members have not signed another ledger for somebody else; compare published checkpoints to rule that out.',
  ];
}

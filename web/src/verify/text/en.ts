import { certificateReasonTable, certificateStatementText } from 'quorumwatch/certificate';
import type { VerifyTexts } from './texts.ts';

/** The sentences of the library, which the command line says too. */
const [proved = '', byzantine = '', network = '', otherLedger = ''] = certificateStatementText('byzantine-quorum');
const strengthOf = (policy: Parameters<typeof certificateStatementText>[0]) =>
  certificateStatementText(policy)[1] ?? '';

export const en: VerifyTexts = {
  title: 'Verify an outage certificate',
  intro:
    'Everything is computed in this page; no file leaves your machine. Choose both files, or drop them anywhere here.',
  language: 'Language',
  roles: {
    genesis: {
      title: 'Genesis',
      hint: 'The file genesis.json of the cluster, from a source that you trust yourself.',
    },
    certificate: { title: 'Certificate', hint: 'A file *.outage.json, from anybody.' },
  },
  noFile: 'none yet',
  valid: 'Valid',
  refused: 'Refused',
  steps: 'Steps',
  stepTitles: {
    form: 'Form',
    members: 'Members',
    votes: 'Votes',
    inclusion: 'Entries',
    checkpoint: 'Checkpoint',
    verdict: 'Evidence and rule',
    history: 'History',
  },
  outcomes: { passed: 'passed', absent: 'not needed', failed: 'failed', 'not-reached': 'not reached' },
  proves: 'What this proves',
  statements: {
    proved,
    strength: {
      'byzantine-quorum': byzantine,
      'crash-majority': strengthOf('crash-majority'),
      'single-watcher': strengthOf('single-watcher'),
    },
    network,
    otherLedger,
  },
  check: 'Check',
  incident: 'incident',
  cluster: 'Cluster',
  from: 'From',
  to: 'To',
  notEnded: 'not ended in this certificate',
  signedBy: 'Signed by',
  signers: (count, of) => `${count} of ${of}`,
  changes: 'Changes of verdict',
  columns: { since: 'Since', verdict: 'Verdict', rule: 'Rule', for: 'For', against: 'Against', silent: 'Silent' },
  verdicts: { up: 'up', degraded: 'degraded', partial: 'partial', down: 'down', unknown: 'unknown' },
  rule: (name, need, of) => `${name}, ${need} of ${of}`,
  reasons: certificateReasonTable,
};

import { inPbft, type Mutation } from './mutation.ts';

/** What people have got wrong in leaving a view, in deciding what the next one begins with, and in getting there at all. */
export const viewChangeMutations: readonly Mutation[] = [
  inPbft(
    'the-lowest-view-wins',
    'decide-new-view.ts',
    'return one.view > other.view ||',
    'return one.view < other.view ||',
  ),
  inPbft(
    'new-views-begin-with-nulls',
    'decide-new-view.ts',
    'digest: chosen.get(sequence)?.header.digest ?? nullDigest',
    'digest: nullDigest',
  ),
  inPbft(
    'new-views-begin-at-the-last-checkpoint-heard',
    'decide-new-view.ts',
    'if (change.stable.sequence > stable.sequence) stable = change.stable;',
    'stable = change.stable;',
  ),
  inPbft(
    'new-views-end-at-the-last-certificate-heard',
    'decide-new-view.ts',
    'last = Math.max(last, sequence);',
    'last = sequence;',
  ),
  inPbft(
    'nothing-prepared-is-reported',
    'view-changer.ts',
    '(certificate ? [certificate] : [])',
    '(certificate ? [] : [])',
  ),
  inPbft(
    'only-what-this-view-prepared-is-reported',
    'view-changer.ts',
    '({ certificate }) => (certificate ? [certificate] : [])',
    '({ certificate, isPrepared }) => (certificate && isPrepared ? [certificate] : [])',
  ),
  inPbft(
    'what-is-committed-is-not-reported',
    'view-changer.ts',
    '({ certificate }) => (certificate ? [certificate] : [])',
    '({ certificate, committed }) => (certificate && !committed ? [certificate] : [])',
  ),
  inPbft('no-new-view-is-awaited', 'view-changer.ts', 'this.#shared.active = false;', ''),
  inPbft(
    'new-views-are-not-recomputed',
    'view-changer.ts',
    'const decision = this.#justified(newView);',
    'const decision = this.#decide(newView.viewChanges);',
  ),
  inPbft(
    'new-views-of-anyone',
    'view-changer.ts',
    "if (newView.signer !== membership.primary(newView.view)) return refuse('not-primary');",
    '',
  ),
  inPbft(
    'new-views-of-a-few-view-changes',
    'view-changer.ts',
    'if (new Set(viewChanges.map((change) => change.signer)).size < membership.quorum) return undefined;',
    '',
  ),
  inPbft(
    'view-changes-are-not-verified',
    'certificates.ts',
    'if (!this.#membership.has(change.signer) || !this.#authority.accepts(change, change)) return undefined;',
    '',
  ),
  inPbft(
    'prepared-certificates-are-not-verified',
    'certificates.ts',
    ' && view < change.view && this.prepared(certificate);',
    ' && view < change.view;',
  ),
  inPbft(
    'checkpoints-in-view-changes-are-not-verified',
    'certificates.ts',
    'if (!this.checkpoint(change.stable)) return undefined;',
    '',
  ),
  inPbft('nobody-joins-a-view', 'view-changer.ts', 'if (join !== undefined) return this.start(join);', ''),
  inPbft(
    'new-primaries-have-for-ever',
    'view-changer.ts',
    'if (!active && isOver) this.start(view + 1);',
    'if (!active && isOver) return;',
  ),
  inPbft(
    'view-changes-are-sent-once',
    'status.ts',
    'return [...answers, ...parts.gathered.filter(({ signer }) => !has.has(signer))];',
    'return answers.slice(0, answers.length + 0 * has.size);',
  ),
  inPbft(
    'new-views-are-sent-once',
    'status.ts',
    'return shared.newView ? [...answers, shared.newView] : answers;',
    'return answers;',
  ),
];

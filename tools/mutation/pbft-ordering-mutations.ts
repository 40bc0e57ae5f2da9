import { inPbft, type Mutation } from './mutation.ts';

/** What people have got wrong in quorums, in the normal case, and in what a vote counts for. */
export const orderingMutations: readonly Mutation[] = [
  // The f + 1 of the predicate "committed", which nobody can observe, taken for the number of votes to wait for.
  inPbft(
    'quorums-of-f-plus-one',
    'configuration.ts',
    'Math.ceil((members.length + this.faults + 1) / 2)',
    'this.faults + 1',
  ),
  inPbft(
    'quorums-of-2f',
    'configuration.ts',
    'Math.ceil((members.length + this.faults + 1) / 2)',
    'Math.max(1, 2 * this.faults)',
  ),
  // As in Raft; right for four members, and for no larger number of them.
  inPbft(
    'majorities-as-in-raft',
    'configuration.ts',
    'Math.ceil((members.length + this.faults + 1) / 2)',
    'Math.floor(members.length / 2) + 1',
  ),
  inPbft(
    'commit-quorum-of-2f',
    'ordering.ts',
    'if (!first || commits.length < this.#shared.membership.quorum) return;',
    'if (!first || commits.length < this.#shared.membership.quorum - 1) return;',
  ),
  inPbft(
    'prepared-by-f-plus-one',
    'ordering.ts',
    'const needed = this.#shared.membership.quorum - 1;',
    'const needed = this.#shared.membership.faults;',
  ),
  inPbft(
    'prepares-of-another-digest-count',
    'slot.ts',
    'inOrder([...this.prepares.values()].filter(({ digest }) => digest === this.header?.digest))',
    'inOrder([...this.prepares.values()])',
  ),
  inPbft('commits-of-another-digest-count', 'slot.ts', 'if (commit.digest !== this.header?.digest) continue;', ''),
  inPbft(
    'commits-of-another-root-count',
    'slot.ts',
    'const group = groups.get(commit.root);',
    'const [group] = groups.values();',
  ),
  inPbft(
    'commits-of-a-member-count-twice',
    'ordering.ts',
    'slot.commits.set(commit.signer, commit);\n    this.#tryCommitted(slot);',
    'slot.commits.set(commit.signer + 1000 * slot.commits.size, commit);\n    this.#tryCommitted(slot);',
  ),
  inPbft(
    'prepares-of-a-member-count-twice',
    'ordering.ts',
    'slot.prepares.set(prepare.signer, prepare);\n    this.#tryPrepare(slot);',
    'slot.prepares.set(prepare.signer + 1000 * slot.prepares.size, prepare);\n    this.#tryPrepare(slot);',
  ),
  inPbft(
    'votes-are-not-verified',
    'ordering.ts',
    'const isGenuine = this.#shared.authority.accepts(vote, vote);',
    'const isGenuine = true;',
  ),
  // Its pre-prepare is its prepare; with both it would count twice.
  inPbft(
    'primaries-prepare-too',
    'ordering.ts',
    "if (prepare.signer === shared.membership.primary(prepare.view)) return shared.refuse(from, 'prepare', 'not-backup');",
    '',
  ),
  inPbft(
    'pre-prepares-from-anyone',
    'ordering.ts',
    "if (header.signer !== shared.membership.primary(header.view)) return refuse('not-primary');",
    '',
  ),
  inPbft(
    'pre-prepares-are-not-verified',
    'ordering.ts',
    "if (!shared.authority.accepts(header, { type: 'pre-prepare', header })) return refuse('bad-signature');",
    '',
  ),
  inPbft(
    'proposals-need-not-fit-their-digest',
    'ordering.ts',
    "if (proposalDigest(proposal) !== header.digest) return refuse('wrong-digest');",
    '',
  ),
  inPbft(
    'the-last-pre-prepare-counts',
    'ordering.ts',
    "if (slot.header) {\n      refuse('equivocation');\n      return this.#parts.onEquivocation();\n    }",
    '',
  ),
  inPbft(
    'votes-of-earlier-views-count',
    'ordering.ts',
    "if (ballot.view < shared.view) return shared.refuse(from, message.type, 'old-view');",
    '',
  ),
  inPbft(
    'no-low-water-mark',
    'ordering.ts',
    "if (ballot.sequence <= this.#slots.low) return shared.refuse(from, message.type, 'outside-window');",
    '',
  ),
  inPbft('no-high-water-mark', 'ordering.ts', ' || ballot.sequence > this.#slots.high) {', ') {'),
  inPbft(
    'commits-carry-the-latest-root',
    'execution-state.ts',
    'return this.rootAt(Math.max(this.#origin, sequence - this.#limits.historyLag));',
    'return this.rootAt(this.rooted);',
  ),
  inPbft(
    'time-goes-back',
    'execution-state.ts',
    'this.time = Math.max(this.time, proposal.time);',
    'this.time = proposal.time;',
  ),
  inPbft('bundles-are-executed-again', 'executor.ts', 'if (!fresh[at]) return [];', ''),
  inPbft(
    'bundles-are-not-verified',
    'pbft-core.ts',
    "if (!authority.acceptsBytes(bundle, bytes)) return refuse('bad-signature');",
    '',
  ),
  inPbft('slots-are-sent-once', 'status.ts', 'if (shared.active) answers.push(...slotsFor(parts, status));', ''),
  inPbft(
    'what-was-ordered-is-not-passed-on',
    'status.ts',
    '[...answerView(parts, status), ...orderedFor(parts, status)]',
    'answerView(parts, status)',
  ),
  inPbft(
    'what-others-ordered-is-not-verified',
    'ordering.ts',
    "if (!shared.check.commit(certificate)) return shared.refuse(from, 'data', 'bad-certificate');",
    '',
  ),
  inPbft(
    'what-others-ordered-need-not-fit-its-digest',
    'ordering.ts',
    "if (proposalDigest(proposal) !== digest) return shared.refuse(from, 'data', 'wrong-digest');",
    '',
  ),
];

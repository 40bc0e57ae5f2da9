import { inPbft, type Mutation } from './mutation.ts';

/** What people have got wrong in journals, restarts, checkpoints and transfers. */
export const recoveryMutations: readonly Mutation[] = [
  inPbft('speaks-before-durable', 'outbox.ts', '=> after <= this.#durable;', '=> after <= Infinity;'),
  inPbft(
    'executes-before-durable',
    'executor.ts',
    'lsn: checkpoints.floor() }, slot.preparedEnd);',
    'lsn: checkpoints.floor() }, 0);',
  ),
  inPbft(
    'accepted-is-not-recorded',
    'ordering.ts',
    "this.#shared.outbox.record({ type: 'accepted', prePrepare, bundles, prepare });",
    '',
  ),
  inPbft(
    'prepared-is-not-recorded',
    'ordering.ts',
    "this.#shared.outbox.record({ type: 'prepared', certificate: slot.certificate });",
    '',
  ),
  inPbft(
    'view-changes-are-not-recorded',
    'view-changer.ts',
    "outbox.record({ type: 'view-change', viewChange: change });",
    '',
  ),
  inPbft('restarts-forget-their-view', 'restore.ts', 'shared.view = folded.view;', 'shared.view = 0;'),
  inPbft(
    'restarts-forget-that-they-left-a-view',
    'restore.ts',
    'shared.active = folded.active;',
    'shared.active = true;',
  ),
  inPbft('restarts-forget-what-was-prepared', 'restore.ts', 'slot.certificate = found.certificate;', ''),
  inPbft(
    'journals-end-at-the-checkpoint',
    'checkpoints.ts',
    'this.#floor = Math.min(this.#baseLsn, ...first);',
    'this.#floor = first.length < 0 ? 0 : this.#baseLsn;',
  ),
  inPbft(
    'certificates-end-with-their-view',
    'slot.ts',
    'this.isPrepared = false;',
    'this.isPrepared = false;\n    this.certificate = undefined;',
  ),
  inPbft(
    'checkpoints-of-f-plus-one',
    'checkpoint.ts',
    'return votes.length >= this.#quorum ?',
    'return votes.length > (this.#quorum - 1) / 2 ?',
  ),
  inPbft(
    'checkpoints-of-different-states-count',
    'checkpoint.ts',
    'vote.sequence === sequence && vote.digest === digest',
    'vote.sequence === sequence',
  ),
  inPbft(
    'checkpoint-votes-are-not-verified',
    'checkpoints.ts',
    "if (!authority.accepts(vote, vote)) return this.#shared.refuse(from, 'checkpoint', 'bad-signature');",
    '',
  ),
  inPbft(
    'checkpoints-are-sent-once',
    'status.ts',
    'answers.push(...checkpoints.votesAfter(status.stable));\n  if (status.stable < checkpoints.stable.sequence) answers.push(...votesOf(checkpoints.stable));',
    '',
  ),
  inPbft('water-marks-stay', 'checkpoints.ts', 'this.#slots.advance(sequence);', ''),
  inPbft('clients-are-not-in-the-state', 'execution-state.ts', 'this.#clients.write(writer);', 'writer.u16(0);'),
  inPbft(
    'transfers-are-not-verified',
    'checkpoints.ts',
    '|| isVoid || stateDigest(root, sha256(state)) !== target.digest) return false;',
    '|| isVoid) return false;',
  ),
  inPbft('transfers-void-nothing', 'checkpoints.ts', 'shared.outbox.dropBatches();', ''),
];

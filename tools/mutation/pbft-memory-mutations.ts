import { inPbft, type Mutation } from './mutation.ts';

/** What can be got wrong about members who come back with an older memory than they had. */
export const memoryMutations: readonly Mutation[] = [
  inPbft(
    'starts-do-not-ask',
    'restore.ts',
    'shared.asking = !shared.forgot && shared.others.length > 0;',
    'shared.asking = shared.others.length < 0;',
  ),
  inPbft('one-answer-is-enough', 'self-knowledge.ts', 'shared.membership.quorum - 1', '1'),
  inPbft(
    'what-was-said-is-not-shown',
    'status.ts',
    'number, said, votes: votesToRemind(parts, status, left) };',
    'number, said: said && undefined, votes: votesToRemind(parts, status, left) };',
  ),
  inPbft(
    'who-asks-is-taken-at-its-word',
    'others-memory.ts',
    'if (before && compare(before.remembered, remembered) > 0) {',
    'if (before && compare(before.remembered, before.remembered) > 0) {',
  ),
  inPbft(
    'who-asks-counts-what-it-writes',
    'self-knowledge.ts',
    'return asking ? former : { life, recorded: outbox.durable };',
    'return asking && former.life < 0 ? former : { life, recorded: outbox.durable };',
  ),
  inPbft(
    'unsure-lives-count-as-remembered',
    'restore.ts',
    'remembered === undefined || remembered.life === life;',
    'remembered === undefined || remembered.life <= life;',
  ),
  inPbft('votes-although-it-has-forgotten', 'self-knowledge.ts', '    shared.forgot = true;\n', ''),
  inPbft(
    'old-statuses-take-the-vote',
    'self-knowledge.ts',
    'if (this.#isOurs(status.number) || compare(status.remembered, this.#known(status)) <= 0) return;',
    'if (this.#isOurs(status.number)) return;',
  ),
  inPbft(
    'forged-statuses-take-the-vote',
    'self-knowledge.ts',
    'if (status.signer !== shared.self || !shared.authority.accepts(status, status)) return;',
    'if (status.signer !== shared.self) return;',
  ),
  inPbft(
    'old-votes-take-the-vote',
    'self-knowledge.ts',
    'this.#isPast(slot) || authority.remembers(vote, slot)) return false;',
    'this.#isPast({ ...slot, view: Infinity, sequence: Infinity })) return false;',
  ),
];

import type { Mutation } from './mutation.ts';

export const mutations: readonly Mutation[] = [
  {
    name: 'commit-quorum-of-2f',
    protocol: 'pbft',
    file: 'agree/pbft/ordering.ts',
    find: 'if (!first || commits.length < this.#shared.membership.quorum) return;',
    replace: 'if (!first || commits.length < this.#shared.membership.quorum - 1) return;',
  },
];

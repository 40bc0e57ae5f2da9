import type { Mutation } from './mutation.ts';
import { memoryMutations } from './pbft-memory-mutations.ts';
import { orderingMutations } from './pbft-ordering-mutations.ts';
import { recoveryMutations } from './pbft-recovery-mutations.ts';
import { viewChangeMutations } from './pbft-view-change-mutations.ts';

/** All seeded bugs that are changes of text; those that exchange a rule of a core stand beside the simulator. */
export const mutations: readonly Mutation[] = [
  ...orderingMutations,
  ...viewChangeMutations,
  ...recoveryMutations,
  ...memoryMutations,
];

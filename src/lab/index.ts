/** The laboratory: a deterministic world in which protocols are tried before anybody relies on them. */
export { readPlanFile, writePlanFile, type PlanFile } from './world/plan-file.ts';
export type { Plan } from './world/plan.ts';
export { replay, runSeeds, shrinkPlan, simulations, type SeedOutcome } from './world/simulate.ts';
export type { Outcome } from './world/world.ts';

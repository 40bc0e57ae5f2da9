export { maxFiring, maxSeries, PolicyEvaluation, type FormerFinding } from './evaluation.ts';
export { resourceKey } from './resource-key.ts';

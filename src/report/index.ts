/** What is told of all this to those who do not watch, and what alerting policies make of it. Pure. */
export * from './status-page/index.ts';
export * from './alerts/evaluate/index.ts';
export * from './alerts/windows/index.ts';
export * from './slo/index.ts';

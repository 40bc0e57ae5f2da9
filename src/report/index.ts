/** What is told of all this to those who do not watch, and what alerting policies make of it. */
export * from './alerts/evaluate/index.ts';
export * from './alerts/windows/index.ts';

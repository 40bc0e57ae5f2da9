/** What is told of all this to those who do not watch: the status page. Pure: the same world, the same words. */
export * from './status-page/index.ts';
export * from './alerts/evaluate/index.ts';
export * from './alerts/windows/index.ts';

/** The composition root: starts and stops the parts, and hands results from one verb to the next. */
export type { CheckFilter, Commands, ConfigurationInForce, Live, Paging, Queries, Watcher } from './api.ts';
export { roles, type Principal, type Role, type TokenBook } from './tokens.ts';

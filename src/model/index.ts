/** The vocabulary: types, schemas and pure functions that every other folder may use. */
export * from './api.ts';
export * from './config/action.ts';
export * from './config/check.ts';
export * from './config/configuration.ts';
export * from './config/formats/routeros/index.ts';
export * from './config/read.ts';
export * from './config/sections.ts';
export * from './errors.ts';
export * from './incident.ts';
export * from './ledger.ts';
export * from './opinion.ts';
export * from './probe.ts';
export * from './scalars.ts';
export * from './time.ts';
export * from './verdict.ts';

/** The vocabulary: types, schemas and pure functions that every other folder may use. */
export * from './errors.ts';
export * from './probe.ts';
export * from './scalars.ts';
export * from './time.ts';

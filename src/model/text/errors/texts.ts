import type { ErrorCode } from '../../errors.ts';

/** What each code of an error means and what to do, as `errorTable` says it in English; one that is missing does not compile. */
export type ErrorTexts = Readonly<Record<ErrorCode, { meaning: string; hint: string }>>;

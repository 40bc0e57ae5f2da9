import { QwError } from '../model/index.ts';

/** The header of a change that rests on a ledger position, as people write it: `--base 17`. Throws BAD_INPUT. */
export function baseHeader(base: string | undefined): Record<string, string> {
  if (base === undefined) return {};
  if (/^\d{1,15}$/.test(base)) return { 'if-match': `"${base}"` };
  throw new QwError('BAD_INPUT', `expected --base with a ledger position, found ${base}`);
}

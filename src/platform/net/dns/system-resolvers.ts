import { readFileSync, statSync } from 'node:fs';
import { parseResolvers } from '../../linux/discover.ts';

let known: { changedMs: number; resolvers: readonly string[] } | undefined;

/** The name servers that this machine asks; empty if its configuration cannot be read. */
export function systemResolvers(file = '/etc/resolv.conf'): readonly string[] {
  try {
    const changedMs = statSync(file).mtimeMs;
    if (known?.changedMs !== changedMs) known = { changedMs, resolvers: parseResolvers(readFileSync(file, 'utf8')) };
    return known.resolvers;
  } catch {
    return [];
  }
}

import { createHash } from 'node:crypto';
import { QwError, readConfiguration } from '../model/index.ts';
import type { GivenConfiguration } from '../watcher/index.ts';

/**
 * A configuration as it goes into the ledger. Its secrets may be elsewhere than here, so they are not looked for. Throws
 * CONFIG_INVALID with every issue.
 */
export async function givenOf(yaml: string, file: string): Promise<GivenConfiguration> {
  const { checkedConfiguration } = await import('../watcher/index.ts');
  const result = readConfiguration(yaml, file, checkedConfiguration);
  if (result.ok) return { document: result.document, file, source: { kind: 'file', fileHash: hashOf(yaml) } };
  const count = result.issues.length;
  throw new QwError('CONFIG_INVALID', `the configuration has ${count} ${count === 1 ? 'error' : 'errors'}`, {
    where: file,
    facts: { issues: result.issues },
  });
}

/** By which an unchanged file is known. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

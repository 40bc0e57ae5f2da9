import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { QwError } from '../model/index.ts';
import type { Operator } from '../watcher/index.ts';

/** Signing as the operator of a cluster. */

export interface OperatorOptions {
  operatorKey?: string;
  genesis?: string;
}

export function withOperator(command: Command): Command {
  return command
    .option('--operator-key <file>', 'sign as operator; needed where several watchers decide')
    .option('--genesis <file>', 'the genesis of the cluster (default: genesis.json beside the operator’s key)');
}

/** The operator whose key was given; undefined when none was: then the watcher decides, or refuses. */
export async function operatorOf(options: OperatorOptions): Promise<Operator | undefined> {
  if (options.operatorKey === undefined) return undefined;
  const { readGenesisFile, readOperator } = await import('../watcher/index.ts');
  const file = options.genesis ?? join(dirname(options.operatorKey), 'genesis.json');
  const genesis = await readGenesisFile(file);
  if (genesis) return readOperator(options.operatorKey, genesis);
  throw new QwError('BAD_INPUT', 'there is no genesis beside the operator’s key', {
    where: file,
    hint: 'name it with --genesis FILE',
  });
}

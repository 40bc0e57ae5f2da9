import { z } from 'zod';
import type { SecretSource } from '../../platform/index.ts';

/**
 * The configuration is kept in the ledger and shown, so a secret stands in it only as the name of a file or of a
 * variable.
 */
export function secretFile(what: string) {
  return z.string().min(1).optional().describe(`A file that holds ${what}; read afresh for every message.`);
}

export function secretVariable(what: string) {
  return z
    .string()
    .regex(
      /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/,
      'expected ${NAME}, a variable of the environment: secrets are not kept here',
    )
    .optional()
    .describe(`Instead of the file: \${NAME}, the variable of the environment that holds ${what}.`);
}

export function secretSource(file: string | undefined, text: string | undefined): SecretSource | undefined {
  if (file !== undefined) return { file };
  return text === undefined ? undefined : { text };
}

/** Says what is wrong when both ways to a secret are given, or none where one is needed. */
export function secretProblem(
  given: Readonly<Record<string, unknown>>,
  name: string,
  needed: boolean,
): string | undefined {
  const count = [given[`${name}-file`], given[name]].filter((value) => value !== undefined).length;
  if (count === 2) return `expected either ${name}-file or ${name}, found both`;
  return count === 0 && needed ? `expected ${name}-file or ${name}` : undefined;
}

export const caFile = z
  .string()
  .min(1)
  .optional()
  .describe('PEM certificates of the authorities to trust; the system’s by default.');

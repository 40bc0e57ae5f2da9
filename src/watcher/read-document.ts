import { QwError, validateConfiguration, type Configuration } from '../model/index.ts';
import { configuration as schema } from './parts.ts';

/** A document of the ledger with its defaults filled in; throws CONFIG_INVALID. */
export function readDocument(document: unknown): Configuration {
  const result = validateConfiguration(document, 'configuration', schema);
  if (result.ok) return result.configuration;
  const first = result.issues[0];
  throw new QwError(
    'CONFIG_INVALID',
    `the configuration has ${result.issues.length} errors, first ${first?.path}: ${first?.message}`,
    {
      facts: { issues: result.issues },
    },
  );
}

/** What holds before anything is in force. */
export const noConfiguration = readDocument({});

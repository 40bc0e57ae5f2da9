import { z } from 'zod';
import { notifiers } from '../act/index.ts';
import { configurationSchema, type ConfigurationParts } from '../model/index.ts';
import { probes } from '../observe/index.ts';

/** What registers itself: a new probe or notifier is one file and its line in the registry of its verb. */
export const configurationParts: ConfigurationParts = { probes, notifiers };

export const configuration = configurationSchema(configurationParts);

/** The JSON Schema (2020-12) of `quorumwatch.yaml`, for editors. */
export function configurationJsonSchema(): object {
  const schema = z.toJSONSchema(configuration, { io: 'input', unrepresentable: 'any' });
  return { ...schema, $id: 'quorumwatch.schema.json', title: 'quorumwatch.yaml' };
}

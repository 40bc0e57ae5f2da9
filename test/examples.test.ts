import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notifiers } from '../src/act/index.ts';
import { configurationSchema, importRouteros, readConfiguration } from '../src/model/index.ts';
import { probes } from '../src/observe/index.ts';

const folder = join(import.meta.dirname, '../examples');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const schema = configurationSchema({ probes, notifiers });

test.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('%s is valid', (name) => {
  const result = readConfiguration(read(name), name, schema);
  expect(result.issues).toEqual([]);
  expect(result.ok && result.configuration.watch.length).toBeGreaterThan(1);
});

test('two-isps.yaml is what the import makes of two-isps.rsc', () => {
  const imported = importRouteros(read('two-isps.rsc'));
  expect(imported.yaml).toBe(read('two-isps.yaml'));
  expect(imported.untranslated).toEqual([]);
});

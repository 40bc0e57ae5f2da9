import { expect, test } from 'vitest';
import { configurationSchema, readConfiguration } from '../../../src/model/index.ts';
import { exampleYaml } from './example.ts';

test('what is shown to those who have no uplinks is a configuration, and changes nothing yet', () => {
  const probes = [{ type: 'simple', summary: 'One echo.', options: {}, values: {} }];
  const schema = configurationSchema({ probes, notifiers: [] });
  const read = readConfiguration(exampleYaml, 'quorumwatch.yaml', schema);
  expect(read.issues).toEqual([]);
  const { uplinks, failover } = read.ok ? read.configuration : {};
  expect(uplinks?.map(({ name }) => name)).toEqual(['isp1', 'isp2']);
  expect(failover?.act).toBe('off');
});

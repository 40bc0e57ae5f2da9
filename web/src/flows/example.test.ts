import { expect, test } from 'vitest';
import { configurationSchema, readConfiguration } from '../../../src/model/index.ts';
import { exampleYaml, exporterKinds, exporterLines, pricesYaml, targetOf } from './example.ts';

const probes = [{ type: 'simple', summary: 'One echo.', options: {}, values: {} }];
const read = (yaml: string) =>
  readConfiguration(yaml, 'quorumwatch.yaml', configurationSchema({ probes, notifiers: [] }));

test('what is shown to those who collect nothing is a configuration that collects', () => {
  const found = read(exampleYaml);
  expect(found.issues).toEqual([]);
  const { flows } = found.ok ? found.configuration : {};
  expect(flows?.listen).toEqual(['udp:0.0.0.0:2055', 'udp:0.0.0.0:6343']);
  expect(flows?.exporters.map(({ name }) => name)).toEqual(['edge']);
});

test('what is shown to those who have no prices is a configuration with some', () => {
  const found = read(pricesYaml);
  expect(found.issues).toEqual([]);
  expect(found.ok && found.configuration.flows?.prices).toMatchObject({ currency: 'EUR', otherwise: 0.08 });
});

test('lines for exporters name where this watcher listens', () => {
  const listening = ['tcp:0.0.0.0:4739', 'udp:[2001:db8::1]:6343', 'udp:0.0.0.0:9995'];
  expect(targetOf(listening, 'watch.example', 'routeros')).toEqual({ host: 'watch.example', port: 9995 });
  expect(targetOf(listening, 'watch.example', 'sflow')).toEqual({ host: '2001:db8::1', port: 6343 });
  expect(targetOf(listening.slice(0, 2), 'watch.example', 'cisco')).toEqual({ host: '2001:db8::1', port: 6343 });
  expect(targetOf([], 'watch.example', 'softflowd')).toEqual({ host: 'watch.example', port: 2055 });
  expect(exporterLines.softflowd('2001:db8::1', 2055)).toContain('-n [2001:db8::1]:2055 ');
  expect(exporterLines.routeros('2001:db8::1', 2055)).toContain('dst-address=2001:db8::1 port=2055');
  for (const kind of exporterKinds) {
    expect(exporterLines[kind]('192.0.2.9', 2055)).toMatch(/192\.0\.2\.9/);
    expect(exporterLines[kind]('192.0.2.9', 2055)).toMatch(/2055/);
  }
});

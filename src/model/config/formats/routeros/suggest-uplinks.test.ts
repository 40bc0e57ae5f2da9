import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { failoverSchema } from '../../uplinks.ts';
import { importRouteros } from './import.ts';

const routes = [
  'add comment=To-ISP2 distance=2 gateway=198.51.100.1',
  'add comment=To-ISP1 distance=1 dst-address=0.0.0.0/0 gateway=192.0.2.1',
  'add comment=Office dst-address=10.0.0.0/8 gateway=192.0.2.7',
];
const watch =
  'add host=192.0.2.9 down-script="/ip route disable [find comment=To-ISP1]" up-script="/ip route enable [find comment=To-ISP1]"';
const hintOf = (given: readonly string[], rows = watch) =>
  importRouteros(`/ip route\n${given.join('\n')}\n/tool netwatch\n${rows}\n`)
    .yaml.split('\n')
    .filter((line) => line.startsWith('# '))
    .slice(1);

test('scripts that switch default routes by comment suggest the section that does the same', () => {
  const hint = hintOf(routes);
  const written = parse(
    hint
      .slice(2)
      .map((line) => line.slice(2))
      .join('\n'),
  ) as { uplinks: object[]; failover: object };
  expect(written.uplinks).toEqual([
    { name: 'To-ISP1', device: 'DEVICE', gateway: '192.0.2.1' },
    { name: 'To-ISP2', device: 'DEVICE', gateway: '198.51.100.1' },
  ]);
  expect(failoverSchema.parse(written.failover).router?.routes).toEqual({ 'To-ISP1': 'To-ISP1', 'To-ISP2': 'To-ISP2' });
});

test('nothing is suggested where the export does not say what it takes', () => {
  expect(hintOf(routes, 'add host=192.0.2.9')).toEqual([]);
  expect(hintOf(routes.slice(1))).toEqual([]);
  expect(hintOf(['add comment=To-ISP2 distance=2 gateway=pppoe-out1', ...routes.slice(1)])).toEqual([]);
  expect(hintOf(['add comment=To-ISP2 distance=1 gateway=198.51.100.1', ...routes.slice(1)])).toEqual([]);
  expect(hintOf(['add distance=2 gateway=198.51.100.1', ...routes.slice(1)])).toEqual([]);
  expect(hintOf(['add comment=To-ISP1 distance=3 gateway=198.51.100.1', ...routes])).toEqual([]);
});

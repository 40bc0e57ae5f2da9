import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ApiGroup, ApiGroupDetail, ApiLocatedCheck } from '../src/model/index.ts';
import { api, cleanUp, cli, folder, quick, start } from './support/rig.ts';

afterEach(cleanUp);

test('a check over a group watches every target of it, on the page of groups and on the command line', async () => {
  const cwd = folder();
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    join(cwd, 'quorumwatch.yaml'),
    `targets:
  - { name: one, host: 127.0.0.1, labels: { role: shop } }
  - { name: two, host: 127.0.0.2, labels: { role: shop } }
  - { name: other, host: 127.0.0.3, labels: { role: mail } }
groups:
  - { name: shop, select: role=shop }
watch:
  - { name: port, type: tcp-conn, group: shop, port: ${port}, ${quick} }
`,
  );
  const watcher = start(cwd);
  const ready = await watcher.ready;
  // Only 127.0.0.1 is listened on.
  await watcher.until({ 'port@one': 'up', 'port@two': 'down' });
  const { get, call } = api(ready);
  const { items } = await get<{ items: ApiGroup[] }>('/groups');
  expect(items).toEqual([
    expect.objectContaining({
      name: 'shop',
      targets: 2,
      worst: 'down',
      counts: expect.objectContaining({ up: 1, down: 1 }),
    }),
  ]);
  const shop = await get<ApiGroupDetail>('/groups/shop');
  expect(shop.checks.map(({ check, target, host }) => [check, target, host])).toEqual([
    ['port@two', 'two', '127.0.0.2'],
    ['port@one', 'one', '127.0.0.1'],
  ]);
  const located = await get<ApiLocatedCheck>('/checks/port%40one/locations');
  expect(located.locations).toEqual([
    expect.objectContaining({
      watcher: ready.watchers[0]?.id,
      state: 'up',
      stand: 'with',
      latencyMs: expect.any(Number),
    }),
  ]);
  expect(await call('GET', '/groups/none')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });

  const shown = await cli(cwd, 'group', 'show', 'shop');
  expect(shown.stdout).toContain('shop: 2 targets, 2 checks (role=shop)');
  expect(shown.stdout).toMatch(/port@two\s+down\s+down/);
  expect(JSON.parse((await cli(cwd, 'group', 'list', '--json')).stdout)).toEqual(items);
  server.close();
});

import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { silentLog, systemClock } from '../src/platform/index.ts';
import { readConfigurationText, startWatcher } from '../src/watcher/index.ts';
import type { ApiEvent, Transition } from '../src/model/index.ts';
import { cleanUp, folder, quick, webServer } from './support/rig.ts';

afterEach(cleanUp);

/** A whole watcher whose wall clock is set forward and back by an hour while its monotonic clock runs on. */
test('jumps of the wall clock make no transitions, and agreed time never goes back', { timeout: 30_000 }, async () => {
  let offsetMs = 0;
  let status = 200;
  const web = await webServer(() => ({ status, body: '' }));
  const yaml = `watch:
  - { name: web, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick} }
  - { name: steady, type: tcp-conn, host: 127.0.0.1, port: ${web.port}, ${quick} }
`;
  const { document } = await readConfigurationText({ yaml, file: 'test' });
  const watcher = await startWatcher({
    directory: join(folder(), 'data'),
    hostName: hostname(),
    uptimeMs: () => 1e9,
    clock: { ...systemClock, now: () => systemClock.now() + offsetMs },
    random: Math.random,
    log: silentLog,
    version: '0',
    pageUrl: 'http://127.0.0.1',
    firstConfiguration: async () => ({ document, file: 'test', source: { kind: 'file' } }),
  });
  const events: ApiEvent[] = [];
  watcher.live.onEvent((event) => events.push(event));
  watcher.begin();
  const verdict = async (name: string) => (await watcher.queries.check(name))?.verdict;
  const until = async (name: string, wanted: string) => {
    const end = performance.now() + 8000;
    while ((await verdict(name)) !== wanted && performance.now() < end) await delay(50);
    expect(await verdict(name)).toBe(wanted);
  };
  await until('web', 'up');
  await until('steady', 'up');
  let changes = 0;
  for (const jump of [3_600_000, -3_600_000, -3_600_000, 3_600_000]) {
    offsetMs += jump;
    await delay(700);
    status = status === 200 ? 500 : 200;
    changes++;
    await until('web', status === 200 ? 'up' : 'down');
    const newest = (await watcher.queries.check('web'))?.strip.at(-1);
    expect(Math.abs(Date.parse(newest?.from ?? '') - systemClock.now() - offsetMs)).toBeLessThan(600_000);
  }
  const of = (name: string) =>
    events.filter((event) => event.kind === 'transition' && (event.body as Transition).check === name);
  expect(of('web')).toHaveLength(1 + changes);
  expect(of('steady')).toHaveLength(1);
  const times = events.map((event) => event.time);
  expect(times).toEqual(times.toSorted());
  const since = of('web').map((event) => (event.body as Transition).since);
  expect(since).toEqual(since.toSorted((a, b) => a - b));
  await watcher.stop();
  web.close();
});

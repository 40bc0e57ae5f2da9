import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ApiUplinks } from '../../src/model/index.ts';
import { RouterOffice } from '../support/router-office.ts';
import { labMissing } from '../support/shared.ts';
import type { WatcherProcess } from '../support/watcher-process.ts';

/** What stands in the way of switching at the start, and goes away: nobody has to start the watcher again. */

const missing = labMissing();
if (missing !== undefined) process.stderr.write(`uplinks at the start: ${missing}\n`);

describe.skipIf(missing !== undefined)('watchers on the router, at their start', () => {
  const office = new RouterOffice();
  const shown = (watcher: WatcherProcess) => office.ask<ApiUplinks>(watcher, '/uplinks');
  const unplug = (device: string, to: string) => office.router('ip', 'link', 'set', device, 'name', to);

  beforeAll(() => office.up(), 60_000);
  afterEach(async () => {
    const { after, before } = await office.end();
    expect(after).toBe(before);
  }, 60_000);
  afterAll(() => office.down(), 60_000);

  test('a table that somebody else holds: it judges, says when it tries again, and switches once it is free', async () => {
    office.router('nft', 'add', 'table', 'inet', 'quorumwatch');
    const watcher = await office.start(
      join(office.folder, 'taken'),
      '--config',
      office.write('taken.json', { act: 'local-evidence' }),
    );
    await office.upIn(watcher, 4);
    const { here, serving } = await shown(watcher);
    expect(here).toMatchObject({ judges: true, acts: false });
    expect(here.problems).toMatchObject([
      expect.stringMatching(/not switched yet: there is an nftables table inet quorumwatch already .*tried again/),
    ]);
    expect(serving).toEqual([]);
    expect(await office.ask(watcher, '/uplinks/switch', { uplink: 'isp2' })).toMatchObject({ code: 'CONFLICT' });
    office.router('nft', 'delete', 'table', 'inet', 'quorumwatch');
    await office.until('it switches', async () => (await shown(watcher)).here.acts, 40_000);
    expect((await shown(watcher)).here.problems).toEqual([]);
    office.lab.fault('isp1', 'upstream');
    await office.switched(watcher, 1);
    expect(office.way()).toBe('wan2');
  }, 120_000);

  test('no device is there at the start: they are waited for, by who switches and by who only judges', async () => {
    for (const device of ['wan1', 'wan2']) unplugged(device);
    for (const device of ['wan1', 'wan2']) plugged(device);
    // What the lab itself had on a device is gone with it.
    office.mark();
    for (const device of ['wan1', 'wan2']) unplugged(device);
    const acting = await office.start(
      join(office.folder, 'absent'),
      '--config',
      office.write('absent.json', { act: 'local-evidence' }),
    );
    await office.until('the missing device is a problem', async () =>
      (await shown(acting)).here.problems.includes('this machine has no device wan1 for isp1'),
    );
    for (const device of ['wan1', 'wan2']) plugged(device);
    await office.upIn(acting, 4);
    await office.until('no problem', async () => (await shown(acting)).here.problems.length === 0);
    expect(office.way()).toBe('wan1');
    await acting.stop();

    for (const device of ['wan1', 'wan2']) unplugged(device);
    const judging = await office.start(
      join(office.folder, 'judging'),
      '--config',
      office.write('judging.json', { act: 'off' }),
    );
    expect((await shown(judging)).here).toMatchObject({ judges: false });
    for (const device of ['wan1', 'wan2']) plugged(device);
    await office.upIn(judging, 4);
  }, 120_000);

  test('an operator’s choice stands over a restart, gives way while it is dead, and ends when it is taken back', async () => {
    const data = join(office.folder, 'chosen');
    const first = await office.start(data, '--config', office.write('chosen.json', { act: 'local-evidence' }));
    await office.upIn(first, 4);
    await office.ask(first, '/uplinks/switch', { uplink: 'isp2' });
    await first.stop();
    expect(office.way()).toBe('wan1');

    const again = await office.start(data);
    const allUp = async () => (await shown(again)).uplinks.every(({ families }) => families[0]?.state === 'up');
    await office.until('it switches', async () => (await shown(again)).here.acts && (await allUp()));
    expect(office.way()).toBe('wan2');
    expect((await shown(again)).choice).toMatchObject({ uplink: 'isp2', by: 'operator page' });
    const listed = office.cli('uplink', 'list', '--data', data).stdout;
    expect(listed).toContain('isp2 (chosen)');
    expect(listed).toContain('it stands, over restarts too, until `quorumwatch uplink switch --automatic`');
    office.lab.fault('isp2', 'upstream');
    await office.until('another way while it is dead', () => office.way() === 'wan1');
    office.lab.clear();
    await office.until('the chosen way again', () => office.way() === 'wan2');
    const ended = await office.ask(again, '/uplinks/switch', { uplink: null });
    expect(ended).toMatchObject({ receipts: [{ verified: true }] });
    expect(office.way()).toBe('wan1');
    expect(await shown(again)).not.toHaveProperty('choice');
    await again.stop();

    const last = await office.start(data);
    await office.until('it switches', async () => (await shown(last)).here.acts);
    expect(await shown(last)).not.toHaveProperty('choice');
    expect(office.way()).toBe('wan1');
  }, 120_000);

  /** The link stays as it is, under a name that nobody asks for. */
  function unplugged(device: string): void {
    office.router('ip', 'link', 'set', device, 'down');
    unplug(device, `away-${device}`);
  }
  function plugged(device: string): void {
    unplug(`away-${device}`, device);
    office.router('ip', 'link', 'set', device, 'up');
    const [provider, metric] = device === 'wan1' ? ['192.168.76.1', '1'] : ['192.168.75.1', '2'];
    office.router('ip', 'route', 'replace', 'default', 'via', provider, 'dev', device, 'metric', metric);
  }
});

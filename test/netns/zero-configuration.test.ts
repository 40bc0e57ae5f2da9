import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../support/lab.ts';
import { labMissing } from '../support/shared.ts';
import { WatcherProcess } from '../support/watcher-process.ts';

/** A fresh machine: an office computer with two gateways and two name servers of its own, and no configuration. */

const missing = labMissing();
if (missing !== undefined) process.stderr.write(`zero-configuration tests: ${missing}\n`);

describe.skipIf(missing !== undefined)('without a configuration', () => {
  const lab = new Lab();
  const folder = mkdtempSync(join(tmpdir(), 'qw-zero-'));
  const resolverFolder = `/etc/netns/${lab.namespace('pc')}`;
  let watcher: WatcherProcess | undefined;

  beforeAll(() => {
    lab.up();
    mkdirSync(resolverFolder, { recursive: true });
    writeFileSync(join(resolverFolder, 'resolv.conf'), 'nameserver 192.0.2.53\nnameserver 192.0.2.54\n');
    // Counts what leaves to any address that this machine does not use.
    nft(`table inet watch { chain out { type filter hook output priority 0;
      oifname "lo" accept
      ip daddr { 192.168.1.1, 192.0.2.53, 192.0.2.54 } accept
      ip6 daddr { fd00:1::1, fe80::/10, ff02::/16 } accept
      counter comment "elsewhere"
    }
    }`);
  });

  afterAll(async () => {
    await watcher?.kill();
    rmSync(resolverFolder, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
    lab.down();
  });

  function nft(rules: string): string {
    const done = spawnSync('nsenter', [`--net=/run/netns/${lab.namespace('pc')}`, 'nft', '-f', '-'], {
      input: rules,
      encoding: 'utf8',
    });
    expect(done.stderr).toBe('');
    return done.stdout;
  }

  test('gateways, name servers and itself are watched and up within 15 s, and no other address is touched', async () => {
    watcher = new WatcherProcess(['--listen', '127.0.0.1:8470'], {
      cwd: folder,
      prefix: ['ip', 'netns', 'exec', lab.namespace('pc')],
    });
    await watcher.ready;
    await watcher.until(
      {
        'gateway 192.168.1.1': 'up',
        'gateway fd00:1::1': 'up',
        'resolver 192.0.2.53': 'up',
        'resolver 192.0.2.54': 'up',
        'this watcher': 'up',
      },
      15_000,
    );
    lab.fault('isp1', 'dns-dead');
    await watcher.until({ 'resolver 192.0.2.53': 'down', 'resolver 192.0.2.54': 'up', 'gateway 192.168.1.1': 'up' });
    expect(nft('list table inet watch')).toContain('counter packets 0 bytes 0 comment "elsewhere"');
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Namespace, whyNoNamespaces } from './namespace.ts';

/** `kill -9` before every single step of setting up, switching and taking back: the next start leaves nothing of it. */

const program = spawnSync('nft', ['--version']).status === 0;
const missing = whyNoNamespaces() ?? (program ? undefined : 'nft is missing: apt-get install nftables');
if (missing !== undefined) process.stderr.write(`uplink crash tests skipped: ${missing}\n`);

describe.skipIf(missing !== undefined)('an actor that is killed', () => {
  let namespace: Namespace;
  const folder = mkdtempSync(join(tmpdir(), 'qw-crash-'));
  const inside = (...command: string[]) =>
    spawnSync('ip', ['netns', 'exec', namespace.name, ...command], { encoding: 'utf8' });
  const child = (step: string) =>
    inside(process.execPath, join(import.meta.dirname, 'uplinks-crash-child.ts'), folder, step);
  const settings = ['one', 'two'].flatMap((device) => [
    `net.ipv4.conf.${device}.rp_filter`,
    `net.ipv4.conf.${device}.ignore_routes_with_linkdown`,
    `net.ipv6.conf.${device}.ignore_routes_with_linkdown`,
  ]);
  const state = () =>
    [
      inside('ip', 'rule'),
      inside('ip', '-6', 'rule'),
      inside('ip', 'route', 'show', 'table', 'all'),
      inside('ip', '-6', 'route', 'show', 'table', 'all', 'type', 'unicast'),
      inside('nft', 'list', 'ruleset'),
      inside('sysctl', ...settings),
    ]
      .map(({ stdout, stderr }) => stdout + stderr)
      .join('\n');

  beforeAll(() => {
    namespace = new Namespace();
    namespace.sysctl('net.ipv6.conf.default.accept_dad=0');
    namespace.sysctl('net.ipv4.conf.default.rp_filter=1');
    for (const device of ['one', 'two']) {
      namespace.ip('link', 'add', device, 'type', 'veth', 'peer', 'name', `${device}-far`);
      namespace.ip('link', 'set', `${device}-far`, 'up');
      namespace.ip('link', 'set', device, 'up');
    }
    namespace.ip('address', 'add', '192.0.2.2/24', 'dev', 'one');
    namespace.ip('address', 'add', '198.51.100.2/24', 'dev', 'two');
    namespace.ip('-6', 'address', 'add', '2001:db8:1::2/64', 'dev', 'one', 'nodad');
  });
  afterAll(() => {
    namespace.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('before any step leaves what the next start removes, and all is as before', () => {
    const before = state();
    const whole = child('0');
    expect(whole.stderr).toBe('');
    const { prepared, switched, released } = JSON.parse(whole.stdout) as Record<string, number>;
    expect(state()).toBe(before);
    if (prepared === undefined || switched === undefined || released === undefined) throw new Error(whole.stdout);
    expect([prepared, switched, released].toSorted((a, b) => a - b)).toEqual([prepared, switched, released]);
    // Rehearsals are hundreds of equal steps between setting up and the switch.
    const rehearsed = 120;
    const steps = Array.from({ length: released }, (_, place) => place + 1).filter(
      (step) => step <= prepared - rehearsed || step > prepared - 3,
    );
    expect(steps.length).toBeGreaterThan(20);
    for (const step of steps) {
      expect(child(String(step)).status, `killed before step ${step}`).not.toBe(0);
      expect(child('RESTORE').stderr, `after step ${step}`).toBe('');
      expect(state(), `after step ${step}`).toBe(before);
      expect(existsSync(join(folder, 'uplinks-set-up.json'))).toBe(false);
    }
  }, 300_000);
});

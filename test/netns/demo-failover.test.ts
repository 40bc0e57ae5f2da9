import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missing } from '../../tools/demo-failover/office.ts';
import { root } from '../support/shared.ts';

const why = missing();
if (why !== undefined) process.stderr.write(`demonstration of a failover: skipped: ${why}\n`);

test.skipIf(why !== undefined)(
  'the demonstration of a failover shows one, and leaves nothing behind',
  () => {
    const namespaces = (): string[] =>
      spawnSync('ip', ['netns'], { encoding: 'utf8' }).stdout.match(/qwdemo\S+/g) ?? [];
    // Another demonstration may run on this machine.
    const before = namespaces();
    const words = [join(root, 'tools/demo-failover/main.ts'), '--once', '--listen', '18470'];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 150_000 });
    expect(stderr).not.toContain('error:');
    expect(stdout).toContain('isp1 -> isp2, dead');
    const offlineMs = Number(/was offline for (\d+) ms/.exec(stdout)?.[1]);
    expect(offlineMs).toBeGreaterThan(0);
    // The paper's three seconds, on a machine that may be busy.
    expect(offlineMs).toBeLessThan(1500);
    expect(stdout).toContain('isp1 carries the traffic again.');
    expect(status).toBe(0);
    expect(namespaces().filter((name) => !before.includes(name))).toEqual([]);
  },
  180_000,
);

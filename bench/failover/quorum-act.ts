import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UplinkSwitch } from '../../src/model/index.ts';
import { Lab } from '../../test/support/lab.ts';
import { root } from '../../test/support/shared.ts';

/**
 * How long an outage lasts with `act: quorum`: four watchers on the office router, one of which switches when three have
 * agreed. From the last answer by the uplink that died to the new routes in the kernel, so a probe interval and a round
 * trip longer than from the fault itself. ROUNDS faults; needs root. Prints one JSON object.
 */
const rounds = Number(process.argv[2] ?? 20);
const lab = new Lab();
const folder = mkdtempSync(join(tmpdir(), 'qw-quorum-'));
const anchors = ['1.1.1.1', '8.8.8.8', '8.8.4.4'];
const uplinks = [
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1', anchors },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', anchors },
];
const failover = { act: 'quorum', actor: 'watcher-1', hold: '1s', 'hold-max': '1s', bad: { window: '2s' } };
const router = ['nsenter', `--net=/run/netns/${lab.namespace('rtr')}`];
const inRouter = (...command: string[]) => spawnSync(router[0] ?? '', [...router.slice(1), ...command]);
const main = join(root, 'src/cli/main.ts');
const switches: UplinkSwitch[] = [];
const waitFor = async (what: string, condition: () => boolean, timeoutMs = 60_000) => {
  for (const endMs = Date.now() + timeoutMs; !condition(); await sleep(20)) {
    if (Date.now() > endMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
  }
};

lab.up();
const children: ReturnType<typeof spawn>[] = [];
try {
  inRouter('sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647');
  const file = join(folder, 'office.json');
  writeFileSync(file, JSON.stringify({ uplinks, failover }));
  const made = spawnSync(process.execPath, [main, 'init', '--json', '--dir', join(folder, 'm'), '--config', file]);
  const { members } = JSON.parse(made.stdout.toString()) as { members: { dir: string }[] };
  const up = new Set<string>();
  for (const { dir } of members) {
    const args = [
      main,
      'up',
      '--json',
      '--data',
      dir,
      '--listen',
      '127.0.0.1:0',
      '--discover',
      'none',
      '--log',
      'error',
    ];
    const child = spawn(router[0] ?? '', [...router.slice(1), process.execPath, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    if (children.length > 1) {
      child.stdout?.resume();
      continue;
    }
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const { kind, body } = JSON.parse(line) as { kind?: string; body?: unknown };
      if (kind === 'uplink-switch') switches.push(body as UplinkSwitch);
      if (kind !== 'transition') return;
      const { check, to } = body as { check: string; to: string };
      if (to === 'up') up.add(check);
      else up.delete(check);
    });
  }
  await waitFor('both up', () => up.size === 2);
  for (let round = 1; round <= rounds; round++) {
    await sleep(1000 + Math.random() * 500);
    lab.fault('isp1', 'upstream');
    await waitFor('left', () => switches.length === 2 * round - 1);
    lab.clear();
    await waitFor('returned', () => switches.length === 2 * round && up.size === 2);
  }
  const left = switches.filter(({ to }) => to[0] === 'isp2');
  const sorted = (values: number[]) => values.toSorted((a, b) => a - b);
  const at = (values: number[], share: number) => Math.round(values[Math.ceil(values.length * share) - 1] ?? 0);
  const outage = sorted(left.map(({ timings }) => (timings.lastAnswerBeforeMs ?? Infinity) + timings.switchedAfterMs));
  const suspecting = sorted(left.map(({ timings }) => timings.suspicionBeforeMs ?? 0));
  const summary = (values: number[]) => ({ median: at(values, 0.5), p90: at(values, 0.9), p99: at(values, 0.99) });
  console.log(
    JSON.stringify({ rounds: left.length, outageMs: summary(outage), sinceSuspicionMs: summary(suspecting) }),
  );
} finally {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('exit', resolve))));
  lab.down();
  rmSync(folder, { recursive: true, force: true });
}

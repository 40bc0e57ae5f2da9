import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuOfMs, ports, startServers } from './servers.ts';

/**
 * HTTP checks by our engine and by blackbox_exporter in turns, at the same rate, against the same server; prints CPU
 * per check of each run in microseconds: `http-child.ts RATE SECONDS ROUNDS BLACKBOX|none`.
 */
const [, , rateText, secondsText, roundsText, blackbox] = process.argv;
const rate = Number(rateText);
const seconds = Number(secondsText);
const warmUpMs = 3000;

async function cpuPerCheck(pid: number, checks: () => Promise<number>): Promise<number> {
  await wait(warmUpMs);
  const before = { cpuMs: cpuOfMs(pid), checks: await checks() };
  await wait(1000 * seconds);
  const cpuMs = cpuOfMs(pid) - before.cpuMs;
  return (1000 * cpuMs) / ((await checks()) - before.checks);
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the process did not start');
  return child.pid;
}

async function ours(): Promise<number> {
  const script = join(import.meta.dirname, 'http-ours-child.ts');
  const child = spawn(process.execPath, [script, String(rate), String(seconds + 30)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const checks = async () => {
    child.stdin.write('?');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const outcomes = JSON.parse(line.toString()) as Record<string, number>;
    if (Object.keys(outcomes).some((outcome) => outcome !== 'pass'))
      throw new Error(`not all pass: ${line.toString()}`);
    return outcomes['pass'] ?? 0;
  };
  const result = await cpuPerCheck(pidOf(child), checks);
  child.stdin.end();
  await once(child, 'exit');
  return result;
}

async function theirs(program: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'qw-blackbox-'));
  const file = join(folder, 'blackbox.yml');
  writeFileSync(file, 'modules:\n  http_2xx:\n    prober: http\n    http:\n      preferred_ip_protocol: ip4\n');
  const listen = '127.0.0.1:19115';
  const child = spawn(program, [`--config.file=${file}`, `--web.listen-address=${listen}`], { stdio: 'ignore' });
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  let passed = 0;
  let failed = 0;
  let asked = 0;
  await wait(1000);
  const startMs = performance.now();
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) * rate) / 1000);
    for (; asked < due; asked++) {
      const target = `http://127.1.0.${asked % 250}:${ports.http}/`;
      const asking = get(`http://${listen}/probe?module=http_2xx&target=${encodeURIComponent(target)}`, { agent });
      asking.on('error', () => failed++);
      asking.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => (/^probe_success 1$/m.test(text) ? passed++ : failed++));
      });
    }
  }, 5);
  try {
    const result = await cpuPerCheck(pidOf(child), () => Promise.resolve(passed));
    if (failed > 0) throw new Error(`${failed} probes of the peer failed`);
    return result;
  } finally {
    clearInterval(timer);
    agent.destroy();
    child.kill();
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

const servers = await startServers();
const result: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
for (let round = 0; round < Number(roundsText); round++) {
  result.ours.push(await ours());
  if (blackbox !== undefined && blackbox !== 'none') result.theirs.push(await theirs(blackbox));
}
servers.stdin?.end();
console.log(JSON.stringify(result));

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuOfMs, ports, startServers } from './servers.ts';

/**
 * A whole `quorumwatch up` with a mix of checks that all answer: `watcher-child.ts CHECKS INTERVAL SECONDS`. Prints one
 * JSON object: the start, the settled state over so many seconds, and what some requests cost.
 */
const [, , countText, intervalText, secondsText] = process.argv;
const count = Number(countText);
const intervalSeconds = Number(intervalText);
const seconds = Number(secondsText);

/** Of twenty checks each, to 127.1.0.0/16 and local servers; defaults otherwise. */
const mix = [
  ...Array.from({ length: 8 }, () => ['type: simple']),
  ...Array.from({ length: 6 }, () => ['type: icmp', 'packet-count: 3']),
  ...Array.from({ length: 3 }, () => ['type: tcp-conn', `port: ${ports.tcp}`]),
  ...Array.from({ length: 2 }, () => ['type: dns', 'dns-server: 127.0.0.1', `port: ${ports.dns}`]),
  ['type: http-get', `port: ${ports.http}`],
];

function configuration(): string {
  const checks = Array.from({ length: count }, (_, index) => {
    const options = mix[index % mix.length] ?? [];
    const dns = options[0] === 'type: dns';
    const host = dns ? `host-${index}.example.org` : `127.1.${index >> 8}.${index & 255}`;
    const lines = [`name: check ${index}`, `host: ${host}`, `interval: ${intervalSeconds}s`, ...options];
    return `  - ${lines.join('\n    ')}\n`;
  });
  return `site: bench\nwatch:\n${checks.join('')}`;
}

const folder = mkdtempSync(join(tmpdir(), 'qw-bench-'));
const servers = await startServers();
const file = join(folder, 'quorumwatch.yaml');
writeFileSync(file, configuration());

const root = join(import.meta.dirname, '../..');
const startedMs = performance.now();
const program = [join(root, 'src/cli/main.ts'), 'up', '--config', file, '--data', join(folder, 'data')];
const preload = ['--import', join(import.meta.dirname, 'watcher-lag.ts')];
const flags = process.env['QW_BENCH_NODE_FLAGS']?.split(' ') ?? [];
const watcher = spawn(process.execPath, [...flags, ...preload, ...program, '--listen', '127.0.0.1:8470'], {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
});
const pid = watcher.pid ?? 0;
const token = await readToken();
const readyMs = performance.now() - startedMs;

/** The page's address carries it. */
async function readToken(): Promise<string> {
  let text = '';
  for await (const chunk of watcher.stdout ?? []) {
    text += String(chunk);
    const found = /#token=(\S+)/.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error('the watcher did not start');
}

interface Answer {
  body: string;
  tookMs: number;
}

function ask(path: string): Promise<Answer> {
  const beginMs = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(`http://127.0.0.1:8470${path}`, { headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ body, tookMs: performance.now() - beginMs }));
    }).on('error', reject);
  });
}

async function entries(): Promise<number> {
  return (JSON.parse((await ask('/api/v1/ledger')).body) as { entries: number }).entries;
}

/** Checks that have a verdict. */
async function judged(): Promise<number> {
  const { total } = JSON.parse((await ask('/api/v1/checks?verdict=unknown&limit=1')).body) as { total: number };
  return count - total;
}

interface Lag {
  lagP99Ms: number;
  lagMaxMs: number;
  handles: number;
}

async function lag(): Promise<Lag> {
  const answer = once(watcher, 'message');
  watcher.send('lag');
  return ((await answer) as [Lag])[0];
}

function memoryMiB(field: 'VmRSS' | 'VmHWM'): number {
  const line = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}

const loading = await lag();
const verdictMs: Record<string, number> = {};
for (;;) {
  const found = await judged();
  const sinceMs = performance.now() - startedMs;
  if (found > 0) verdictMs['first'] ??= sinceMs;
  if (found >= count / 2) verdictMs['half'] ??= sinceMs;
  if (found >= count) verdictMs['all'] ??= sinceMs;
  if (found >= count || sinceMs > readyMs + 3000 * intervalSeconds + 30_000) break;
  await wait(100);
}
const starting = await lag();
await wait(1000 * intervalSeconds);

await lag();
const before = { cpuMs: cpuOfMs(pid), atMs: performance.now(), entries: await entries() };
let residentMiB = 0;
for (let second = 0; second < seconds; second++) {
  await wait(1000);
  residentMiB = Math.max(residentMiB, memoryMiB('VmRSS'));
}
const cpuPercent = (100 * (cpuOfMs(pid) - before.cpuMs)) / (performance.now() - before.atMs);
const settled = await lag();
const grown = (await entries()) - before.entries;

// Before the requests, which hold up the loop themselves.
const { counts, watcher: figures } = JSON.parse((await ask('/api/v1/status')).body) as {
  counts: Record<string, number>;
  watcher: { loopLagMs: number; probesPerSecond: number; problems: string[] };
};
const requests: Record<string, { tookMs: number; bytes: number }> = {};
for (const path of ['/metrics', '/api/v1/status', '/api/v1/checks?limit=500']) {
  await ask(path);
  await wait(500);
  const { tookMs, body } = await ask(path);
  requests[path] = { tookMs, bytes: body.length };
}

watcher.kill('SIGTERM');
await once(watcher, 'exit');
servers.stdin?.end();
rmSync(folder, { recursive: true, force: true });
console.log(
  JSON.stringify({
    readyMs,
    verdictMs,
    loadingLagMs: loading.lagMaxMs,
    startingLagMs: starting.lagMaxMs,
    cpuPercent,
    residentMiB,
    latenessP99Ms: figures.loopLagMs,
    lagP99Ms: settled.lagP99Ms,
    lagMaxMs: settled.lagMaxMs,
    handles: settled.handles,
    probesPerSecond: figures.probesPerSecond,
    entriesGrown: grown,
    counts,
    problems: figures.problems,
    requests,
  }),
);

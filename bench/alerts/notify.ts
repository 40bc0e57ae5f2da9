import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { Transition } from '../../src/model/index.ts';
import { root } from '../../test/support/shared.ts';
import { median, percentile, rounded, type BenchOptions } from '../bench.ts';
import type { AlertsPart } from './part.ts';

/**
 * Four watchers, each a process, that agree by PBFT on loopback, and a page that each of them probes. The page dies, they
 * agree that it is down, and one of them tells a webhook. The carrier makes its start durable before it sends, which is
 * one more agreement: so nobody is told twice.
 */

const full = 60;
const quick = 20;
const warmUp = 5;
const patienceMs = 30_000;
const checked = { interval: '1s', 'retry-interval': '100ms', timeout: '500ms', 'start-delay': '0s' };

interface Served {
  port: number;
  /** Pages that are dead. */
  dead: Set<string>;
  /** When the receiver of a page was told of it: epoch milliseconds. */
  told: Map<string, number>;
  close: () => void;
}

/** What is probed, and who is told: pages under `/page/NAME`, receivers under `/told/NAME`. */
async function serve(): Promise<Served> {
  const dead = new Set<string>();
  const told = new Map<string, number>();
  const server = createServer((request, response) => {
    const [, kind, name = ''] = (request.url ?? '').split('/');
    if (kind === 'told' && !told.has(name)) told.set(name, Date.now());
    response.writeHead(dead.has(name) && kind === 'page' ? 500 : 200).end();
    request.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, dead, told, close: () => server.close() };
}

/** `quorumwatch up --watchers 4`, followed by what its first watcher says. */
class Cluster {
  /** Verdicts by check: when their entry was ordered, by its agreed time, and when the first watcher had committed it. */
  readonly down = new Map<string, { orderedAt: number; committedAt: number }>();
  readonly up = new Set<string>();
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor(folder: string, file: string) {
    const args = ['--watchers', '4', '--data', join(folder, 'data'), '--config', file, '--listen', '127.0.0.1:0'];
    const command = [join(root, 'src/cli/main.ts'), 'up', '--json', '--log', 'error', ...args];
    this.#child = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#exited = new Promise((resolve) => this.#child.once('exit', resolve));
    createInterface({ input: this.#child.stdout as NodeJS.ReadableStream }).on('line', (line) => this.#hear(line));
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }

  #hear(line: string): void {
    const committedAt = Date.now();
    const { event, time = '', body } = JSON.parse(line) as { event: string; time?: string; body?: unknown };
    if (event !== 'transition') return;
    const { check, to } = body as Transition;
    if (to === 'up') this.up.add(check);
    if (to === 'down') this.down.set(check, { orderedAt: Date.parse(time), committedAt });
  }
}

export const notify: AlertsPart = async ({ quick: isQuick, log }: BenchOptions) => {
  const rounds = (isQuick ? quick : full) + warmUp;
  const names = Array.from({ length: rounds }, (_, at) => `page-${at}`);
  const folder = mkdtempSync(join(tmpdir(), 'bench-notify-'));
  const served = await serve();
  const url = `http://127.0.0.1:${served.port}`;
  // A receiver is sent so many messages a second at most: each page has one of its own.
  const configuration = {
    watch: names.map((name) => ({
      name,
      type: 'http-get',
      host: '127.0.0.1',
      port: served.port,
      path: `/page/${name}`,
      ...checked,
      down: [{ notify: name }],
    })),
    notify: Object.fromEntries(names.map((name) => [name, { webhook: { url: `${url}/told/${name}` } }])),
    limits: { 'packets-private': 1_000_000 },
  };
  const file = join(folder, 'bench.json');
  writeFileSync(file, JSON.stringify(configuration));
  const cluster = new Cluster(folder, file);
  const sinceOrdered: number[] = [];
  const sinceCommitted: number[] = [];
  try {
    log('four watchers find all pages up');
    await until('all pages are up', () => names.every((name) => cluster.up.has(name)), patienceMs * 4);
    for (const [round, name] of names.entries()) {
      served.dead.add(name);
      await until(`${name} is told of`, () => served.told.has(name) && cluster.down.has(name), patienceMs);
      const { orderedAt = 0, committedAt = 0 } = cluster.down.get(name) ?? {};
      const told = served.told.get(name) ?? 0;
      if (round < warmUp) continue;
      sinceOrdered.push(told - orderedAt);
      sinceCommitted.push(told - committedAt);
      // Rounds begin anywhere between two ticks and two probes.
      await pause(100 * Math.random());
    }
  } finally {
    await cluster.stop();
    served.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const row = (what: string, values: readonly number[]) => ({
    part: 'notify',
    what,
    median_ms: rounded(median(values)),
    p99_ms: rounded(percentile(values, 99)),
    worst_ms: rounded(Math.max(...values)),
  });
  return {
    rows: [
      row('from the verdict’s agreed time to the receiver', sinceOrdered),
      row('from the verdict as the first watcher tells it to the receiver', sinceCommitted),
    ],
    notes: [
      `${rounds - warmUp} verdicts, one after the other, over ${rounds} pages that each of four processes probes every second.`,
      'The agreed time of a verdict is given when it is ordered, before it is committed.',
    ],
  };
};

async function until(what: string, condition: () => boolean, withinMs: number): Promise<void> {
  for (const endMs = Date.now() + withinMs; !condition(); await pause(2)) {
    if (Date.now() > endMs) throw new Error(`${what}: not within ${withinMs} ms`);
  }
}

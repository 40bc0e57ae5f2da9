import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { freePorts } from '../../src/platform/index.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const programs = ['/usr/bin/prometheus', '/usr/bin/promtool'];

/** Why nothing can be compared with Prometheus here; undefined when it can. */
export function prometheusMissing(): string | undefined {
  const absent = programs.filter((file) => !existsSync(file));
  return absent.length === 0 ? undefined : `${absent.join(', ')} not found: apt-get install prometheus`;
}

const patienceMs = 60_000;

/** A Prometheus of Debian's package on loopback, over a folder of its own. */
export class PrometheusServer {
  readonly url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  /** `openMetrics` is what it knows from the start; `scrape` is its configuration of that name, as YAML. */
  static async start({
    openMetrics,
    scrape = '[]',
  }: {
    openMetrics?: string;
    scrape?: string;
  }): Promise<PrometheusServer> {
    const folder = mkdtempSync(join(tmpdir(), 'qw-prometheus-'));
    const data = join(folder, 'data');
    if (openMetrics !== undefined) {
      writeFileSync(join(folder, 'given.txt'), openMetrics);
      execFileSync('/usr/bin/promtool', [
        'tsdb',
        'create-blocks-from',
        'openmetrics',
        '-q',
        join(folder, 'given.txt'),
        data,
      ]);
    }
    writeFileSync(join(folder, 'prometheus.yml'), `global: { scrape_interval: 1s }\nscrape_configs: ${scrape}\n`);
    const [port = 0] = await freePorts(1);
    const server = new PrometheusServer(folder, port, data);
    try {
      await server.#ready();
    } catch (problem) {
      await server.stop();
      throw problem;
    }
    return server;
  }

  private constructor(folder: string, port: number, data: string) {
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    const options = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ];
    this.#process = spawn('/usr/bin/prometheus', options, { stdio: 'ignore' });
  }

  async get(path: string, parameters: Record<string, string> = {}): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, { method: 'POST', body: new URLSearchParams(parameters) });
    return response.json();
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = new Promise((resolve) => this.#process.once('exit', resolve));
      this.#process.kill('SIGKILL');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    const end = Date.now() + patienceMs;
    while (Date.now() < end && this.#process.exitCode === null) {
      const answer = await fetch(`${this.url}/-/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await pause(100);
    }
    throw new Error('Prometheus does not get ready');
  }
}

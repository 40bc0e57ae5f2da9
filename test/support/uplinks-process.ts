import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { UplinkOpinion, UplinkReceipt } from '../../src/model/index.ts';
import { root } from './shared.ts';

export interface UplinksEvent {
  at: number;
  event: string;
  [fact: string]: unknown;
}

/** Judge and actor in a process of their own, in a network namespace. */
export class UplinksProcess {
  readonly events: UplinksEvent[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #errors = '';
  #waiting: (() => void)[] = [];

  constructor(
    namespace: string,
    configuration: string,
    folder: string,
    environment: Record<string, string> = {},
    wrapper: string[] = [],
  ) {
    const child = join(root, 'bench/failover/uplinks-child.ts');
    // Set within, so that a search path without programs does not keep this from starting.
    const setting = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const program = [...wrapper, 'env', ...setting, process.execPath, child, configuration, folder];
    const command = [`--net=/run/netns/${namespace}`, ...program];
    this.#child = spawn('nsenter', command, { stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.events.push(JSON.parse(line) as UplinksEvent);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        resolve(code);
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  /** The first event from that place on that fits; rejects after the time, with what was seen. */
  async until(fits: (event: UplinksEvent) => boolean, from = 0, timeoutMs = 15_000): Promise<UplinksEvent> {
    const endMs = Date.now() + timeoutMs;
    for (;;) {
      const found = this.events.slice(from).find(fits);
      if (found) return found;
      if (Date.now() > endMs || this.#child.exitCode !== null) {
        const seen = this.events.slice(from).map((event) => JSON.stringify(event).slice(0, 300));
        throw new Error(`not seen in ${timeoutMs} ms; seen:\n${seen.join('\n')}\n${this.#errors}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The newest opinion of an uplink; `unknown` before the first. */
  state(uplink: string, family: 4 | 6): string {
    return this.opinions(uplink, family).at(-1)?.state ?? 'unknown';
  }

  opinions(uplink: string, family: 4 | 6, from = 0): UplinkOpinion[] {
    const found = this.events.slice(from).filter((event) => event.event === 'opinion');
    return (found as unknown as UplinkOpinion[]).filter((one) => one.uplink === uplink && one.family === family);
  }

  receipts(family: 4 | 6, from = 0): UplinkReceipt[] {
    const found = this.events.slice(from).filter((event) => event.event === 'receipt');
    return (found as unknown as UplinkReceipt[]).filter((one) => one.family === family);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What was logged, as text. */
  logged(from = 0): string {
    const lines = this.events.slice(from).filter(({ event }) => event === 'log');
    return lines.map((event) => JSON.stringify(event['line'])).join('\n');
  }

  stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.#ended;
  }

  kill(): Promise<number | null> {
    this.#child.kill('SIGKILL');
    return this.#ended;
  }
}

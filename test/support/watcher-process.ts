import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { ApiStatus, Transition } from '../../src/model/index.ts';
import { root } from './shared.ts';

export interface Ready {
  event: 'ready';
  url: string;
  page: string;
  tokenFile: string;
  watchers: { id: string }[];
}

interface LedgerEvent {
  event: string;
  kind?: string;
  position?: number;
  body?: unknown;
}

/** A real `quorumwatch up` in a process of its own, followed by its events. */
export class WatcherProcess {
  readonly events: LedgerEvent[] = [];
  readonly verdicts = new Map<string, string>();
  readonly reasons = new Map<string, string>();
  readonly ready: Promise<Ready>;
  readonly exited: Promise<number | null>;
  stderr = '';
  readonly #child: ChildProcess;
  readonly #changed = new Set<() => void>();

  /** `prefix` is what runs before the program, such as `ip netns exec NAME`. */
  constructor(
    args: readonly string[],
    options: { cwd: string; prefix?: readonly string[]; env?: Record<string, string> },
  ) {
    const command = [
      ...(options.prefix ?? []),
      process.execPath,
      join(root, 'src/cli/main.ts'),
      'up',
      '--json',
      ...args,
    ];
    this.#child = spawn(command[0] ?? '', command.slice(1), {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (this.stderr = (this.stderr + text).slice(-20_000)));
    this.exited = new Promise((resolve) => this.#child.on('exit', (code) => resolve(code)));
    this.ready = new Promise((resolve, reject) => {
      void this.exited.then((code) => reject(new Error(`the watcher ended with ${code}: ${this.stderr}`)));
      createInterface({ input: this.#child.stdout! }).on('line', (line) => {
        const event = JSON.parse(line) as LedgerEvent;
        if (event.event === 'ready') {
          resolve(event as unknown as Ready);
          void this.#askOnce(event as unknown as Ready).catch(() => undefined);
        }
        this.events.push(event);
        if (event.event === 'transition') {
          const transition = event.body as Transition;
          this.verdicts.set(transition.check, transition.to);
          this.reasons.set(transition.check, transition.reason?.text ?? '');
        }
        for (const changed of this.#changed) changed();
      });
    });
    // Whoever does not await it still sees the failure in `exited` and `stderr`.
    this.ready.catch(() => undefined);
  }

  /** What was decided before it began to tell its events: whoever joins late hears of no transition. */
  async #askOnce({ url, tokenFile }: Ready): Promise<void> {
    const headers = { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };
    const status = (await (await fetch(`${url}/api/v1/status`, { headers })).json()) as ApiStatus;
    for (const { name, verdict, reason } of status.checks) {
      if (this.verdicts.has(name) || verdict === 'unknown') continue;
      this.verdicts.set(name, verdict);
      this.reasons.set(name, reason?.text ?? '');
    }
    for (const changed of this.#changed) changed();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits until the verdicts are these; the error says what they are instead. */
  async until(expected: Readonly<Record<string, string>>, timeoutMs = 20_000): Promise<void> {
    const wrong = () => Object.entries(expected).filter(([check, verdict]) => this.verdicts.get(check) !== verdict);
    await this.when(
      () => wrong().length === 0,
      timeoutMs,
      () =>
        wrong()
          .map(
            ([check, verdict]) =>
              `${check} should be ${verdict}, is ${this.verdicts.get(check)} (${this.reasons.get(check)})`,
          )
          .join('; '),
    );
  }

  async when(condition: () => boolean, timeoutMs: number, explain: () => string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#changed.delete(look);
        reject(new Error(`${explain()}\n${this.stderr.slice(-3000)}`));
      }, timeoutMs);
      const look = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#changed.delete(look);
        resolve();
      };
      this.#changed.add(look);
    });
  }

  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.exited;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}

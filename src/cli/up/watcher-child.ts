import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { systemClock, type Timer } from '../../platform/index.ts';
import { launchedVariable, type FromWatcher, type ReadyWatcher, type ToWatcher } from './messages.ts';

export interface ChildOptions {
  id: string;
  /** Of a Node program. */
  program: string;
  /** Of `quorumwatch`, from `up` on. */
  args: readonly string[];
  onMessage: (message: FromWatcher) => void;
  onLine: (line: string) => void;
  onEnd: (code: number | null, signal: string | null) => void;
}

/** After each end the next start waits twice as long, up to the longest wait; a life of a minute was a good one. */
const firstWaitMs = 500;
const longestWaitMs = 30_000;
const goodLifeMs = 60_000;
/** Whoever does not end by itself in this time is killed. */
const graceMs = 15_000;

/** One watcher in a process of its own, started again whenever it ends. */
export class WatcherChild {
  readonly id: string;
  /** Since it last became ready; undefined while it isn't. */
  ready: ReadyWatcher | undefined;
  readonly #options: ChildOptions;
  #child: ChildProcess | undefined;
  #waitMs = firstWaitMs;
  #startedAt = 0;
  #restart: Timer | undefined;
  #stopping = false;

  constructor(options: ChildOptions) {
    this.id = options.id;
    this.#options = options;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    const { id, program, args, onMessage, onLine } = this.#options;
    this.#startedAt = systemClock.monotonic();
    const child = fork(program, [...args], {
      env: { ...process.env, [launchedVariable]: id },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    if (child.stderr) createInterface({ input: child.stderr }).on('line', onLine);
    child.on('message', (message: FromWatcher) => {
      if (message.type === 'ready') this.ready = message.watcher;
      onMessage(message);
    });
    // What cannot be started ends without an exit.
    child.on('error', (problem) => {
      onLine(`error: ${problem.message}`);
      if (child.pid === undefined) this.#ended(null, null);
    });
    child.once('exit', (code, signal) => this.#ended(code, signal));
  }

  /** Starts it again after a wait; returns how long that is. */
  startAgain(): number {
    if (systemClock.monotonic() - this.#startedAt > goodLifeMs) this.#waitMs = firstWaitMs;
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(longestWaitMs, 2 * waitMs);
    this.#restart = systemClock.after(waitMs, () => {
      if (!this.#stopping) this.start();
    });
    return waitMs;
  }

  send(message: ToWatcher): void {
    // It may be ending: then its successor is told.
    if (this.#child?.connected) this.#child.send(message, () => undefined);
  }

  /** Its process stands still, or goes on. */
  suspend(suspended: boolean): void {
    this.#child?.kill(suspended ? 'SIGSTOP' : 'SIGCONT');
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#restart?.cancel();
    const child = this.#child;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    this.suspend(false);
    child.kill('SIGTERM');
    const late = systemClock.after(graceMs, () => child.kill('SIGKILL'));
    await ended;
    late.cancel();
  }

  #ended(code: number | null, signal: string | null): void {
    this.#child = undefined;
    this.ready = undefined;
    if (!this.#stopping) this.#options.onEnd(code, signal);
  }
}

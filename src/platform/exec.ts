import { spawn, type ChildProcess } from 'node:child_process';
import type { Milliseconds } from '../model/index.ts';
import { systemErrorCode } from './files/disk.ts';
import { OutputTail } from './output-tail.ts';

/** Between SIGTERM and SIGKILL. */
const graceMs = 2000;
/** After a program has ended, how long its output may stay open: a child that it left behind may hold the pipe for ever. */
const drainMs = 250;
/** How often an ended program's group is looked at, while children of it may still be there. */
const groupPollMs = 25;
/** Zombies that nobody reaps (a container without init) keep a killed group's number: it is not waited for any longer. */
const reapMs = 500;
const outputLimitBytes = 4096;

export interface ProgramOptions {
  /** The argument vector; with `shell`, one line for `/bin/sh -c`. */
  command: readonly string[];
  shell?: boolean;
  /** Added to the few variables that every program gets. */
  environment?: Readonly<Record<string, string>>;
  timeoutMs: Milliseconds;
  /** Ends the program as the time limit does. */
  signal?: AbortSignal;
}

export interface ProgramResult {
  exitCode?: number;
  /** The signal that ended it. */
  signal?: string;
  timedOut: boolean;
  /** Ended because the caller's signal aborted. */
  aborted: boolean;
  durationMs: Milliseconds;
  /** The last 4 KiB of standard output and error, in order of arrival. */
  output: string;
  /** Why it could not be started, as a sentence. */
  error?: string;
}

/**
 * Runs a program in its own process group with empty standard input, and never rejects. The time limit ends the whole
 * group, SIGTERM first. A program that ends in time may leave children behind on purpose; they are not waited for.
 */
export function runProgram(options: ProgramOptions): Promise<ProgramResult> {
  const startedMs = performance.now();
  const tail = new OutputTail(outputLimitBytes);
  const result = (rest: Partial<ProgramResult>): ProgramResult => ({
    timedOut: false,
    aborted: false,
    durationMs: performance.now() - startedMs,
    output: tail.text(),
    ...rest,
  });
  const [file = '', ...args] = options.shell ? ['/bin/sh', '-c', options.command.join(' ')] : options.command;
  if (options.signal?.aborted) return Promise.resolve(result({ aborted: true }));
  let child: ChildProcess;
  try {
    const env = { ...minimalEnvironment(), ...options.environment };
    child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return Promise.resolve(result({ error: startFailure(file, error) }));
  }
  return new Promise((resolve) => {
    let ending: 'timedOut' | 'aborted' | undefined;
    let killed = false;
    let over = false;
    const timers = new Set<NodeJS.Timeout>();
    const after = (delayMs: Milliseconds, callback: () => void) => {
      timers.add(setTimeout(callback, delayMs));
    };
    const settle = (rest: Partial<ProgramResult>) => {
      if (over) return;
      over = true;
      for (const timer of timers) clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
      child.stdout?.destroy();
      child.stderr?.destroy();
      resolve(result({ ...rest, ...(ending ? { [ending]: true } : {}) }));
    };
    const end = (why: 'timedOut' | 'aborted') => {
      if (ending || over || child.pid === undefined) return;
      ending = why;
      const group = child.pid;
      signalGroup(group, 'SIGTERM');
      after(graceMs, () => {
        signalGroup(group, 'SIGKILL');
        after(reapMs, () => {
          killed = true;
        });
      });
    };
    const abort = () => end('aborted');
    options.signal?.addEventListener('abort', abort, { once: true });
    after(options.timeoutMs, () => end('timedOut'));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => tail.add(chunk));
      stream?.on('error', () => stream.destroy());
    }
    child.on('error', (error) => {
      if (child.pid === undefined) settle({ error: startFailure(file, error) });
    });
    child.on('exit', (code, signal) => {
      const how = { ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) };
      if (!ending) {
        child.on('close', () => settle(how));
        after(drainMs, () => settle(how));
        return;
      }
      // The group's number is only ours while members are left: it is signalled no more once it is seen empty.
      const group = child.pid ?? 0;
      const waitForGroup = () => {
        if (!killed && signalGroup(group, 0)) after(groupPollMs, waitForGroup);
        else settle(how);
      };
      waitForGroup();
    });
  });
}

/** False when the group has no members any more. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** What every program gets: enough to find others and to speak the right language, and none of our secrets. */
export function minimalEnvironment(): Record<string, string> {
  const environment: Record<string, string> = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  for (const name of ['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR']) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

const failures: Readonly<Record<string, string>> = {
  ENOENT: 'was not found',
  EACCES: 'may not be executed: permission denied',
  EPERM: 'may not be executed: not permitted',
  ENOEXEC: 'is not a program that this machine can run',
  ENOTDIR: 'was not found: a part of its path is not a folder',
  E2BIG: 'cannot be started: its arguments and variables are too long',
  EAGAIN: 'cannot be started: this machine has too many processes',
  ENOMEM: 'cannot be started: this machine is out of memory',
  EMFILE: 'cannot be started: this process has too many open files',
};

function startFailure(file: string, error: unknown): string {
  const code = systemErrorCode(error);
  if (code === 'ERR_INVALID_ARG_VALUE')
    return `${file || 'the program'} cannot be started: an argument or variable holds a NUL character`;
  return `${file} ${failures[code ?? ''] ?? `cannot be started (${code ?? String(error)})`}`;
}

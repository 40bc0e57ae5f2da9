import { spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { minimalEnvironment } from './exec.ts';
import { frame, FrameReader } from './frames.ts';
import { OutputTail } from './output-tail.ts';

/** Modules as processes of their own: what may need much memory, crash or block does so without the watcher. */

export interface ChildOptions {
  /** Of the module that calls `serveParent`. */
  module: URL;
  workingDirectory: string;
  heapMiB: number;
  /** Much memory comes and goes in it: garbage is collected less often, for some tens of MiB more. */
  churns?: boolean;
  /** A body that came, valid as bytes and as nothing else. */
  onBody: (body: Buffer) => void;
  /** Called once; with the reason as a sentence. */
  onEnd: (reason: string) => void;
}

export interface Child {
  readonly pid: number | undefined;
  send(parts: readonly Uint8Array[]): void;
  /** It ends when it likes to, soon. */
  end(): void;
  /** Not even a loop holds against this. */
  kill(): void;
}

const keptOutputBytes = 2048;
/** Where the child writes: what native code prints to standard output is no frame. */
const answerDescriptor = 3;

export function startChild({ module, workingDirectory, heapMiB, churns, onBody, onEnd }: ChildOptions): Child {
  const tail = new OutputTail(keptOutputBytes);
  const limits = [`--max-old-space-size=${heapMiB}`, ...(churns ? churning(heapMiB) : [])];
  const child = spawn(process.execPath, [...limits, fileURLToPath(module)], {
    cwd: workingDirectory,
    env: minimalEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  let over = false;
  const end = (reason: string) => {
    if (over) return;
    over = true;
    child.kill('SIGKILL');
    onEnd(reason);
  };
  const reader = new FrameReader((body) => {
    if (!over) onBody(body);
  });
  const [input, , , answers] = child.stdio;
  answers?.on('data', (chunk: Buffer) => {
    try {
      if (!over) reader.add(chunk);
    } catch (problem) {
      end(`it wrote what is no answer: ${(problem as Error).message}`);
    }
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => tail.add(chunk));
  // What cannot be written or read any more ends with the process, which says why.
  for (const stream of child.stdio) stream?.on('error', () => undefined);
  child.on('error', (problem) => end(`it cannot be started: ${problem.message}`));
  child.on('exit', (code, signal) => {
    const said = tail.text().trim().split('\n').at(-1) ?? '';
    end(`it ended with ${signal ?? `status ${code}`}${said === '' ? '' : `: ${said}`}`);
  });
  return {
    pid: child.pid,
    send: (parts) => {
      for (const part of frame(parts)) input?.write(part);
    },
    end: () => input?.end(),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** V8 counts arrays outside of its heap too, and would look through all of the heap for each few of them. */
const churning = (heapMiB: number): string[] => [
  `--initial-old-space-size=${heapMiB}`,
  '--min-semi-space-size=16',
  '--max-semi-space-size=32',
];

/**
 * The child's side: takes what the parent sends, at a low priority and as the first to go when memory runs out, and is
 * gone when the parent is.
 */
export function serveParent(onBody: (body: Buffer) => void): (parts: readonly Uint8Array[]) => void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  prefer();
  const answers = new Socket({ fd: answerDescriptor, readable: false, writable: true });
  // Native threads may be at work: an orderly exit would wait for them.
  const leave = () => process.kill(process.pid, 'SIGKILL');
  answers.on('error', leave);
  const reader = new FrameReader(onBody);
  process.stdin.on('data', (chunk: Buffer) => reader.add(chunk));
  process.stdin.on('end', leave);
  process.stdin.on('error', leave);
  return (parts) => {
    for (const part of frame(parts)) answers.write(part);
  };
}

/** The kernel takes this process before others when memory is short (proc(5), oom_score_adj). */
function prefer(): void {
  try {
    const file = openSync('/proc/self/oom_score_adj', 'w');
    writeSync(file, '700');
    closeSync(file);
  } catch {
    // Only Linux has it, and not in every container.
  }
}

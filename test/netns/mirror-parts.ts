import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { root } from '../support/shared.ts';
import type { Namespace } from './namespace.ts';

/** What tests of mirrors share. */

/** A process whose lines are awaited one after the other. */
export class Lines {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(namespace: Namespace, file: string, args: readonly string[]) {
    const command = ['netns', 'exec', namespace.name, process.execPath, join(root, file), ...args];
    this.child = spawn('ip', command, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    if (!this.child.stdout) throw new Error('no output');
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    onTestFinished(() => void this.child.kill('SIGKILL'));
  }

  async next<Line>(): Promise<Line> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`it ended: ${this.#errors}`);
    return JSON.parse(value) as Line;
  }

  say(text: string): void {
    this.child.stdin?.write(`${text}\n`);
  }
}

/** Frames of a pcapng file: how many, and their lengths as they were and as they are kept. */
export function framesOf(bytes: Buffer): { original: number; kept: number; frame: Buffer }[] {
  const found: { original: number; kept: number; frame: Buffer }[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    if (bytes.readUInt32LE(at) !== 6) continue;
    const kept = bytes.readUInt32LE(at + 20);
    found.push({ kept, original: bytes.readUInt32LE(at + 24), frame: bytes.subarray(at + 28, at + 28 + kept) });
  }
  return found;
}

/** Waits for a condition, and says what did not come. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (condition()) return;
    await sleep(100);
  }
  throw new Error(what);
}

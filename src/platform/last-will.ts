import { spawn } from 'node:child_process';
import type { Milliseconds } from '../model/index.ts';

export interface LastWill {
  /** What should be done is done, or need not be done: nothing is run any more. */
  revoke(): void;
}

/**
 * Commands that are run one after the other, whatever each comes to, as soon as this process is gone, however it ended:
 * SIGKILL and want of memory leave nobody to tidy up. They are run after `latestMs` too, for a process that hangs. A shell
 * waits for that, on a pipe that closes with this process. Rejects where there is none.
 */
export async function leaveLastWill(
  commands: readonly (readonly string[])[],
  latestMs: Milliseconds,
): Promise<LastWill> {
  const seconds = Math.max(1, Math.ceil(latestMs / 1000));
  const script = [
    // Who ends a group of processes politely means the watcher, and it tidies up itself.
    `trap '' HUP INT TERM`,
    `timeout --foreground -s KILL ${seconds} cat >/dev/null`,
    // A shell without `timeout` waits for nothing.
    '[ $? -eq 127 ] && exit',
    ...commands.map((words) => words.map(quoted).join(' ')),
  ].join('\n');
  const waiting = spawn('sh', ['-c', script], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    waiting.once('spawn', resolve);
    waiting.once('error', reject);
  });
  waiting.stdin.on('error', () => undefined);
  waiting.unref();
  const { pid } = waiting;
  return {
    revoke: () => {
      if (pid === undefined || waiting.exitCode !== null || waiting.signalCode !== null) return;
      try {
        // The group: the shell first, so that it does not see its child end.
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It has come to its end meanwhile.
      }
    },
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { sleep, systemClock } from '../../platform/index.ts';
import type { FromWatcher } from './messages.ts';
import { WatcherChild } from './watcher-child.ts';

/** Stands for a watcher: it is ready at once, answers what it hears on stderr, and counts while it runs. */
const program = `
process.on('message', (message) => process.stderr.write('heard ' + JSON.stringify(message) + '\\n'));
process.on('SIGTERM', () => process.argv.includes('--stubborn') || process.exit(0));
process.on('disconnect', () => process.exit(0));
setInterval(() => process.stderr.write('tick\\n'), 20);
const id = process.env.QW_LAUNCHED;
process.send({ type: 'ready', watcher: { id, url: '', pid: process.pid, page: '', tokenFile: '' } });
`;
const folder = mkdtempSync(join(tmpdir(), 'qw-child-'));
writeFileSync(join(folder, 'program.cjs'), program);
const children: WatcherChild[] = [];
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function rig() {
  const lines: string[] = [];
  const ready: number[] = [];
  const ends: string[] = [];
  const child = new WatcherChild({
    id: 'watcher-1',
    program: join(folder, 'program.cjs'),
    args: [],
    onMessage: (message: FromWatcher) => {
      if (message.type === 'ready') ready.push(message.watcher.pid);
    },
    onLine: (line) => lines.push(line),
    onEnd: (code, signal) => {
      ends.push(signal ?? String(code));
      child.startAgain();
    },
  });
  children.push(child);
  return { child, lines, ready, ends };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (condition()) return;
    await sleep(systemClock, 25);
  }
  throw new Error(`${what}, for too long`);
}

test('it is told, stands still, goes on, comes back when it dies, and stops when it stands still', async () => {
  const { child, lines, ready, ends } = rig();
  child.start();
  await until(() => child.ready !== undefined, 'it is not ready');
  expect(child.ready?.id).toBe('watcher-1');
  child.send({ type: 'faults', faults: [] });
  await until(() => lines.includes('heard {"type":"faults","faults":[]}'), 'it hears nothing');

  child.suspend(true);
  await sleep(systemClock, 200);
  const still = lines.length;
  await sleep(systemClock, 200);
  expect(lines.length).toBe(still);
  child.suspend(false);
  await until(() => lines.length > still, 'it does not go on');

  process.kill(child.ready?.pid ?? 0, 'SIGKILL');
  await until(() => ready.length === 2, 'it does not come back');
  expect(ends).toEqual(['SIGKILL']);
  expect(ready[1]).not.toBe(ready[0]);

  child.suspend(true);
  await child.stop();
  expect(child.running).toBe(false);
  expect(ends).toEqual(['SIGKILL']);
});

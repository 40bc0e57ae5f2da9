import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { leaveLastWill } from './last-will.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "qw-will's-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const patienceMs = 30_000;
const file = () => join(directory, 'done');
const write = (text: string) => ['sh', '-c', 'printf %s "$1" >> "$2"', 'sh', text, file()];

test('is carried out when the process was killed, one command after the other', async () => {
  const module = new URL('./last-will.ts', import.meta.url).href;
  const commands = [write("it's "), ['false'], write('done')];
  const program = `import { leaveLastWill } from ${JSON.stringify(module)};
    await leaveLastWill(${JSON.stringify(commands)}, 600_000);
    console.log('left');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => void child.stdout.once('data', resolve));
  expect(existsSync(file())).toBe(false);
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(readFileSync(file(), 'utf8')).toBe("it's done"), patienceMs);
});

test('is carried out when its time has come, and not when it was revoked', async () => {
  const revoked = await leaveLastWill([write('revoked')], 1000);
  revoked.revoke();
  await leaveLastWill([write('late')], 2000);
  await vi.waitFor(() => expect(existsSync(file())).toBe(true), patienceMs);
  expect(readFileSync(file(), 'utf8')).toBe('late');
  revoked.revoke();
});

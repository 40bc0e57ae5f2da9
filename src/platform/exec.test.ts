import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from './exec.ts';
import { OutputTail } from './output-tail.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qw-exec-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (line: string, timeoutMs = 10_000) => runProgram({ command: [line], shell: true, timeoutMs });

test('keeps output of both streams, exit code and given variables; the rest of our environment stays here', async () => {
  process.env['QW_TEST_HIDDEN'] = 'hidden';
  const line = 'echo "$GIVEN-$QW_TEST_HIDDEN"; echo wrong >&2; read x || echo no-input; exit 3';
  const result = await runProgram({ command: [line], shell: true, environment: { GIVEN: 'a b' }, timeoutMs: 10_000 });
  delete process.env['QW_TEST_HIDDEN'];
  expect(result).toMatchObject({ exitCode: 3, timedOut: false });
  expect(result.output.split('\n').sort()).toEqual(['', 'a b-', 'no-input', 'wrong']);
});

test('arguments reach the program unexpanded', async () => {
  const result = await runProgram({ command: ['printf', '%s|', '$HOME', 'a b', ';ls', ''], timeoutMs: 10_000 });
  expect(result.output).toBe('$HOME|a b|;ls||');
});

test('says why a program cannot start', async () => {
  const plain = join(folder, 'plain');
  await writeFile(plain, 'text');
  await chmod(plain, 0o644);
  const start = (file: string) => runProgram({ command: [file], timeoutMs: 1000 });
  expect((await start('/nowhere/program')).error).toBe('/nowhere/program was not found');
  expect((await start(plain)).error).toBe(`${plain} may not be executed: permission denied`);
  expect((await start(folder)).error).toContain('may not be executed');
  expect((await start('echo\0')).error).toContain('NUL');
});

test('ends a program without end and keeps the last 4 KiB of its output', async () => {
  const result = await run('yes 0123456789 & yes abcdefghij; wait', 300);
  expect(result.timedOut).toBe(true);
  expect(result.exitCode).toBeUndefined();
  expect(Buffer.byteLength(result.output)).toBeLessThanOrEqual(4096);
  expect(result.output.length).toBeGreaterThan(3000);
});

test('the time limit ends every child, those that ignore SIGTERM too', async () => {
  const pids = join(folder, 'pids');
  const line = `i=0; while [ $i -lt 20 ]; do sh -c 'trap "" TERM; echo $$ >> ${pids}; while :; do sleep 100; done' & i=$((i+1)); done; trap "" TERM; while :; do sleep 100; done`;
  const result = await run(line, 1500);
  expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
  const numbers = (await readFile(pids, 'utf8')).trim().split('\n').map(Number);
  expect(numbers.length).toBe(20);
  for (const pid of numbers) expect(await isRunning(pid)).toBe(false);
});

test('a child left in the background neither delays the result nor is ended', async () => {
  const result = await run('sleep 30 & echo $!');
  expect(result).toMatchObject({ exitCode: 0, timedOut: false });
  expect(result.durationMs).toBeLessThan(10_000);
  const pid = Number(result.output);
  expect(await isRunning(pid)).toBe(true);
  process.kill(pid);
});

test('the signal ends it', async () => {
  const controller = new AbortController();
  const running = runProgram({ command: ['sleep', '100'], timeoutMs: 60_000, signal: controller.signal });
  controller.abort();
  expect(await running).toMatchObject({ aborted: true, timedOut: false, signal: 'SIGTERM' });
});

test('the tail is valid text within the limit, whatever the bytes and cuts are', () => {
  const tail = new OutputTail(8);
  for (const chunk of [Buffer.from('aä€'), Buffer.from('€€€').subarray(1)]) tail.add(chunk);
  expect(Buffer.byteLength(tail.text())).toBeLessThanOrEqual(8);
  expect(tail.text()).toBe('€€');
  const bad = new OutputTail(8);
  bad.add(Buffer.alloc(100, 0xff));
  expect(Buffer.byteLength(bad.text())).toBeLessThanOrEqual(8);
});

/** A process that was ended but not yet reaped by its new parent counts as ended. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) [ZX]/.test(status);
}

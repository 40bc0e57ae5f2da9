import { expect, test } from 'vitest';
import { runInThread } from './thread.ts';

const moduleOf = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

test('a thread that never ends is ended at its deadline, and one that answers is not', async () => {
  await expect(runInThread(moduleOf('for (;;);'), 0, { deadlineMs: 200 })).rejects.toThrow('longer than 200 ms');
  const answers = moduleOf(
    `import { parentPort, workerData } from 'node:worker_threads'; parentPort.postMessage(workerData + 1);`,
  );
  expect(await runInThread<number>(answers, 1, { deadlineMs: 60_000 })).toBe(2);
});

test('a thread that takes more memory than it may is an error', async () => {
  const grows = moduleOf('const all = []; for (;;) all.push(new Array(1000).fill(0).map((_, at) => ({ at })));');
  await expect(runInThread(grows, 0, { memoryMiB: 16 })).rejects.toThrow();
}, 60_000);

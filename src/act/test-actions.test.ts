import { expect, test } from 'vitest';
import type { Action } from '../model/index.ts';
import { silentLog, systemClock, type Log } from '../platform/index.ts';
import { createTestActions } from './test-actions.ts';

test('one list at a time for each check; the rest is skipped and counted', async () => {
  const lines: string[] = [];
  const log: Log = { ...silentLog, info: (line) => lines.push(line) };
  const actions = createTestActions({ clock: systemClock, log, signal: new AbortController().signal });
  const slow: Action = {
    kind: 'run',
    command: ['sleep', '100'],
    shell: false,
    timeoutMs: 200_000,
    environment: {},
    afterCrash: 'leave',
    delayMs: 0,
  };
  const line: Action = { kind: 'log', message: 'tested', level: 'info', delayMs: 0 };
  actions.offer({ name: 'a', test: [line, slow, line] }, { status: 'up' });
  actions.offer({ name: 'a', test: [line] }, {});
  actions.offer({ name: 'b', test: [line] }, {});
  actions.offer({ name: 'c', test: [] }, {});
  await new Promise((resolve) => setImmediate(resolve));
  expect(actions.statistics()).toEqual({ running: 1, done: 2, failed: 0, skipped: 1 });
  await actions.stop();
  expect(actions.statistics().running).toBe(0);
  expect(lines).toEqual(['tested', 'tested']);
});

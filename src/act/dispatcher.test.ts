import { afterEach, expect, test } from 'vitest';
import { QwError, type ActionReceipt, type Configuration, type RunAction } from '../model/index.ts';
import { ManualClock, silentLog, systemClock, type Log } from '../platform/index.ts';
import { createDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { Notifier, SendResult } from './notify/notifier.ts';
import { sampleBody, sampleConfiguration, sampleIntent } from './testing/sample.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const program = (line: string, given: Partial<RunAction> = {}): RunAction => ({
  kind: 'run',
  command: [line],
  shell: true,
  timeoutMs: 10_000,
  environment: {},
  afterCrash: 'leave',
  delayMs: 0,
  ...given,
});

let dispatcher: Dispatcher | undefined;
afterEach(() => dispatcher?.stop());

function setUp(given: Partial<DispatcherOptions> = {}) {
  const starts: string[] = [];
  const receipts = new Map<string, ActionReceipt>();
  const configuration: { now: Configuration } = { now: sampleConfiguration({ notify: { ops: { one: {}, two: {} } } }) };
  dispatcher = createDispatcher({
    clock: systemClock,
    self: 'w1',
    log: silentLog,
    configuration: () => configuration.now,
    start: async (id, attempt) => void starts.push(`${id}#${attempt}`),
    finish: async (id, receipt) => void receipts.set(id, receipt),
    random: () => 0,
    signal: new AbortController().signal,
    ...given,
  });
  return { dispatcher, starts, receipts, configuration };
}

/** Answers as told, channel by channel, and remembers what was sent. */
function notifier(channel: string, sent: string[], answers: SendResult['outcome'][], afterMs?: number): Notifier {
  return {
    channel,
    summary: '',
    options: {},
    destination: () => '',
    pace: { burst: 2, everyMs: 10_000 },
    send: async (message) => {
      sent.push(`${channel} ${message.body.message}`);
      const outcome = answers.shift() ?? 'done';
      return { outcome, text: outcome, ...(afterMs === undefined ? {} : { afterMs }) };
    },
  };
}

test('a program gets the variables, and its receipt says how it ended', async () => {
  const { dispatcher, starts, receipts } = setUp();
  process.env['QW_TEST_KEY'] = 'key-of-the-script';
  const action = program('echo "$QW_STATUS $QW_DONE_TESTS $KEY"; exit 4', { environment: { KEY: '${QW_TEST_KEY}' } });
  dispatcher.offer(sampleIntent({ id: '1.0', action, variables: { status: 'down', 'done-tests': '7' } }));
  dispatcher.offer(sampleIntent({ id: '1.1', action, watcher: 'another' }));
  await dispatcher.idle();
  delete process.env['QW_TEST_KEY'];
  expect(starts).toEqual(['1.0#1']);
  expect(receipts.get('1.0')).toMatchObject({
    outcome: 'failed',
    text: 'ended with exit code 4',
    exitCode: 4,
    output: 'down 7 [secret]\n',
    attempts: 1,
  });
  expect(receipts.has('1.1')).toBe(false);
});

test('after a crash a started program is left or run again, as it says; one that never started runs', async () => {
  const { dispatcher, starts, receipts } = setUp();
  dispatcher.recover([
    { intent: sampleIntent({ id: 'left', action: program('true') }), startedAttempts: 1 },
    { intent: sampleIntent({ id: 'again', action: program('true', { afterCrash: 'run-again' }) }), startedAttempts: 1 },
    { intent: sampleIntent({ id: 'new', action: program('true') }), startedAttempts: 0 },
  ]);
  await dispatcher.idle();
  expect(starts.sort()).toEqual(['again#2', 'new#1']);
  expect(receipts.get('left')).toEqual({
    outcome: 'unknown',
    text: 'cut off by a crash, outcome unknown',
    attempts: 1,
  });
  expect(receipts.get('again')).toMatchObject({ outcome: 'done', attempts: 2 });
});

test('nothing starts and no receipt is lost while the ledger refuses', async () => {
  const clock = new ManualClock();
  let full = true;
  let ran = 0;
  const { dispatcher, receipts } = setUp({
    clock,
    start: async () => {
      if (full) throw new QwError('LEDGER_UNAVAILABLE', 'disk full');
    },
    carriers: { runScript: async () => ({ outcome: 'done', text: `ran ${++ran}` }) },
    finish: async (id, receipt) => {
      if (full) throw new QwError('LEDGER_UNAVAILABLE', 'disk full');
      receipts.set(id, receipt);
    },
  });
  dispatcher.offer(sampleIntent({ id: '1.0', action: program('x') }));
  for (let i = 0; i < 20; i++) {
    clock.advance(10_000);
    await turn();
  }
  expect(ran).toBe(0);
  full = false;
  clock.advance(30_000);
  full = true;
  await turn();
  clock.advance(30_000);
  await turn();
  expect([ran, receipts.size]).toEqual([0, 0]);
  full = false;
  for (let i = 0; i < 5; i++) {
    clock.advance(30_000);
    await turn();
  }
  expect(receipts.get('1.0')).toMatchObject({ outcome: 'done', text: 'ran 1' });
  expect(dispatcher.statistics().refusedProposals).toBeGreaterThan(5);
});

test('a start that became durable though it was reported as refused leaves no action behind', async () => {
  const durable: number[] = [];
  const { dispatcher, receipts } = setUp({
    start: async (_, attempt) => {
      if (durable.includes(attempt)) throw new QwError('CONFLICT', 'started already');
      durable.push(attempt);
      if (attempt === 1) throw new QwError('OVERLOADED', 'no answer in time');
    },
  });
  dispatcher.offer(sampleIntent({ id: '1.0', action: program('true') }));
  await dispatcher.idle();
  expect(receipts.get('1.0')).toMatchObject({ outcome: 'done', attempts: 2 });
});

test('what the ledger has a receipt for is left alone', async () => {
  let ran = 0;
  const { dispatcher } = setUp({
    start: async () => {
      throw new QwError('CONFLICT', 'done already');
    },
    carriers: { runScript: async () => ({ outcome: 'done', text: `ran ${++ran}` }) },
  });
  dispatcher.offer(sampleIntent({ id: '1.0', action: program('true') }));
  await dispatcher.idle();
  expect(ran).toBe(0);
});

test('only the channel that failed is tried again, and the resolved message waits for it', async () => {
  const clock = new ManualClock();
  const sent: string[] = [];
  const carriers = { notifiers: [notifier('one', sent, []), notifier('two', sent, ['retry', 'retry'])] };
  const { dispatcher, starts, receipts } = setUp({ clock, carriers });
  dispatcher.offer(sampleIntent({ id: '2.0', notification: sampleBody({ message: 'resolved' }) }));
  dispatcher.offer(sampleIntent({ id: '1.0', notification: sampleBody() }));
  for (let i = 0; i < 30; i++) {
    await turn();
    clock.advance(1000);
  }
  await turn();
  expect(sent.filter((line) => line.startsWith('one'))).toEqual(['one firing', 'one resolved']);
  expect(sent.filter((line) => line.startsWith('two'))).toEqual([
    'two firing',
    'two firing',
    'two firing',
    'two resolved',
  ]);
  expect(sent.indexOf('one resolved')).toBeGreaterThan(sent.lastIndexOf('two firing'));
  expect(receipts.get('1.0')).toMatchObject({ outcome: 'done', text: 'one: done; two: done', attempts: 3 });
  expect(starts).toEqual(['1.0#1', '2.0#1']);
});

test('gives up after a day, and asks no faster than it was told', async () => {
  const clock = new ManualClock();
  const sent: string[] = [];
  const carriers = {
    notifiers: [
      notifier(
        'one',
        sent,
        Array.from({ length: 500 }, () => 'retry' as const),
        1_800_000,
      ),
    ],
  };
  const { dispatcher, receipts, configuration } = setUp({ clock, carriers });
  configuration.now = sampleConfiguration({ notify: { ops: { one: {} } } });
  dispatcher.offer(sampleIntent({ id: '1.0', notification: sampleBody(), notBefore: clock.now() }));
  for (let i = 0; i < 60 && receipts.size === 0; i++) {
    await turn();
    clock.advance(1_800_000);
  }
  expect(receipts.get('1.0')).toMatchObject({ outcome: 'failed', text: 'one: given up after a day: retry' });
  expect(sent.length).toBe(48);
});

test('a receiver that was removed meanwhile gets nothing, and the receipt says so', async () => {
  const clock = new ManualClock();
  const sent: string[] = [];
  const carriers = { notifiers: [notifier('one', sent, ['retry']), notifier('two', sent, ['retry'])] };
  const { dispatcher, receipts, configuration } = setUp({ clock, carriers });
  dispatcher.offer(sampleIntent({ id: '1.0', notification: sampleBody() }));
  await turn();
  configuration.now = sampleConfiguration();
  clock.advance(5000);
  await dispatcher.idle();
  expect(sent).toHaveLength(2);
  expect(receipts.get('1.0')).toEqual({
    outcome: 'dropped',
    text: 'the receiver ops is no longer configured',
    attempts: 1,
  });
});

test('a delay is kept, a program of a later transition waits for the one before, log lines are written', async () => {
  const clock = new ManualClock();
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const lines: string[] = [];
  const log: Log = { ...silentLog, error: (line) => lines.push(line) };
  const { dispatcher, receipts } = setUp({
    clock,
    log,
    carriers: {
      runScript: (action) => {
        order.push(action.command[0] ?? '');
        return new Promise((resolve) => ends.push(() => resolve({ outcome: 'done', text: 'ran' })));
      },
    },
  });
  const cause = (transition: number) => ({ check: 'c', transition });
  dispatcher.offer(
    sampleIntent({ id: '1.0', cause: cause(1), action: program('down'), notBefore: clock.now() + 5000 }),
  );
  dispatcher.offer(
    sampleIntent({
      id: '2.0',
      cause: cause(2),
      action: { kind: 'log', message: 'up again', level: 'error', delayMs: 0 },
    }),
  );
  await turn();
  expect(order).toEqual([]);
  clock.advance(5000);
  dispatcher.offer(sampleIntent({ id: '2.1', cause: cause(2), action: program('up') }));
  await turn();
  expect(order).toEqual(['down']);
  ends.shift()?.();
  await turn();
  expect(order).toEqual(['down', 'up']);
  ends.shift()?.();
  await dispatcher.idle();
  expect(lines).toEqual(['up again']);
  expect(receipts.size).toBe(3);
});

test('beyond the bound intents are dropped with a receipt, but never a resolved message', async () => {
  const clock = new ManualClock();
  const { dispatcher, receipts } = setUp({
    clock,
    carriers: { notifiers: [notifier('one', [], []), notifier('two', [], [])] },
  });
  const later = clock.now() + 1000;
  for (let i = 0; i < 10_000; i++)
    dispatcher.offer(sampleIntent({ id: `${i}`, action: program('x'), notBefore: later }));
  dispatcher.offer(sampleIntent({ id: 'more', action: program('x'), notBefore: later }));
  dispatcher.offer(sampleIntent({ id: 'over', notification: sampleBody({ message: 'resolved' }) }));
  await turn();
  expect(receipts.get('more')).toEqual({
    outcome: 'dropped',
    text: 'not done: more than 10000 actions wait',
    attempts: 0,
  });
  expect(receipts.get('over')?.outcome).toBe('done');
});

test('stopping ends what runs, and leaves it without a receipt for the next start', async () => {
  const { dispatcher, starts, receipts } = setUp();
  dispatcher.offer(sampleIntent({ id: '1.0', action: program('sleep 100', { timeoutMs: 100_000 }) }));
  while (starts.length === 0) await turn();
  await dispatcher.stop();
  expect(receipts.size).toBe(0);
});

const conflict = () => Promise.reject(new QwError('CONFLICT', 'belongs to w2'));

test('what another watcher has taken over does not happen here: delayed, resting or waiting for its start', async () => {
  const clock = new ManualClock();
  const sent: string[] = [];
  const { dispatcher, receipts } = setUp({
    clock,
    carriers: { notifiers: [notifier('one', sent, ['retry']), notifier('two', sent, ['retry'])] },
    start: (id) => (id === 'starting' ? conflict() : Promise.resolve()),
  });
  dispatcher.offer(sampleIntent({ id: 'delayed', action: program('true'), notBefore: clock.now() + 60_000 }));
  dispatcher.offer(sampleIntent({ id: 'starting', action: program('true') }));
  dispatcher.offer(sampleIntent({ id: 'resting', notification: sampleBody() }));
  for (let i = 0; i < 5; i++) await turn();
  expect(sent).toEqual(['one firing', 'two firing']);
  for (const id of ['delayed', 'starting', 'resting', 'unheard of']) dispatcher.withdraw(id);
  for (let i = 0; i < 20; i++) {
    clock.advance(60_000);
    await turn();
  }
  await dispatcher.idle();
  expect(sent).toEqual(['one firing', 'two firing']);
  expect([...receipts]).toEqual([]);
});

test('what is taken over while it happens ends, its receipt is refused, and it may come back', async () => {
  let runs = 0;
  let end = (): void => undefined;
  const starts: string[] = [];
  const { dispatcher, receipts } = setUp({
    carriers: {
      runScript: async () => {
        runs += 1;
        if (runs === 1) await new Promise<void>((resolve) => (end = resolve));
        return { outcome: 'done', text: `run ${runs}` };
      },
    },
    start: async (id, attempt) => void starts.push(`${id}#${attempt}`),
    finish: async (id, receipt) => (runs === 1 ? conflict() : void receipts.set(id, receipt)),
  });
  const intent = sampleIntent({ id: '1.0', action: program('true', { afterCrash: 'run-again' }) });
  dispatcher.offer(intent);
  for (let i = 0; i < 5; i++) await turn();
  dispatcher.withdraw('1.0');
  dispatcher.recover([{ intent, startedAttempts: 2 }]);
  await turn();
  expect(runs).toBe(1);
  end();
  await dispatcher.idle();
  expect(starts).toEqual(['1.0#1', '1.0#3']);
  expect(receipts.get('1.0')).toMatchObject({ outcome: 'done', text: 'run 2' });
});

import { expect, test } from 'vitest';
import { alertPolicySchema, type AlertPolicy } from '../../../model/index.ts';
import { ManualClock } from '../../../platform/index.ts';
import { openMemoryEngine } from '../../../store/index.ts';
import { Recorder } from '../../telemetry/recorder.ts';
import { keepInMemory, SeriesBook } from '../../telemetry/series-book.ts';
import { LiveReadings } from './live-readings.ts';

const second = 1000;
const minute = 60 * second;
const entries = 'quorumwatch_ledger_entries';

const policy = (name: string, condition: object): AlertPolicy =>
  alertPolicySchema.parse({ name, conditions: [condition], 'auto-close': '10m' });
const mean = policy('mean', { threshold: { metric: entries, 'group-by': ['watcher'], window: '1m', above: 5 } });
const absent = policy('absent', { absent: { metric: entries, 'group-by': ['watcher'], after: '2m' } });

function watcher() {
  const clock = new ManualClock(Date.parse('2026-03-01T00:00:00Z'));
  const engine = openMemoryEngine({ clock });
  const book = new SeriesBook(keepInMemory(100));
  const recorder = new Recorder({ engine, book, onProblem: () => undefined });
  const problems: (string | undefined)[] = [];
  const start = (query = engine.query.bind(engine)) => {
    const live = new LiveReadings({
      store: { book, engine: { query } },
      clock,
      standing: { verdicts: () => [{ check: 'web', labels: {}, verdict: 'down' }], quorum: () => 'reduced' },
      onProblem: (problem) => problems.push(problem),
    });
    recorder.hear(live);
    return live;
  };
  /** One value each ten seconds, the number of the minute. */
  const run = async (ms: number, names: readonly string[]) => {
    for (const end = clock.now() + ms; clock.now() < end;) {
      clock.advance(10 * second);
      for (const name of names) {
        recorder.point(entries, { watcher: name }, Math.floor(clock.now() / minute) % 60, clock.now());
      }
      recorder.flush();
      await turns();
    }
  };
  return { clock, problems, start, run };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('a watcher that starts again sees what one sees that never stopped', async () => {
  const { clock, start, run } = watcher();
  const before = start();
  before.configure([mean, absent], 2000);
  await run(5 * minute, ['a', 'b']);
  await run(3 * minute, ['a']);
  const after = start();
  after.configure([mean, absent], 2000);
  expect(after.of(mean, 0, clock.now())).toBeUndefined();
  // Who started again is the only one that hears; the other one would have heard the same.
  await run(0.5 * minute, []);
  const at = clock.now();
  for (const one of [mean, absent]) {
    const seen = after.of(one, 0, at);
    expect(seen).toEqual(before.of(one, 0, at));
    expect(seen?.map(({ labels }) => labels)).toEqual([{ watcher: 'a' }, { watcher: 'b' }]);
  }
  expect(after.of(absent, 0, at)?.map(({ value }) => value)).toEqual([30, 210]);
});

test('a store that cannot be asked is said, and windows begin with what comes', async () => {
  const { clock, problems, start, run } = watcher();
  await run(10 * second, ['a']);
  const live = start(() => Promise.reject(new Error('the disk is gone')));
  live.configure([mean], 2000);
  await run(10 * second, []);
  expect(problems).toEqual([expect.stringContaining('the disk is gone')]);
  await run(minute, ['a']);
  expect(live.of(mean, 0, clock.now())).toHaveLength(1);
});

test('a store of which a part does not answer is said', async () => {
  const { problems, start, run } = watcher();
  await run(10 * second, ['a']);
  const partial = { answered: 1, of: 2, missing: ['shard2'] };
  const live = start(() => Promise.resolve({ columns: [], rows: [], elapsedMs: 0, partial }));
  live.configure([mean], 2000);
  await run(10 * second, []);
  expect(new Set(problems)).toEqual(
    new Set(['windows begin with what was there of earlier telemetry; missing: shard2']),
  );
});

test('a policy that cannot be read leaves the others alone', async () => {
  const { clock, start, run } = watcher();
  const live = start();
  const broken = policy('broken', { threshold: { metric: 'nothing', above: 1 } });
  const problems = live.configure([broken, mean], 2000);
  expect([...problems.keys()]).toEqual(['broken']);
  expect(live.configure([broken, mean], 2000)).toBe(problems);
  expect(() => live.of(broken, 0, clock.now())).toThrow('broken');
  await run(minute, ['a']);
  expect(live.of(mean, 0, clock.now())).toHaveLength(1);
  expect(live.figures.series).toBe(1);
  live.stop();
});

test('conditions that look at no metric are read at once', () => {
  const { clock, start } = watcher();
  const live = start();
  const verdict = policy('verdict', { verdict: {} });
  const quorum = policy('quorum', { quorum: { is: 'critical' } });
  live.configure([verdict, quorum], 2000);
  const [first] = live.of(verdict, 0, clock.now()) ?? [];
  expect(first).toEqual({ labels: { check: 'web' }, value: 1, newestAt: clock.now() });
  expect(live.of(verdict, 0, clock.now())?.[0]?.labels).toBe(first?.labels);
  expect(live.of(quorum, 0, clock.now())).toEqual([{ labels: {}, value: 0, newestAt: clock.now() }]);
});

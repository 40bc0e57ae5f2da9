import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { commonCheckOptions, type Check, type Sample } from '../model/index.ts';
import { createResolver, ManualClock, type Resolver } from '../platform/index.ts';
import { z } from 'zod';
import { createEngine, type Engine, type EngineOptions, type Notice } from './engine.ts';
import type { Probe, ProbeFinding } from './probes/probe.ts';

const good: ProbeFinding = { outcome: 'pass', values: {} };

/** A probe type whose runs take as long as its option says, and end when aborted. */
const fakeProbe: Probe = {
  type: 'fake',
  summary: 'for tests',
  options: {},
  values: {},
  cost: ({ cost }) => Number(cost ?? 1),
  longestMs: ({ timeout, options }) => timeout + Number(options['train'] ?? 0),
  run: (_target, { takesMs }, { clock, signal }) =>
    takesMs === undefined
      ? Promise.resolve(good)
      : new Promise((resolve) => {
          clock.after(Number(takesMs), () => resolve(good));
          signal.addEventListener('abort', () => resolve({ ...good, outcome: 'unknown' }), { once: true });
        }),
};

const schema = z.strictObject(commonCheckOptions);

function check(given: Record<string, unknown>, options: Record<string, unknown> = {}): Check {
  const common = schema.parse({ name: 'a', host: '127.0.0.1', interval: '1s', 'start-delay': '0s', ...given });
  return { ...common, type: 'fake', options };
}

interface Watch {
  clock: ManualClock;
  engine: Engine;
  samples: (Sample & { atMs: number })[];
  notices: Notice[];
  /** Moves the clock, and lets the promises of each step settle. */
  pass(ms: number, stepMs?: number): Promise<void>;
}

const engines: Engine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
});

function watch(given: Partial<EngineOptions> = {}): Watch {
  const clock = new ManualClock();
  const samples: Watch['samples'] = [];
  const notices: Notice[] = [];
  const engine = createEngine({
    clock,
    pinger: undefined,
    resolver: createResolver({ clock }),
    limits: { 'packets-per-target': 25, 'packets-per-network': 200, 'packets-private': 1000 },
    signal: new AbortController().signal,
    uptimeMs: 1e9,
    onSample: (sample) => samples.push({ ...sample, atMs: sample.startedAt - 1_700_000_000_000 }),
    onNotice: (notice) => notices.push(notice),
    probes: [fakeProbe],
    ...given,
  });
  engines.push(engine);
  const pass = async (ms: number, stepMs = 50) => {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(Math.min(stepMs, left));
      await turn();
    }
  };
  return { clock, engine, samples, notices, pass };
}

const startsOf = ({ samples }: Watch, name = 'a') =>
  samples.filter((one) => one.check === name).map(({ atMs }) => atMs);

test('from start to start it is one interval, for ever, also when runs take long', async () => {
  const one = watch();
  one.engine.setChecks([check({}, { takesMs: 700 })]);
  await one.pass(60_000);
  const starts = startsOf(one);
  const [first = 0] = starts;
  expect(first).toBeLessThan(1000);
  expect(starts).toEqual(Array.from({ length: starts.length }, (_, index) => first + 1000 * index));
  expect(starts.length).toBeGreaterThanOrEqual(58);
});

test('start-delay and startup-delay hold back the first run', async () => {
  const one = watch({ uptimeMs: 10_000 });
  one.engine.setChecks([
    check({ name: 'delayed', 'start-delay': '3s' }),
    check({ name: 'after boot', 'startup-delay': '20s' }),
    check({ name: 'long up', 'startup-delay': '5s' }),
  ]);
  await one.pass(15_000);
  expect(startsOf(one, 'delayed')[0]).toBeGreaterThanOrEqual(3000);
  expect(startsOf(one, 'delayed')[0]).toBeLessThan(4000);
  expect(startsOf(one, 'after boot')[0]).toBeGreaterThanOrEqual(10_000);
  expect(startsOf(one, 'long up')[0]).toBeLessThan(1000);
});

test('many checks are spread over the interval', async () => {
  const one = watch();
  one.engine.setChecks(
    Array.from({ length: 2000 }, (_, index) =>
      check({ name: `c${index}`, interval: '2s', host: `127.0.${index >> 8}.${index & 255}` }),
    ),
  );
  await one.pass(2000, 10);
  const perTenth = Array.from(
    { length: 20 },
    (_, tenth) => one.samples.filter(({ atMs }) => Math.floor(atMs / 100) === tenth).length,
  );
  expect(one.samples.length).toBeGreaterThan(1990);
  expect(Math.max(...perTenth)).toBeLessThan(160);
  expect(Math.min(...perTenth)).toBeGreaterThan(50);
});

test('after a stall nothing is made up for: what was missed is counted and told once', async () => {
  const late = new LateClock();
  const stalled = watch({ clock: late });
  stalled.engine.setChecks([check({})]);
  for (let step = 0; step < 30; step++) {
    late.advance(100);
    await turn();
  }
  const before = stalled.samples.length;
  late.stall(5000);
  for (let step = 0; step < 10; step++) {
    late.advance(100);
    await turn();
  }
  expect(stalled.samples.length - before).toBeLessThanOrEqual(2);
  expect(stalled.engine.statistics().missed).toBeGreaterThanOrEqual(4);
  expect(stalled.notices.map(({ code }) => code)).toEqual(['runs-missed']);
  expect(stalled.samples.some(({ latenessMs }) => latenessMs > 3000)).toBe(true);
});

/** A clock that can pass time without firing what falls due in it, as a process that stands still. */
class LateClock extends ManualClock {
  #skippedMs = 0;
  override monotonic(): number {
    return super.monotonic() + this.#skippedMs;
  }
  stall(ms: number): void {
    this.#skippedMs += ms;
  }
}

test('a run that is still under way when the next is due: that one is left out, and told once', async () => {
  const one = watch();
  one.engine.setChecks([check({}, { takesMs: 2500 })]);
  await one.pass(12_000);
  const starts = startsOf(one);
  expect(starts.slice(1).map((at, index) => at - (starts[index] ?? 0))).toEqual(
    [3000, 3000, 3000].slice(0, starts.length - 1),
  );
  expect(one.notices.filter(({ code }) => code === 'run-skipped')).toHaveLength(starts.length);
});

test('a packet train that does not fit lengthens the interval, and says so', async () => {
  const one = watch({ probes: [{ ...fakeProbe, type: 'icmp' }] });
  one.engine.setChecks([{ ...check({ timeout: '1s' }, { train: 450 }), type: 'icmp' }]);
  await one.pass(10_000);
  const starts = startsOf(one);
  expect((starts[1] ?? 0) - (starts[0] ?? 0)).toBe(1450);
  expect(one.notices).toEqual([
    expect.objectContaining({
      code: 'interval-lengthened',
      text: 'packet train not fitting in interval: 1s450ms is used instead of 1s',
    }),
  ]);
});

test('retrySoon brings the next run forward and leaves the grid as it is', async () => {
  const one = watch();
  one.engine.setChecks([check({ interval: '10s' })]);
  await one.pass(2000);
  const [first = 0] = startsOf(one);
  one.engine.retrySoon('a');
  one.engine.retrySoon('nobody');
  await one.pass(20_000);
  expect(startsOf(one).slice(0, 3)).toEqual([first, Math.max(first + 1000, 2000), first + 10_000]);
});

test('a change restarts what it concerns; the rest goes on undisturbed', async () => {
  const one = watch();
  one.engine.setChecks([check({ name: 'a' }), check({ name: 'b' }), check({ name: 'c' })]);
  await one.pass(3000);
  const phases = new Map(['a', 'b', 'c'].map((name) => [name, (startsOf(one, name)[0] ?? 0) % 1000]));
  one.samples.length = 0;
  one.engine.setChecks([
    check({ name: 'a', comment: 'only a comment' }),
    check({ name: 'b', interval: '2s' }),
    check({ name: 'c', disabled: true }),
  ]);
  await one.pass(6000);
  expect(startsOf(one, 'a').length).toBeGreaterThanOrEqual(5);
  expect((startsOf(one, 'a')[0] ?? 0) % 1000).toBeCloseTo(phases.get('a') ?? 0, 3);
  const [b0 = 0, b1 = 0] = startsOf(one, 'b');
  expect(b1 - b0).toBe(2000);
  expect(startsOf(one, 'c')).toEqual([]);
});

test('a run that a change or the end cuts off gives no sample', async () => {
  const one = watch();
  one.engine.setChecks([check({}, { takesMs: 5000 })]);
  await one.pass(1500);
  expect(one.engine.statistics().running).toBe(1);
  one.engine.setChecks([]);
  await one.pass(6000);
  expect(one.samples).toEqual([]);
  expect(one.engine.statistics().running).toBe(0);
});

test('the cap on packets to one public address delays starts, and says what never fits', async () => {
  const one = watch();
  one.engine.setChecks(
    Array.from({ length: 100 }, (_, index) => check({ name: `c${index}`, host: '192.0.2.1', interval: '2s' })),
  );
  expect(one.notices).toEqual([
    { code: 'rate-cap-impossible', text: '100 checks ask for 50 packets a second to 192.0.2.1, the limit is 25' },
  ]);
  await one.pass(20_000);
  // One second's worth may leave at once, the rest at the rate of the cap.
  expect(one.samples.length).toBeLessThanOrEqual(25 * 21);
  expect(one.samples.length).toBeGreaterThan(25 * 17);
  expect(one.notices.filter(({ code }) => code === 'rate-cap').length).toBeLessThanOrEqual(100);
});

test('a name that stops resolving is down; one address family of two is a result of its own', async () => {
  let answer: { address: string; family: 4 | 6 }[] = [{ address: '127.0.0.1', family: 4 }];
  const resolver: Resolver = {
    known: () => undefined,
    resolve: (name) =>
      Promise.resolve(
        answer.length > 0
          ? { kind: 'resolved', addresses: answer }
          : { kind: 'failure', code: 'ENOTFOUND', text: `${name} does not exist` },
      ),
  };
  const one = watch({ resolver });
  one.engine.setChecks([check({ host: 'www.example.org', 'address-family': 'both' })]);
  await one.pass(1000);
  expect(one.samples.at(-1)?.results).toMatchObject([
    { host: 'www.example.org', address: '127.0.0.1', outcome: 'pass' },
    { host: 'www.example.org', outcome: 'fail', reason: { code: 'name-not-resolved' } },
  ]);
  answer = [];
  await one.pass(1000);
  expect(one.samples.at(-1)?.results.map(({ reason }) => reason?.code)).toEqual([
    'name-not-resolved',
    'name-not-resolved',
  ]);
});

test('each anchor has a result', async () => {
  const one = watch();
  one.engine.setChecks([check({ host: undefined, anchors: ['127.0.0.1', '127.0.0.2', '::1'] })]);
  await one.pass(1000);
  expect(one.samples[0]?.results.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.2', '::1']);
});

test('a mistake in a probe is unknown, and the watch goes on', async () => {
  const broken: Probe = { ...fakeProbe, run: () => Promise.reject(new Error('oops')) };
  const one = watch({ probes: [broken] });
  one.engine.setChecks([check({})]);
  await one.pass(2500);
  expect(one.samples.length).toBeGreaterThanOrEqual(2);
  expect(one.samples[0]?.results[0]).toMatchObject({
    outcome: 'unknown',
    reason: { code: 'internal-error', text: 'oops' },
  });
});

test('the signal ends everything', async () => {
  const control = new AbortController();
  const one = watch({ signal: control.signal });
  one.engine.setChecks([check({}, { takesMs: 100_000 })]);
  await one.pass(1500);
  control.abort();
  await one.engine.stop();
  await one.pass(5000);
  expect(one.samples).toEqual([]);
  expect(one.engine.statistics()).toMatchObject({ running: 0 });
});

test('a lookup that hangs does not hold up the end', async () => {
  const clock = new ManualClock();
  const resolver = createResolver({ clock, lookup: () => new Promise(() => undefined) });
  const one = watch({ clock, resolver });
  one.engine.setChecks([check({ host: 'www.example.org' })]);
  for (let step = 0; step < 20 && one.engine.statistics().running === 0; step++) {
    clock.advance(100);
    await turn();
  }
  expect(one.engine.statistics().running).toBe(1);
  await one.engine.stop();
  expect(one.engine.statistics().running).toBe(0);
});

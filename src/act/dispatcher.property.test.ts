import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QwError, type ActionIntent, type ActionReceipt, type RunAction } from '../model/index.ts';
import { ManualClock, silentLog } from '../platform/index.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import type { ActionFinding } from './finding.ts';
import type { Notifier, SendResult } from './notify/notifier.ts';
import { sampleBody, sampleConfiguration, sampleIntent } from './testing/sample.ts';

/** Which faults a world has, each as a chance from 0 to 1. */
interface Faults {
  refuse: number;
  retry: number;
  fail: number;
}

interface Entry {
  intent: ActionIntent;
  starts: number;
  /** Which life of the watcher has heard of it. */
  life: number;
  receipt?: ActionReceipt;
}

const never = new Promise<never>(() => {});
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A ledger that outlives crashes, services that fail at random, and what must hold whenever something happens. */
class World {
  readonly clock = new ManualClock();
  readonly ledger = new Map<string, Entry>();
  readonly broken: string[] = [];
  readonly runs = new Map<string, number>();
  faults: Faults;
  #next: () => number;
  #life = 0;
  #crash = new AbortController();
  #dispatcher: Dispatcher;
  #running = new Set<string>();

  constructor(faults: Faults, seed: number) {
    this.faults = faults;
    this.#next = generator(seed);
    this.#dispatcher = this.#boot();
  }

  offer(intent: ActionIntent): void {
    this.ledger.set(intent.id, { intent, starts: 0, life: this.#life });
    this.#dispatcher.offer(intent);
    // What was offered is offered again now and then, finished or not.
    for (const entry of this.ledger.values()) {
      if (entry.life === this.#life && this.#next() < 0.2) this.#dispatcher.offer(entry.intent);
    }
  }

  crash(): void {
    this.#life++;
    this.#crash.abort();
    this.#running.clear();
    this.#dispatcher = this.#boot();
    const pending = [...this.ledger.values()].filter((entry) => !entry.receipt);
    for (const entry of pending) entry.life = this.#life;
    this.#dispatcher.recover(pending.map(({ intent, starts }) => ({ intent, startedAttempts: starts })));
  }

  async settle(): Promise<void> {
    this.faults = { refuse: 0, retry: 0, fail: 0 };
    for (let i = 0; i < 500 && [...this.ledger.values()].some((entry) => !entry.receipt); i++) {
      this.clock.advance(60_000);
      await turn();
    }
    await this.#dispatcher.stop();
  }

  #boot(): Dispatcher {
    this.#crash = new AbortController();
    const life = this.#life;
    const here = async <T>(longestMs: number, result: () => T): Promise<T> => {
      await new Promise<void>((resolve) => this.clock.after(this.#next() * longestMs, resolve));
      return life === this.#life ? result() : await never;
    };
    const propose = (accept: () => void) =>
      here(50, () => {
        if (this.#next() < this.faults.refuse) throw new Error('disk full');
        accept();
        // What became durable may be reported as refused all the same.
        if (this.#next() < this.faults.refuse / 4) throw new Error('no answer in time');
      });
    return createDispatcher({
      clock: this.clock,
      self: 'w1',
      log: silentLog,
      random: () => this.#next(),
      signal: this.#crash.signal,
      configuration: () => sampleConfiguration({ notify: { ops: { one: {}, two: {} } } }),
      start: (id, attempt) =>
        propose(() => {
          const entry = this.#entry(id);
          if (attempt <= entry.starts || entry.receipt) throw new QwError('CONFLICT', 'started already');
          if (attempt !== entry.starts + 1) this.broken.push(`${id}: attempt ${attempt} after ${entry.starts} starts`);
          entry.starts = attempt;
        }),
      finish: (id, receipt) =>
        propose(() => {
          const entry = this.#entry(id);
          if (entry.receipt && entry.receipt.text !== receipt.text) this.broken.push(`${id}: a second receipt`);
          if (entry.receipt) throw new QwError('CONFLICT', 'finished already');
          entry.receipt = receipt;
        }),
      carriers: {
        notifiers: ['one', 'two'].map((channel) => this.#notifier(channel, here)),
        runScript: (_, { id = '' }) => {
          this.#mustBeStarted(id);
          if (this.#running.has(id)) this.broken.push(`${id}: runs twice at once`);
          this.#running.add(id);
          this.runs.set(id, (this.runs.get(id) ?? 0) + 1);
          return here(20_000, (): ActionFinding => {
            this.#running.delete(id);
            return { outcome: this.#next() < this.faults.fail ? 'failed' : 'done', text: 'ran' };
          });
        },
      },
    });
  }

  #notifier(channel: string, here: <T>(longestMs: number, result: () => T) => Promise<T>): Notifier {
    return {
      channel,
      summary: '',
      options: {},
      destination: () => '',
      pace: { burst: 3, everyMs: 1000 },
      send: ({ body }) => {
        const id = `${body.message}-${body.incident.id}`;
        this.#mustBeStarted(id);
        const firing = this.ledger.get(`firing-${body.incident.id}`);
        if (body.message === 'resolved' && firing && !firing.receipt) this.broken.push(`${id}: before its firing`);
        return here(5000, (): SendResult => {
          const chance = this.#next();
          if (chance < this.faults.retry) return { outcome: 'retry', text: 'later' };
          return { outcome: chance < this.faults.retry + this.faults.fail ? 'failed' : 'done', text: 'sent' };
        });
      },
    };
  }

  #mustBeStarted(id: string): void {
    const entry = this.#entry(id);
    if (entry.starts === 0) this.broken.push(`${id}: nothing durable before it started`);
    if (entry.receipt) this.broken.push(`${id}: runs again after its receipt`);
  }

  #entry(id: string): Entry {
    const entry = this.ledger.get(id);
    if (!entry) throw new Error(`unknown ${id}`);
    return entry;
  }
}

/** Mulberry32: repeatable figures from 0 to 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const run = (afterCrash: RunAction['afterCrash']): RunAction => ({
  kind: 'run',
  command: ['x'],
  shell: false,
  timeoutMs: 1000,
  environment: {},
  afterCrash,
  delayMs: 0,
});

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('incident' as const), delayMs: fc.nat(30_000), backwards: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('run' as const), again: fc.boolean(), delayMs: fc.nat(30_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), byMs: fc.nat(10_000) }) },
);

test('whatever fails and crashes: one receipt each, nothing finished runs again, firing before resolved', async () => {
  const chance = fc.double({ min: 0, max: 0.5, noNaN: true });
  const faults = fc.record({ refuse: chance, retry: chance, fail: chance });
  await fc.assert(
    fc.asyncProperty(
      faults,
      fc.integer(),
      fc.array(step, { minLength: 5, maxLength: 60 }),
      async (faults, seed, steps) => {
        const world = new World(faults, seed);
        const runs: { id: string; again: boolean }[] = [];
        let position = 0;
        for (const step of steps) {
          position++;
          if (step.kind === 'incident') {
            const body = (message: 'firing' | 'resolved') => {
              const sample = sampleBody({ message });
              return { ...sample, incident: { ...sample.incident, id: String(position) } };
            };
            const pair = (['firing', 'resolved'] as const).map((message) =>
              sampleIntent({
                id: `${message}-${position}`,
                cause: { check: 'c', transition: position },
                notification: body(message),
                notBefore: world.clock.now() + (message === 'firing' ? step.delayMs : 0),
              }),
            );
            for (const intent of step.backwards ? pair.reverse() : pair) world.offer(intent);
          } else if (step.kind === 'run') {
            const id = `run-${position}`;
            runs.push({ id, again: step.again });
            world.offer(
              sampleIntent({
                id,
                cause: { check: 'c', transition: position },
                action: run(step.again ? 'run-again' : 'leave'),
                notBefore: world.clock.now() + step.delayMs,
                variables: { id },
              }),
            );
          } else if (step.kind === 'crash') world.crash();
          else world.clock.advance(step.byMs);
          await turn();
        }
        await world.settle();
        expect(world.broken).toEqual([]);
        for (const [id, entry] of world.ledger) expect(entry.receipt, id).toBeDefined();
        for (const { id, again } of runs) {
          const outcome = world.ledger.get(id)?.receipt?.outcome;
          if (again) expect(outcome).not.toBe('unknown');
          else expect(world.runs.get(id) ?? 0).toBeLessThanOrEqual(1);
        }
      },
    ),
    { numRuns: 300 },
  );
});

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
  /** Messages that reached somebody, whatever was answered. */
  readonly arrived = new Set<string>();
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

  /** In pieces, so that what one piece leads to happens in the next. */
  async pass(ms: number): Promise<void> {
    for (let piece = 0; piece < 5; piece++) {
      this.clock.advance(ms / 5);
      for (let turns = 0; turns < 2; turns++) await turn();
    }
  }

  async settle(): Promise<void> {
    this.faults = { refuse: 0, retry: 0, fail: 0 };
    for (let i = 0; i < 500 && [...this.ledger.values()].some((entry) => !entry.receipt); i++) {
      this.clock.advance(60_000);
      await turn();
    }
    // What is on its way to the ledger for a second time arrives while time passes.
    const stopping = this.#dispatcher.stop();
    for (let i = 0; i < 10; i++) {
      this.clock.advance(60_000);
      await turn();
    }
    await stopping;
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
      told: {
        messages: (_, incident) =>
          (['firing', 'resolved'] as const).flatMap((kind) => {
            const entry = this.ledger.get(`${kind}-${incident}`);
            if (!entry) return [];
            const { intent, receipt } = entry;
            return [{ id: intent.id, kind, watcher: 'w1', ...(receipt && { receipt }) }];
          }),
        isOver: (incident) => this.ledger.has(`resolved-${incident}`),
      },
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
          if (chance < this.faults.retry / 2) return { outcome: 'retry', text: 'refused', undelivered: true };
          if (chance >= this.faults.retry && chance < this.faults.retry + this.faults.fail) {
            return { outcome: 'failed', text: 'refused for good', undelivered: true };
          }
          this.arrived.add(id);
          return { outcome: chance < this.faults.retry ? 'retry' : 'done', text: 'nobody heard the answer' };
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
    arbitrary: fc.record({
      kind: fc.constant('incident' as const),
      delayMs: fc.nat(30_000),
      end: fc.constantFrom('before', 'at once', 'later', 'later', 'later'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('run' as const), again: fc.boolean(), delayMs: fc.nat(30_000) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), byMs: fc.nat(20_000) }) },
);

test(
  'whatever fails and crashes: one receipt each, nothing finished runs again, firing before resolved, and both or neither',
  { timeout: 60_000 },
  async () => {
    // Doubles would be evenly spread over their exponents: next to none of them is a chance that ever comes true.
    const chance = fc.integer({ min: 0, max: 50 }).map((percent) => percent / 100);
    const faults = fc.record({ refuse: chance, retry: chance, fail: chance });
    await fc.assert(
      fc.asyncProperty(
        faults,
        fc.integer(),
        fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }),
        async (faults, seed, steps) => {
          const world = new World(faults, seed);
          const runs: { id: string; again: boolean }[] = [];
          const ends: (() => void)[] = [];
          let position = 0;
          for (const step of steps) {
            position++;
            if (step.kind === 'incident') {
              const at = position;
              const message = (kind: 'firing' | 'resolved') => {
                const sample = sampleBody({ message: kind });
                return sampleIntent({
                  id: `${kind}-${at}`,
                  cause: { check: 'c', transition: at },
                  notification: { ...sample, incident: { ...sample.incident, id: String(at) } },
                  notBefore: world.clock.now() + (kind === 'firing' ? step.delayMs : 0),
                });
              };
              const firing = message('firing');
              const end = () => world.offer(message('resolved'));
              if (step.end === 'before') end();
              world.offer(firing);
              if (step.end === 'at once') end();
              else if (step.end === 'later') ends.push(end);
            } else if (step.kind === 'end') ends.shift()?.();
            else if (step.kind === 'run') {
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
            else await world.pass(step.byMs);
            await turn();
          }
          for (const end of ends) end();
          await world.settle();
          expect(world.broken).toEqual([]);
          for (const [id, entry] of world.ledger) expect(entry.receipt, id).toBeDefined();
          for (const id of world.arrived) {
            const incident = id.replace(/^\w+-/, '');
            const outcome = (kind: string) => world.ledger.get(`${kind}-${incident}`)?.receipt?.outcome;
            // Who heard of the beginning hears of the end, and nobody else does.
            expect(outcome('resolved'), id).not.toBe('dropped');
            expect(outcome('firing'), id).not.toBe('dropped');
          }
          for (const { id, again } of runs) {
            const outcome = world.ledger.get(id)?.receipt?.outcome;
            if (again) expect(outcome).not.toBe('unknown');
            else expect(world.runs.get(id) ?? 0).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 150 },
    );
  },
);

import { expect, test } from 'vitest';
import type { LedgerEntry } from '../../agree/index.ts';
import type { Incident } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import type { IncidentIndex, IndexedRecord } from '../../store/index.ts';
import { IncidentHistory } from './history.ts';

/** A ledger in memory, and an index that only remembers, and fails when told to. */
class World {
  readonly clock = new ManualClock(0);
  readonly entries: LedgerEntry[] = [];
  readonly problems: (string | undefined)[] = [];
  seen: IndexedRecord[] = [];
  next = 0;
  opened = 0;
  failWrites = false;
  failOpen = false;
  /** Entries from here on are told, and cannot be read yet. */
  readable = Infinity;
  /** Writes at a time, at most. */
  most = 0;
  #writing = 0;
  #listener: ((entry: LedgerEntry) => void) | undefined;
  readonly history = new IncidentHistory({
    clock: this.clock,
    replica: {
      read: async (from, limit) => this.entries.slice(from, Math.min(this.readable, from + Math.min(limit, 3))),
      subscribe: (from, listener) => {
        for (const entry of this.entries.slice(from)) listener(entry);
        this.#listener = listener;
        return () => void (this.#listener = undefined);
      },
      status: () => ({ entries: this.entries.length }) as never,
    },
    open: async () => {
      if (this.failOpen) throw new Error('no such folder');
      this.opened += 1;
      return this.#index();
    },
    onProblem: (problem) => this.problems.push(problem),
  });

  add(kind: string, body: unknown = {}): void {
    const position = this.entries.length;
    const entry: LedgerEntry = { position, sequence: 1, time: position, kind, body };
    this.entries.push(entry);
    this.#listener?.(entry);
  }

  addIncident(id: number): void {
    this.add('incident', { id: String(id) });
  }

  ids(): string[] {
    return this.seen.filter(({ kind }) => kind === 'incident').map(({ body }) => (body as Incident).id);
  }

  #index(): IncidentIndex {
    return {
      next: async () => this.next,
      write: async (records, next) => {
        this.#writing += 1;
        this.most = Math.max(this.most, this.#writing);
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
        this.#writing -= 1;
        if (this.failWrites) throw new Error('disk full');
        this.seen.push(...records);
        this.next = next;
      },
      find: async () => ({ items: [], total: 0 }),
      get: async () => undefined,
      actions: async () => [],
      close: async () => undefined,
    };
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

test('it reads what it missed, then follows, and leaves out what it does not need', async () => {
  const world = new World();
  for (let id = 1; id <= 10; id++) {
    world.add('transition');
    world.addIncident(id);
  }
  world.history.start();
  expect(world.history.behind).toBe(20);
  await settled();
  expect(world.history.behind).toBe(0);
  world.addIncident(11);
  world.add('observations');
  await settled();
  expect(world.ids()).toEqual(Array.from({ length: 11 }, (_, at) => String(at + 1)));
  expect(world.seen.every(({ kind }) => kind === 'incident')).toBe(true);
  await world.history.stop();
});

test('what was seen before a restart is not read again', async () => {
  const world = new World();
  for (let id = 1; id <= 5; id++) world.addIncident(id);
  world.next = 4;
  world.history.start();
  await settled();
  expect(world.ids()).toEqual(['5']);
  await world.history.stop();
});

test('a write that fails is told, and made good from the ledger later, without a gap or a repetition', async () => {
  const world = new World();
  world.addIncident(1);
  world.history.start();
  await settled();
  world.failWrites = true;
  world.addIncident(2);
  await settled();
  world.addIncident(3);
  expect(world.problems.at(-1)).toContain('disk full');
  expect(world.history.index).toBeUndefined();
  world.clock.advance(30_000);
  await settled();
  expect(world.problems.at(-1)).toContain('disk full');
  world.failWrites = false;
  world.clock.advance(30_000);
  await settled();
  expect(world.ids()).toEqual(['1', '2', '3']);
  expect(world.problems.at(-1)).toBeUndefined();
  expect(world.history.behind).toBe(0);
  await world.history.stop();
});

test('what is executed and cannot be read yet is heard when it is published', async () => {
  const world = new World();
  for (let id = 1; id <= 4; id++) world.addIncident(id);
  world.readable = 2;
  world.history.start();
  await settled();
  expect(world.ids()).toEqual(['1', '2', '3', '4']);
  await world.history.stop();
});

test('entries of other kinds are not read again after a restart', async () => {
  const world = new World();
  world.history.start();
  await settled();
  world.addIncident(1);
  for (let at = 0; at < 12_000; at++) world.add('observations');
  await settled();
  expect(world.next).toBeGreaterThan(9000);
  await world.history.stop();
  expect(world.next).toBe(12_001);
});

test('one write is under way at a time, and what comes meanwhile is not lost', async () => {
  const world = new World();
  world.history.start();
  await settled();
  for (let id = 1; id <= 500; id++) {
    world.addIncident(id);
    if (id % 7 === 0) await Promise.resolve();
  }
  await settled();
  expect(world.ids()).toEqual(Array.from({ length: 500 }, (_, at) => String(at + 1)));
  expect(world.most).toBe(1);
  await world.history.stop();
});

test('an index that cannot be opened keeps nothing from stopping, and is tried again', async () => {
  const world = new World();
  world.failOpen = true;
  world.addIncident(1);
  world.history.start();
  await settled();
  expect(world.problems.at(-1)).toContain('no such folder');
  world.failOpen = false;
  world.clock.advance(30_000);
  await settled();
  expect(world.ids()).toEqual(['1']);
  await world.history.stop();
});

test('a storm of entries is read from the ledger instead of being kept in memory', async () => {
  const world = new World();
  world.history.start();
  await settled();
  for (let id = 1; id <= 6000; id++) world.addIncident(id);
  world.clock.advance(0);
  for (let turn = 0; turn < 5000 && world.history.behind > 0; turn++) await settled();
  await settled();
  expect(world.ids()).toHaveLength(6000);
  expect(new Set(world.ids()).size).toBe(6000);
  await world.history.stop();
});

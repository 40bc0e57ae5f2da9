import { expect, test } from 'vitest';
import { QwError } from '../../../model/index.ts';
import { ManualClock, type ConntrackEntry, type ConntrackTap } from '../../../platform/index.ts';
import { entryOf } from './entry.fixture.ts';
import { ConntrackWatch } from './watch.ts';

/** The kernel, as far as it is watched. */
class Kernel implements ConntrackTap {
  waiting: ['new' | 'end', ConntrackEntry][] = [];
  table: ConntrackEntry[] = [];
  hasDropped = false;
  refuses = false;
  dumps = 0;
  closed = 0;
  #left: ConntrackEntry[] = [];

  events(onEvent: (what: 'new' | 'end', entry: ConntrackEntry) => void): boolean {
    for (const [what, entry] of this.waiting.splice(0)) onEvent(what, entry);
    const complete = !this.hasDropped;
    this.hasDropped = false;
    return complete;
  }
  beginDump(): void {
    if (this.refuses) throw new QwError('UNSUPPORTED', 'not today');
    this.dumps++;
    this.#left = [...this.table];
  }
  dump(onEntry: (entry: ConntrackEntry) => void): boolean {
    const one = this.#left.shift();
    if (one) onEntry(one);
    return this.#left.length === 0;
  }
  statistics(): never {
    throw new Error('not asked for');
  }
  close(): void {
    this.closed++;
  }
}

function watched(intervalMs = 5000) {
  const kernel = new Kernel();
  const clock = new ManualClock();
  const seen: string[] = [];
  const problems: (string | undefined)[] = [];
  kernel.table = [1, 2, 3].map((sourcePort) => entryOf({ sourcePort }));
  const port = (entry: ConntrackEntry) => entry.ports[0];
  const watch = new ConntrackWatch({
    tap: kernel,
    clock,
    intervalMs,
    listeners: [
      {
        begun: (entry) => seen.push(`begun ${port(entry)}`),
        ended: (entry) => seen.push(`ended ${port(entry)}`),
        listed: (entry) => seen.push(`listed ${port(entry)}`),
        listedAll: () => seen.push('listed all'),
        missed: () => seen.push('missed'),
        look: () => undefined,
      },
    ],
    onProblem: (problem) => problems.push(problem),
  });
  return { kernel, clock, seen, watch, problems };
}

test('all connections are listed at once and each interval; events are read while a listing goes on', () => {
  const { kernel, clock, seen, watch } = watched();
  kernel.waiting.push(['new', entryOf({ sourcePort: 9 })], ['end', entryOf({ sourcePort: 2 })]);
  clock.advance(50);
  expect(seen).toEqual(['listed 1', 'begun 9', 'ended 2', 'listed 2', 'listed 3', 'listed all']);
  clock.advance(4900);
  expect(kernel.dumps).toBe(1);
  clock.advance(200);
  expect([kernel.dumps, watch.listings]).toEqual([2, 2]);
  // What goes on is reported at the end too, and then no more.
  watch.close();
  watch.close();
  expect([kernel.dumps, watch.listings, kernel.closed]).toEqual([3, 3, 1]);
  clock.advance(60_000);
  expect(kernel.dumps).toBe(3);
});

test('events that the kernel dropped are counted, and what there is is listed anew, though not more than once a second', () => {
  const { kernel, clock, seen, watch } = watched(60_000);
  clock.advance(1000);
  for (let times = 0; times < 20; times++) {
    kernel.hasDropped = true;
    clock.advance(100);
  }
  expect(watch.overflows).toBe(20);
  expect(seen.filter((what) => what === 'missed')).toHaveLength(20);
  clock.advance(1100);
  expect(kernel.dumps).toBeGreaterThanOrEqual(3);
  expect(kernel.dumps).toBeLessThanOrEqual(4);
});

test('a kernel that refuses is a problem until it does no more, and events are still read', () => {
  const { kernel, clock, seen, problems } = watched();
  clock.advance(1000);
  kernel.refuses = true;
  clock.advance(5000);
  expect(problems).toContain('not today');
  kernel.waiting.push(['new', entryOf({ sourcePort: 9 })]);
  clock.advance(200);
  expect(seen.at(-1)).toBe('begun 9');
  kernel.refuses = false;
  clock.advance(6000);
  expect(problems.at(-1)).toBeUndefined();
});

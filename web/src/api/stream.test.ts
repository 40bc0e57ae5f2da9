import { expect, test } from 'vitest';
import { openStream, type Source } from './stream.ts';

class FakeSource implements Source {
  readonly listeners = new Map<string, ((event: { data?: unknown }) => void)[]>();
  closed = false;
  addEventListener(name: string, listener: (event: { data?: unknown }) => void): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }
  close(): void {
    this.closed = true;
  }
  emit(name: string, event: { data?: unknown } = {}): void {
    for (const listener of this.listeners.get(name) ?? []) listener(event);
  }
}

function setUp() {
  const sources: { address: string; source: FakeSource }[] = [];
  const waits: { ms: number; run: () => void }[] = [];
  const states: string[] = [];
  const events: unknown[] = [];
  const close = openStream(
    {
      address: () => `/events?since=${events.length}`,
      events: ['transition'],
      onEvent: (_, data) => events.push(data),
      onState: (state) => states.push(state),
    },
    {
      open: (address) => {
        const source = new FakeSource();
        sources.push({ address, source });
        return source;
      },
      later: (run, ms) => {
        waits.push({ ms, run });
        return () => waits.splice(0);
      },
      random: () => 0.5,
    },
  );
  return { sources, waits, states, events, close };
}

test('after a break it asks anew where to resume, waiting longer each time up to half a minute', () => {
  const { sources, waits, states } = setUp();
  sources[0]?.source.emit('open');
  sources[0]?.source.emit('transition', { data: '{}' });
  for (let i = 0; i < 8; i++) {
    sources.at(-1)?.source.emit('error');
    waits.at(-1)?.run();
  }
  expect(waits.map((wait) => wait.ms)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(sources.at(-1)?.address).toBe('/events?since=1');
  expect(states.slice(0, 4)).toEqual(['connecting', 'open', 'waiting', 'connecting']);
});

test('a good connection resets the wait', () => {
  const { sources, waits } = setUp();
  sources[0]?.source.emit('error');
  waits.at(-1)?.run();
  sources[1]?.source.emit('open');
  sources[1]?.source.emit('error');
  expect(waits.map((wait) => wait.ms)).toEqual([1000, 1000]);
});

test('broken data is left out, and a closed stream is silent', () => {
  const { sources, events, close } = setUp();
  sources[0]?.source.emit('transition', { data: '{' });
  sources[0]?.source.emit('transition', { data: '{"a":1}' });
  expect(events).toEqual([{ a: 1 }]);
  close();
  sources[0]?.source.emit('transition', { data: '{"a":2}' });
  expect(events).toHaveLength(1);
  expect(sources[0]?.source.closed).toBe(true);
});

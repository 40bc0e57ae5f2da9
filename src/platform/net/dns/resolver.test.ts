import { expect, test } from 'vitest';
import { ManualClock } from '../../clock.ts';
import { createResolver } from './resolver.ts';

type Found = { address: string; family: number }[];

/** A system resolver whose answers come when the test says so. */
function slowSystem() {
  const asked: string[] = [];
  const waiting = new Map<string, PromiseWithResolvers<Found>>();
  const lookup = (name: string) => {
    asked.push(name);
    const answer = Promise.withResolvers<Found>();
    waiting.set(name, answer);
    return answer.promise;
  };
  return { asked, lookup, answer: (name: string, ...found: Found) => waiting.get(name)?.resolve(found), waiting };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a literal address is its own answer', () => {
  const resolver = createResolver({ clock: new ManualClock(), lookup: () => Promise.reject(new Error('not asked')) });
  expect(resolver.known('fe80::1%eth0')).toEqual({
    kind: 'resolved',
    addresses: [{ address: 'fe80::1%eth0', family: 6 }],
  });
});

test('an answer is kept for thirty seconds, a failure for five', async () => {
  const clock = new ManualClock();
  const system = slowSystem();
  const resolver = createResolver({ clock, lookup: system.lookup });
  const first = resolver.resolve('a', 1000);
  const same = resolver.resolve('a', 1000);
  system.answer('a', { address: '192.0.2.1', family: 4 });
  expect(await first).toEqual({ kind: 'resolved', addresses: [{ address: '192.0.2.1', family: 4 }] });
  expect(await same).toEqual(await first);
  clock.advance(29_999);
  expect(resolver.known('a')).toBeDefined();
  clock.advance(1);
  expect(resolver.known('a')).toBeUndefined();

  const gone = resolver.resolve('b', 1000);
  system.waiting.get('b')?.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
  expect(await gone).toMatchObject({ kind: 'failure', code: 'ENOTFOUND' });
  clock.advance(4999);
  expect(resolver.known('b')).toMatchObject({ kind: 'failure' });
  clock.advance(1);
  expect(resolver.known('b')).toBeUndefined();
  expect(system.asked).toEqual(['a', 'b']);
});

test('a dead name server holds two lookups at a time, and nobody waits for longer than he said', async () => {
  const clock = new ManualClock();
  const system = slowSystem();
  const resolver = createResolver({ clock, lookup: system.lookup });
  const answers = ['a', 'b', 'c', 'd'].map((name) => resolver.resolve(name, 500));
  await settled();
  expect(system.asked).toEqual(['a', 'b']);
  clock.advance(500);
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ kind: 'failure', code: 'TIMEOUT' });
  // The lookups that hang are still under way: the next name waits for a free place.
  system.answer('a', { address: '192.0.2.1', family: 4 });
  await settled();
  expect(system.asked).toEqual(['a', 'b', 'c']);
  expect(resolver.known('a')).toMatchObject({ kind: 'resolved' });
});

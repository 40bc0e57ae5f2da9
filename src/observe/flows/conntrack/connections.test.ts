import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Connections, type Progress } from './connections.ts';
import { entryOf } from './entry.fixture.ts';

const beganAt = 1_000_000;

/** A connection as the kernel has it. */
interface Live {
  port: number;
  startedAt: number;
  packets: number;
}
const entry = ({ port, startedAt, packets }: Live, hasTimes: boolean) =>
  entryOf({
    sourcePort: port,
    original: [packets, packets * 100],
    reply: [packets * 2, packets * 5000],
    ...(hasTimes && { startedAt }),
  });

const step = fc.record({
  what: fc.constantFrom('begin', 'send', 'end', 'list'),
  which: fc.nat(7),
  packets: fc.integer({ min: 1, max: 1000 }),
});

test('whatever happens in whatever order, each packet is reported once', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 8 }),
      (steps, hasTimes, most) => {
        const connections = new Connections(beganAt, most);
        connections.listedAll();
        const live = new Map<number, Live>();
        let now = beganAt;
        let port = 1;
        let sent = 0;
        let reported = { original: 0, bytes: 0, reply: 0 };
        const count = (progress: Progress | undefined) => {
          if (!progress) return;
          expect(progress.since).toBeGreaterThanOrEqual(beganAt);
          expect(progress.since).toBeLessThanOrEqual(now);
          reported = {
            original: reported.original + progress.original.packets,
            bytes: reported.bytes + progress.original.bytes,
            reply: reported.reply + progress.reply.packets,
          };
        };
        for (const { what, which, packets } of steps) {
          now += 500;
          const one = [...live.values()][which];
          if (what === 'begin') {
            const begun = { port: port++, startedAt: now, packets: 0 };
            live.set(begun.port, begun);
            connections.begun(entry(begun, hasTimes), now);
          } else if (what === 'list') {
            for (const each of live.values()) count(connections.listed(entry(each, hasTimes), now));
            connections.listedAll();
            expect(connections.size).toBeLessThanOrEqual(most);
          } else if (one && what === 'send') {
            one.packets += packets;
            sent += packets;
          } else if (one) {
            live.delete(one.port);
            count(connections.ended(entry(one, hasTimes), now));
            // A listing under way may still have it.
            expect(connections.listed(entry(one, hasTimes), now)).toBeUndefined();
          }
        }
        for (const one of live.values()) count(connections.ended(entry(one, hasTimes), now));
        expect(reported).toEqual({ original: sent, bytes: sent * 100, reply: sent * 2 });
      },
    ),
  );
});

test('what a connection did before anybody looked is not reported', () => {
  for (const hasTimes of [true, false]) {
    const connections = new Connections(beganAt, 10);
    const old = { port: 1, startedAt: beganAt - 60_000, packets: 1000 };
    expect(connections.listed(entry(old, hasTimes), beganAt)).toBeUndefined();
    connections.listedAll();
    const later = connections.listed(entry({ ...old, packets: 1003 }, hasTimes), beganAt + 5000);
    expect(later).toEqual({
      since: beganAt,
      original: { packets: 3, bytes: 300 },
      reply: { packets: 6, bytes: 15_000 },
    });
    expect(connections.ended(entry({ ...old, packets: 1003 }, hasTimes), beganAt + 6000)).toBeUndefined();
  }
});

test('old connections that found no room are counted, not guessed at', () => {
  for (const hasTimes of [true, false]) {
    const connections = new Connections(beganAt, 1);
    const [one, two] = [1, 2].map((port) => ({ port, startedAt: beganAt - 1, packets: 7 }));
    if (!one || !two) throw new Error('expected two');
    for (const each of [one, two]) connections.listed(entry(each, hasTimes), beganAt);
    connections.listedAll();
    expect(connections.ended(entry(two, hasTimes), beganAt + 10)).toBeUndefined();
    expect(connections.unattributed).toBe(1);
  }
});

test('a beginning that was not heard is found by the next listing; an end that was not heard is counted', () => {
  const connections = new Connections(beganAt, 10);
  connections.listedAll();
  const unheard = { port: 1, startedAt: beganAt + 100, packets: 4 };
  const found = connections.listed(entry(unheard, true), beganAt + 5000);
  expect(found).toMatchObject({ since: beganAt + 100, original: { packets: 4, bytes: 400 } });
  connections.listedAll();
  connections.listedAll();
  expect([connections.size, connections.missedEnds]).toEqual([1, 0]);
  connections.listedAll();
  expect([connections.size, connections.missedEnds]).toEqual([0, 1]);
});

test('a beginning that is heard after a listing had it does not begin it again', () => {
  const connections = new Connections(beganAt, 10);
  connections.listedAll();
  const one = { port: 1, startedAt: beganAt + 100, packets: 4 };
  expect(connections.listed(entry(one, true), beganAt + 200)?.original.packets).toBe(4);
  connections.begun(entry(one, true), beganAt + 300);
  expect(connections.ended(entry({ ...one, packets: 5 }, true), beganAt + 400)?.original.packets).toBe(1);
});

test('without accounting there is nothing to report', () => {
  const connections = new Connections(beganAt, 10);
  expect(connections.listed(entryOf({ startedAt: beganAt + 1 }), beganAt + 2)).toBeUndefined();
  expect(connections.ended(entryOf({ startedAt: beganAt + 1 }), beganAt + 3)).toBeUndefined();
  expect(connections.unattributed).toBe(0);
});

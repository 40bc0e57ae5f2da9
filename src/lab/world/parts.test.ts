import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainAdversary } from './adversary.ts';
import { encodeOperation, Registers } from './application.ts';
import { Disk } from './disk.ts';
import { EventHeap } from './event-heap.ts';
import { History } from './history.ts';
import { Network } from './network.ts';
import { readPlanFile, writePlanFile } from './plan-file.ts';
import { raftUnderTest } from './raft.ts';
import { Random } from './random.ts';
import { planFor } from './swarm.ts';

describe('event heap', () => {
  it('gives events in order of time, and in order of scheduling at one time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), (times) => {
        const heap = new EventHeap<number>();
        for (const [at, time] of times.entries()) heap.push(time, at);
        const popped = times.map(() => heap.pop());
        const sorted = times.map((timeUs, event) => ({ timeUs, event })).toSorted((a, b) => a.timeUs - b.timeUs);
        expect(popped).toEqual(sorted);
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});

describe('random', () => {
  it('is one sequence for a seed and a stream, and evenly spread', () => {
    const draw = (seed: number, stream: string) => {
      const random = new Random(seed, stream);
      return Array.from({ length: 10_000 }, () => random.uniform());
    };
    expect(draw(5, 'disk')).toEqual(draw(5, 'disk'));
    expect(draw(5, 'disk').slice(0, 3)).not.toEqual(draw(5, 'network').slice(0, 3));
    for (const stream of ['disk', 'network']) {
      const counts = Array.from({ length: 10 }, () => 0);
      for (const value of draw(5, stream)) counts[Math.floor(value * 10)] = (counts[Math.floor(value * 10)] ?? 0) + 1;
      for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    }
  });
});

describe('network', () => {
  const plan = { minDelayUs: 10, meanDelayUs: 5, loss: 0, duplication: 0, capacity: 100 };
  const reaches = (network: Network, from: number, to: number, nowUs = 1) => {
    const arrivals = network.arrivals(from, to, nowUs);
    for (const _ of arrivals) network.arrived(from, to);
    return arrivals.length > 0;
  };
  const cutPaths = (network: Network) =>
    [1, 2, 3, 4].flatMap((from) => [1, 2, 3, 4].filter((to) => from !== to && !reaches(network, from, to)));

  it.each([
    ['halves', false, 8],
    ['halves', true, 4],
    ['single', false, 6],
    ['single', true, 3],
    ['bridge', false, 4],
  ] as const)('a partition %s, one way %s, cuts %i paths, until it heals', (mode, oneWay, cut) => {
    const network = new Network(plan, 4, 1);
    network.partition(mode, oneWay, 1000, 7, undefined);
    expect(cutPaths(network)).toHaveLength(cut);
    expect(reaches(network, 0, 1)).toBe(true);
    network.heal();
    expect(cutPaths(network)).toEqual([]);
  });

  it('loses, doubles, delays, and carries no more than its capacity', () => {
    const lossy = new Network({ ...plan, loss: 1 }, 2, 1);
    expect(lossy.arrivals(1, 2, 0)).toEqual([]);
    const doubling = new Network({ ...plan, duplication: 1, capacity: 3 }, 2, 1);
    expect(doubling.arrivals(1, 2, 0)).toHaveLength(2);
    expect(doubling.arrivals(1, 2, 0)).toHaveLength(1);
    expect(doubling.arrivals(1, 2, 0)).toHaveLength(0);
    const clogged = new Network(plan, 2, 1);
    clogged.clog(1, 2, 500);
    expect(clogged.arrivals(1, 2, 0)[0]).toBeGreaterThanOrEqual(510);
  });
});

describe('disk', () => {
  it.each([
    ['nothing', 3],
    ['unsynced', 1],
  ] as const)('a crash that loses %s leaves %i records', (loss, left) => {
    const disk = new Disk();
    disk.append([Uint8Array.of(1)]);
    disk.synced(1);
    disk.append([Uint8Array.of(2), Uint8Array.of(3)]);
    disk.crash(loss, new Random(1, 'disk'));
    expect(disk.end).toBe(left);
    disk.truncateBefore(1);
    expect([disk.start, disk.records.length]).toEqual([1, left - 1]);
  });
});

describe('history', () => {
  const batch = (sequence: number, id: string, value = 5) => ({
    sequence,
    time: sequence,
    lsn: 0,
    requests: [{ id, bytes: encodeOperation({ operation: 'add', key: 0, value }) }],
  });
  const rootAfter = (...batches: ReturnType<typeof batch>[]) => {
    const registers = new Registers();
    for (const one of batches) registers.apply(one.sequence, one.requests);
    return registers.root;
  };

  it.each([
    ['agreement', batch(1, '1.1', 6), rootAfter(batch(1, '1.1', 6))],
    ['state', batch(1, '1.1'), 12345],
    ['order', batch(3, '1.2'), 0],
  ])('finds a breach of %s', (law, other, root) => {
    const history = new History();
    history.applied(1, batch(1, '1.1'), rootAfter(batch(1, '1.1')));
    expect(() => history.applied(2, other, root)).toThrow(`${law}:`);
  });

  it('knows the one right reply, and when it may come', () => {
    const history = new History();
    const first = batch(1, '1.1');
    const second = batch(2, '2.1');
    history.applied(1, first, rootAfter(first));
    history.applied(1, second, rootAfter(first, second));
    expect(history.replied('2.1', { value: 10, changes: 2 }, 1)).toBe(2);
    expect(() => history.replied('2.1', { value: 5, changes: 2 }, 0)).toThrow('reply:');
    expect(() => history.replied('9.1', { value: 5, changes: 2 }, 0)).toThrow('reply:');
    expect(() => history.replied('1.1', { value: 5, changes: 1 }, 2)).toThrow('real-time:');
  });

  it('executes a request once, however often it is ordered', () => {
    const registers = new Registers();
    registers.apply(1, batch(1, '1.1').requests);
    expect(registers.apply(2, batch(2, '1.1').requests)).toEqual([{ value: 5, changes: 1 }]);
    const copy = new Registers();
    copy.restore(registers.snapshot());
    expect(copy.root).toBe(registers.root);
    expect(copy.apply(3, batch(3, '1.1').requests)).toEqual([{ value: 5, changes: 1 }]);
  });
});

describe('adversaries', () => {
  it('repeat what they have heard, or say nothing', () => {
    const said: [number, string][] = [];
    const send = (to: number, message: string) => said.push([to, message]);
    const port = {
      id: 1,
      members: [2, 3],
      allies: [1],
      tuning: {},
      random: new Random(1, 'adversary'),
      nowMs: () => 0,
      send,
    };
    const silent = plainAdversary('silent', port);
    silent.receive(2, 'hello');
    silent.tick();
    expect(said).toEqual([]);
    const echo = plainAdversary('echo', port);
    echo.tick();
    for (let at = 0; at < 100; at++) echo.receive(2, 'hello');
    echo.tick();
    expect(said).toHaveLength(1);
    expect(said[0]?.[1]).toBe('hello');
    expect(() => plainAdversary('none', port)).toThrow('no adversary');
  });
});

describe('plan files', () => {
  const plan = planFor(raftUnderTest(), 1);

  it('are read as they were written', () => {
    expect(readPlanFile(writePlanFile({ invariant: 'agreement', plan }))).toEqual({ invariant: 'agreement', plan });
  });

  it.each([
    ['{', 'not JSON'],
    ['{"plan":{}}', 'expected'],
    ['{"invariant":"x","plan":{"version":2}}', 'another version'],
    [JSON.stringify({ invariant: 'x', plan: { ...plan, seed: 'one' } }), "plan's seed"],
    [JSON.stringify({ invariant: 'x', plan: { ...plan, faults: 7 } }), "plan's faults"],
    [JSON.stringify({ invariant: 'x', plan: { ...plan, network: 7 } }), "plan's network"],
  ])('say what is wrong with %j', (text, reason) => {
    expect(readPlanFile(text)).toContain(reason);
  });
});

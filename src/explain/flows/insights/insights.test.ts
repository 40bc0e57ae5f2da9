import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FlowInsight } from '../../../model/index.ts';
import { book, names, record, sourceOf } from '../asked.fixture.ts';
import { naive, type PlainRecord } from '../filter/naive.fixture.ts';
import { parseFilter } from '../filter/parse.ts';
import { middle, regularity } from './beacons.ts';
import { findInsights } from './insights.ts';
import { forecast } from './saturation.ts';
import { judged } from './volumes.ts';

/** `record` counts from here; the time that is looked at is the day before. */
const to = Date.parse('2026-03-01T12:00:00.000Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

async function found<Kind extends FlowInsight['kind']>(
  records: readonly PlainRecord[],
  kind: Kind,
  speeds?: Record<string, number>,
) {
  const source = await sourceOf(records);
  const exporters = new Map([[1, { name: 'core', interfaces: { '2': 'wan' }, ...(speeds && { speeds }) }]]);
  const insights = await findInsights(
    { ...source, names: () => Promise.resolve({ ...names, exporters }) },
    { from: to - dayMs, to },
  );
  for (const { filter } of insights) expect(records.some((one) => naive(parseFilter(filter), one, book))).toBe(true);
  return insights.filter((one): one is Extract<FlowInsight, { kind: Kind }> => one.kind === kind);
}

const many = <Value>(count: number, make: (at: number) => Value): Value[] =>
  Array.from({ length: count }, (_, at) => make(at));
const old = record({ afterMs: -3 * dayMs });

describe('insights', () => {
  test('somebody outside that nobody talked to before', async () => {
    const talk = (destination: string, agoMs: number, bytes = 200_000) =>
      record({ destination, bytes, afterMs: -agoMs, source_port: 40_000, destination_port: 443 });
    const records = [
      talk('192.0.2.9', hourMs),
      talk('198.51.100.1', hourMs),
      talk('198.51.100.1', 2 * dayMs, 1),
      talk('203.0.113.1', hourMs, 1000),
      talk('10.9.9.9', hourMs),
    ];
    expect(await found([old, ...records], 'new-peer')).toMatchObject([
      {
        subject: '192.0.2.9',
        severity: 'notice',
        figures: { bytes: 200_000, flows: 1 },
        filter: 'server host 192.0.2.9',
      },
    ]);
    // With records of an hour alone everybody would be new.
    expect(await found(records.slice(0, 2), 'new-peer')).toEqual([]);
  });

  test('scans of hosts and of ports, and not what answers them or what many talk to', async () => {
    const flow = { afterMs: -hourMs, packets: 1, source_port: 40_000, tcp_flags: 2 };
    const hosts = many(60, (at) => record({ ...flow, destination: `10.1.0.${at}`, destination_port: 445 }));
    const answers = many(60, (at) =>
      record({
        ...flow,
        source: `10.1.0.${at}`,
        destination: '10.0.0.1',
        source_port: 445,
        destination_port: 40_000,
        tcp_flags: 20,
      }),
    );
    const asked = many(60, (at) => [
      record({ ...flow, source: '10.0.0.53', destination: `198.51.100.${at}`, protocol: 17, destination_port: 53 }),
      record({
        ...flow,
        source: `198.51.100.${at}`,
        destination: '10.0.0.53',
        protocol: 17,
        source_port: 53,
        destination_port: 40_000,
      }),
    ]).flat();
    const browsing = many(80, (at) =>
      record({
        ...flow,
        source: '10.0.0.7',
        destination: `198.51.100.${at}`,
        destination_port: 443,
        packets: 30,
        tcp_flags: 27,
      }),
    );
    expect(await found([...hosts, ...answers, ...asked, ...browsing], 'host-scan')).toMatchObject([
      {
        subject: '10.0.0.1',
        severity: 'warning',
        figures: { hosts: 60, flows: 60, port: 445 },
        summary: '10.0.0.1 tried tcp/445 (smb) of 60 hosts, 60 times',
      },
    ]);
    const ports = many(500, (at) => record({ ...flow, destination: '10.1.0.9', destination_port: at + 1 }));
    const resolver = many(90, (at) =>
      record({ ...flow, source: '10.0.0.53', protocol: 17, source_port: 53, destination_port: 30_000 + at }),
    );
    expect(await found([...ports, ...resolver], 'port-scan')).toMatchObject([
      {
        subject: '10.0.0.1 → 10.1.0.9',
        severity: 'critical',
        figures: { ports: 500 },
        filter: 'src host 10.0.0.1 and dst host 10.1.0.9',
      },
    ]);
  });

  test('a beacon, and not a long conversation in pieces', async () => {
    const call = (agoMs: number, destination: string, durationMs: number) =>
      record({ destination, afterMs: -agoMs, duration_ms: durationMs, source_port: 50_000, destination_port: 443 });
    const beacon = many(20, (at) => call(at * 300_000 + (at % 3) * 2000 + 1, '192.0.2.66', 500));
    const long = many(20, (at) => call(at * 60_000 + 1, '192.0.2.77', 60_000));
    const people = [1, 2, 3, 7, 40, 41, 90, 200, 201, 230].map((minutes) => call(minutes * 60_000, '192.0.2.88', 500));
    const insights = await found([...beacon, ...long, ...people], 'beacon');
    expect(insights).toMatchObject([{ subject: '10.0.0.1 → 192.0.2.66', figures: { flows: 20, regularShare: 1 } }]);
    expect(Math.abs((insights[0]?.figures.intervalMs ?? 0) - 300_000)).toBeLessThan(5000);
  });

  test('an hour with far more than the same hour of earlier days', async () => {
    const hourly = many(24 * 8, (at) =>
      record({ bytes: 50_000_000 + (at % 7) * 100_000, afterMs: -(at + 1) * hourMs + 1000 }),
    );
    expect(await found(hourly, 'volume')).toEqual([]);
    const burst = record({ bytes: 900_000_000, afterMs: -5 * hourMs + 2000 });
    expect(await found([...hourly, burst], 'volume')).toMatchObject([
      { subject: 'core', severity: 'warning', firstAt: new Date(to - 5 * hourMs).toISOString(), filter: 'exporter 1' },
    ]);
    const silence = hourly.filter(({ ts }) => Math.floor((Number(ts) - to) / hourMs) !== -3);
    expect(await found(silence, 'volume')).toMatchObject([
      { figures: { bytes: 0 }, summary: expect.stringContaining('less than') as unknown },
    ]);
  });

  test('gateways without ports', async () => {
    const drops = many(30, (at) => record({ kind: 1, event: 12, afterMs: -hourMs, source: `10.0.0.${at % 3}` }));
    expect(await found(drops, 'nat-exhaustion')).toMatchObject([
      {
        subject: 'core',
        severity: 'critical',
        figures: { events: 30, victims: 3 },
        filter: 'exporter 1 and kind nat and event nat-ports-exhausted',
      },
    ]);
  });

  test('an interface that will be full, by when', async () => {
    // From 10 to 49 Mbit/s in busy hours within two weeks, three more each day.
    const growing = many(14 * 24, (hour) => {
      const day = Math.floor(hour / 24);
      return record({
        output: 2,
        bytes: ((49 - 3 * day) * 1_000_000 * 3600) / 8,
        afterMs: -(hour + 1) * hourMs + 1000,
      });
    });
    const insights = await found(growing, 'saturation', { '2': 100_000_000 });
    expect(insights).toMatchObject([{ subject: 'core wan', severity: 'warning' }]);
    expect(insights[0]?.figures.daysLeft).toBeCloseTo(17, 6);
    expect(insights[0]?.summary).toContain('49 Mbit/s in busy hours, 49% of 100 Mbit/s');
    expect(await found(growing, 'saturation', { '2': 10_000_000_000 })).toEqual([]);
    expect(await found(growing, 'saturation')).toEqual([]);
  });

  test('a time that is none is refused', async () => {
    const source = await sourceOf([]);
    await expect(findInsights(source, { from: to, to })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

test('the middle, and what is judged by it', () => {
  expect([middle([]), middle([3]), middle([1, 9]), middle([9, 1, 2])]).toEqual([0, 3, 5, 2]);
  expect(judged(1e9, [1, 1])).toBeUndefined();
  expect(judged(1e9, [1e8, 1e8, 1e8])).toEqual({ bytes: 1e9, usual: 1e8, spread: 0 });
  expect(judged(1.4e8, [1e8, 1e8, 1e8])).toBeUndefined();
});

test('regular times are told whatever their order, and random ones are not', () => {
  const at = (seconds: readonly number[]) => seconds.map((second) => ({ startMs: second * 1000, durationMs: 100 }));
  fc.assert(
    fc.property(
      fc.shuffledSubarray(
        many(30, (one) => one * 60),
        { minLength: 30 },
      ),
      (seconds) => {
        expect(regularity(at(seconds))).toEqual({ intervalMs: 60_000, flows: 30, regular: 1 });
      },
    ),
  );
  expect(regularity(at(many(30, (one) => one * one * 30)))).toBeUndefined();
  expect(regularity(at(many(5, (one) => one * 60)))).toBeUndefined();
});

test('the true day of a straight line with noise lies in the interval nearly always', () => {
  let seed = 1;
  // Linear congruential (Numerical Recipes), summed to something like a normal distribution.
  const next = () => (seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
  const normal = () => many(12, next).reduce((sum, one) => sum + one, -6);
  const tries = 400;
  const inside = many(tries, () => {
    const points = many(14, (at) => ({ day: at - 13, bitsPerSecond: 1000 + 20 * (at - 13) + 15 * normal() }));
    const found = forecast(points, 2000);
    return found !== undefined && found.earliest <= 50 && found.latest >= 50 ? 1 : 0;
  }).reduce<number>((sum, one) => sum + one, 0);
  expect(inside / tries).toBeGreaterThan(0.85);
});

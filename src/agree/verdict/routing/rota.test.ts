import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rotaSchema, type OnCallOverride } from '../../../model/index.ts';
import { compileRota, turnsOf } from './rota.ts';

const at = (text: string) => Date.parse(text);
const make = (given: object) =>
  compileRota(
    rotaSchema.parse({ name: 'night', receivers: ['anna', 'ben', 'cho'], from: '2026-03-23T09:00', ...given }),
  );
const who = (rota: ReturnType<typeof make>, text: string, overrides: readonly OnCallOverride[] = []) =>
  rota.at(at(text), overrides).receiver;

test('turns of whole days begin at the same local time, whatever summer time does', () => {
  const rota = make({ 'time-zone': 'Europe/Berlin', every: '7d' });
  expect(who(rota, '2026-03-23T07:59:59Z')).toBeUndefined();
  expect(who(rota, '2026-03-23T08:00:00Z')).toBe('anna');
  // Summer time begins on 29 March: nine o'clock is an hour earlier by UTC.
  expect(who(rota, '2026-03-30T06:59:59Z')).toBe('anna');
  expect(who(rota, '2026-03-30T07:00:00Z')).toBe('ben');
  expect(who(rota, '2026-10-26T07:59:59Z')).toBe(who(rota, '2026-10-20T12:00:00Z'));
  expect(who(rota, '2026-10-26T08:00:00Z')).not.toBe(who(rota, '2026-10-20T12:00:00Z'));
});

test('turns that are no whole days last their elapsed time', () => {
  const rota = make({ 'time-zone': 'Europe/Berlin', every: '12h', from: '2026-03-28T20:00' });
  expect(who(rota, '2026-03-29T06:59:59Z')).toBe('anna');
  expect(who(rota, '2026-03-29T07:00:00Z')).toBe('ben');
});

test('a turn that begins at a time that is skipped, and at one that comes twice', () => {
  const spring = make({ 'time-zone': 'Europe/Berlin', every: '1d', from: '2026-03-28T02:30' });
  expect(who(spring, '2026-03-29T01:29:59Z')).toBe('anna');
  expect(who(spring, '2026-03-29T01:30:00Z')).toBe('ben');
  expect(who(spring, '2026-03-30T00:30:00Z')).toBe('cho');
  const skipped = make({ 'time-zone': 'Europe/Berlin', every: '1d', from: '2026-03-29T02:30' });
  expect(who(skipped, '2026-03-29T01:29:59Z')).toBeUndefined();
  expect(who(skipped, '2026-03-29T01:30:00Z')).toBe('anna');
  expect(who(skipped, '2026-03-30T00:30:00Z')).toBe('ben');
  const offset = make({ 'time-zone': 'Europe/Berlin', every: '1d', from: '2026-03-28T01:30:00Z' });
  expect(who(offset, '2026-03-30T00:30:00Z')).toBe('cho');
  const autumn = make({ 'time-zone': 'Europe/Berlin', every: '1d', from: '2026-10-24T02:30' });
  expect(who(autumn, '2026-10-25T00:29:59Z')).toBe('anna');
  expect(who(autumn, '2026-10-25T00:30:00Z')).toBe('ben');
  expect(who(autumn, '2026-10-25T01:30:00Z')).toBe('ben');
});

test('outside the times nobody is on call; a time that ends in the morning belongs to the day before', () => {
  const times = [{ days: ['fri'], from: '22:00', to: '06:00' }];
  const rota = make({ 'time-zone': 'Asia/Seoul', times, every: '1d', from: '2026-01-01T00:00' });
  expect(who(rota, '2026-11-20T12:59:00Z')).toBeUndefined();
  expect(who(rota, '2026-11-20T13:00:00Z')).toBeDefined();
  expect(who(rota, '2026-11-20T20:59:00Z')).toBeDefined();
  expect(who(rota, '2026-11-20T21:00:00Z')).toBeUndefined();
});

test('an override goes before turn and times, the latest one before others, and only while it lasts', () => {
  const rota = make({ every: '7d', times: [{ from: '09:00', to: '17:00' }] });
  const override = (id: string, receiver: string, from: string, to: string): OnCallOverride => ({
    id,
    rota: 'night',
    receiver,
    from: at(from),
    to: at(to),
    by: 'eve',
  });
  const overrides = [
    override('1', 'ben', '2026-03-24T00:00Z', '2026-03-25T00:00Z'),
    override('2', 'dora', '2026-03-24T12:00Z', '2026-03-24T13:00Z'),
    { ...override('3', 'ben', '2026-03-24T12:00Z', '2026-03-24T13:00Z'), rota: 'other' },
  ];
  expect(who(rota, '2026-03-24T03:00Z', overrides)).toBe('ben');
  expect(who(rota, '2026-03-24T12:00Z', overrides)).toBe('dora');
  expect(who(rota, '2026-03-24T13:00Z', overrides)).toBe('ben');
  expect(who(rota, '2026-03-25T00:00Z', overrides)).toBeUndefined();
  expect(who(rota, '2026-03-25T10:00Z', overrides)).toBe('anna');
});

test('the next change is the first time at which somebody else is on call', () => {
  const plain = make({ every: '7d' });
  expect(plain.changesAt(at('2026-03-24T00:00Z'), [])).toBe(at('2026-03-30T09:00Z'));
  expect(plain.changesAt(at('2026-03-01T00:00Z'), [])).toBe(at('2026-03-23T09:00Z'));
  const long = make({ every: '7d', receivers: ['anna', 'anna', 'ben'] });
  expect(long.changesAt(at('2026-03-24T00:00Z'), [])).toBe(at('2026-04-06T09:00Z'));
  expect(make({ receivers: ['anna'] }).changesAt(at('2026-03-24T00:00Z'), [])).toBeUndefined();
  const office = make({
    receivers: ['anna'],
    times: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' }],
  });
  expect(office.changesAt(at('2026-03-27T12:00Z'), [])).toBe(at('2026-03-27T17:00Z'));
  expect(office.changesAt(at('2026-03-27T17:00Z'), [])).toBe(at('2026-03-30T09:00Z'));
});

test('turns follow each other in order, without gap or overlap, in any zone', () => {
  const zones = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Seoul', 'Africa/Casablanca'];
  const times = fc.integer({ min: at('2026-04-01T00:00Z'), max: at('2028-01-01T00:00Z') });
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.constantFrom('1d', '7d', '13h'), times, (zone, every, time) => {
      const rota = make({ 'time-zone': zone, every });
      const fresh = make({ 'time-zone': zone, every });
      const next = rota.changesAt(time, []) ?? 0;
      expect(next).toBeGreaterThan(time);
      expect(next - time).toBeLessThanOrEqual((every === '7d' ? 7 : 1) * 86_400_000 + 3_600_000);
      const order = ['anna', 'ben', 'cho', 'anna'];
      const now = rota.at(time, []).receiver ?? '';
      expect(rota.at(next - 1, []).receiver).toBe(now);
      expect(rota.at(next, []).receiver).toBe(order[order.indexOf(now) + 1]);
      // What was asked before does not matter.
      expect(fresh.at(time, []).receiver).toBe(now);
    }),
    { numRuns: 200 },
  );
});

test('the turns of two weeks follow each other without a gap, those that somebody takes over among them', () => {
  const rota = make({ 'time-zone': 'UTC', every: '7d' });
  const override = { id: '9', rota: 'night', receiver: 'dora', by: 'anna' };
  const taken = { ...override, from: at('2026-04-01T00:00:00Z'), to: at('2026-04-02T00:00:00Z') };
  const turns = turnsOf(rota, [taken], at('2026-03-28T00:00:00Z'));
  expect(turns.map(({ receiver }) => receiver)).toEqual(['anna', 'ben', 'dora', 'ben', 'cho']);
  expect(turns.map(({ override: id }) => id)).toEqual([undefined, undefined, '9', undefined, undefined]);
  expect(turns.slice(1).map(({ from }) => from)).toEqual(turns.slice(0, -1).map(({ to }) => to));
  expect(turns.at(-1)?.to).toBe(at('2026-04-11T00:00:00Z'));
});

test('turns that change every few minutes are bounded', () => {
  const rota = make({ 'time-zone': 'UTC', every: '1h' });
  expect(turnsOf(rota, [], at('2026-03-28T00:00:00Z'))).toHaveLength(200);
});

import { expect, test } from 'vitest';
import type { UplinkOpinion, UplinkReceipt } from '../../model/index.ts';
import { causeOf, leftBy, movesTraffic, plainNetwatch, switchRecord, type CauseQuestion } from './switch-record.ts';

const opinion = (uplink: string, given: Partial<UplinkOpinion> = {}): UplinkOpinion => ({
  uplink,
  family: 4,
  state: 'up',
  sinceMs: 5000,
  reason: 'it answers',
  failing: [],
  lossPercent: 0,
  flapPercent: 0,
  ...given,
});
const dead = opinion('isp1', {
  state: 'dead',
  sinceMs: 70_000,
  reason: 'no answer to 9 probes in 21 ms',
  lastAnswerMs: 69_930,
  suspectedMs: 69_979,
});
const receipt: UplinkReceipt = {
  family: 4,
  serving: ['isp2'],
  left: ['isp1'],
  commands: ['route del default'],
  dryRun: false,
  verified: true,
  problems: [],
  tookMs: 0.41,
};

test('traffic moves when the first changes, or with balance when any does', () => {
  const spare = { from: ['isp1', 'isp2'], to: ['isp1'] };
  expect([movesTraffic('failover', spare), movesTraffic('balance', spare)]).toEqual([false, true]);
  expect([leftBy('failover', spare), leftBy('balance', spare)]).toEqual([[], ['isp2']]);
  const gone = { from: ['isp1', 'isp2'], to: ['isp2'] };
  expect([movesTraffic('failover', gone), leftBy('failover', gone)]).toEqual([true, ['isp1']]);
});

test('why a switch was made: what stands behind it goes before what was seen', () => {
  const question: CauseQuestion = {
    left: ['isp1'],
    opinions: [dead, opinion('isp2')],
    operator: false,
    agreed: false,
    drilled: undefined,
    reversed: false,
    silent: false,
  };
  const cause = (given: Partial<CauseQuestion>) => causeOf({ ...question, ...given });
  expect(cause({})).toBe('dead');
  expect(cause({ opinions: [{ ...dead, reason: 'the carrier is lost' }] })).toBe('carrier');
  expect(cause({ opinions: [{ ...dead, state: 'bad', reason: '30 % of its probes are lost' }] })).toBe('bad');
  expect(cause({ left: ['isp2'] })).toBe('failback');
  expect(cause({ agreed: true })).toBe('verdict');
  const never = opinion('isp1', { state: 'unknown', reason: 'nothing has answered yet' });
  expect(cause({ opinions: [never], silent: true })).toBe('silent');
  expect(cause({ opinions: [never], silent: true, agreed: true })).toBe('silent');
  expect(cause({ opinions: [never], silent: true, reversed: true })).toBe('reversal');
  expect(cause({ silent: true })).toBe('dead');
  expect(cause({ left: ['isp2'], reversed: true })).toBe('reversal');
  expect(cause({ agreed: true, drilled: 'isp1' })).toBe('drill');
  expect(cause({ left: ['isp2'], drilled: 'isp1' })).toBe('failback');
  expect(cause({ operator: true, drilled: 'isp1' })).toBe('operator');
});

test('a record has its times on one clock, and what plain Netwatch would have done', () => {
  const move = {
    family: 4 as const,
    from: ['isp1', 'isp2'],
    to: ['isp2'],
    cause: 'dead' as const,
    by: 'w1',
    transitions: [],
    receipt,
    leftAs: 'dead' as const,
    decidedMs: 70_000,
    readBackMs: 70_001.5,
    opinions: [dead, opinion('isp2')],
  };
  const record = switchRecord(move, 'w1', 'failover', { at: 1_000_000, ms: 70_100 });
  expect(record).toMatchObject({ id: 'w1/999900/4', watcher: 'w1', cause: 'dead', by: 'w1' });
  expect(record).not.toHaveProperty('transitions');
  expect(record.timings).toEqual({
    decidedAt: 999_900,
    lastAnswerBeforeMs: 70,
    suspicionBeforeMs: 21,
    switchedAfterMs: 0.41,
    readBackAfterMs: 1.5,
  });
  expect(record.evidence).toMatchObject([
    { uplink: 'isp1', state: 'dead', since: 999_900 },
    { uplink: 'isp2', state: 'up', since: 934_900 },
  ]);
  expect(record.evidence[0]).not.toHaveProperty('lastAnswerMs');
  expect(record.plainNetwatch?.outage).toEqual({ leastMs: 1000, expectedMs: 3500, mostMs: 6000 });
  const back = {
    ...move,
    from: ['isp2'],
    to: ['isp1', 'isp2'],
    leftAs: 'up' as const,
    cause: 'failback' as const,
    opinions: [opinion('isp2')],
  };
  const returned = switchRecord(back, 'w1', 'failover', { at: 1_000_000, ms: 70_100 });
  expect(returned).not.toHaveProperty('plainNetwatch');
  expect(returned.timings).not.toHaveProperty('lastAnswerBeforeMs');
});

test('on a quorum the others may know before this watcher does', () => {
  const seen = opinion('isp1', { lastAnswerMs: 69_950, suspectedMs: 69_990 });
  const { timings, plainNetwatch: plain } = switchRecord(
    {
      family: 4,
      from: ['isp1', 'isp2'],
      to: ['isp2'],
      cause: 'verdict',
      by: 'cluster',
      transitions: [7],
      receipt,
      leftAs: 'dead',
      decidedMs: 70_000,
      readBackMs: 70_001,
      opinions: [seen, opinion('isp2')],
    },
    'w1',
    'failover',
    { at: 1_000_000, ms: 70_000 },
  );
  expect(timings).toMatchObject({ lastAnswerBeforeMs: 50, suspicionBeforeMs: 10 });
  expect(plain?.notices).toBe('surely');
});

test('plain Netwatch sees what answers late or never, loss by chance, and nothing of the rest', () => {
  const bad = opinion('isp1', { state: 'bad', lossPercent: 30, rttMs: 20 });
  expect(plainNetwatch(bad)).toEqual({ notices: 'by-chance', intervalMs: 5000, timeoutMs: 1000 });
  expect(plainNetwatch({ ...bad, lossPercent: 0, failing: ['dns'] }).notices).toBe('never');
  expect(plainNetwatch({ ...bad, rttMs: 1200 }).notices).toBe('surely');
});

import { expect, test } from 'vitest';
import type { EchoRequest, EchoResult, Pinger } from '../../platform/index.ts';
import { icmpProbe } from './icmp.ts';
import { runProbe } from './probing.fixture.ts';
import { simpleProbe } from './simple.ts';

/** A pinger that gives these results in turn, the last one for ever. */
function answering(...results: EchoResult[]): Pinger & { requests: EchoRequest[] } {
  const requests: EchoRequest[] = [];
  return {
    method: 'ping-socket',
    requests,
    echo(request, callback) {
      const result = results[Math.min(requests.length, results.length - 1)] ?? { kind: 'timeout' };
      requests.push(request);
      setImmediate(() => callback(result));
    },
    statistics: () => {
      throw new Error('not asked for');
    },
    close: () => undefined,
  };
}

const reply = (rttMs: number): EchoResult => ({ kind: 'reply', rttMs, from: '192.0.2.1', ttl: 60 });
const timeout: EchoResult = { kind: 'timeout' };
const fast = { 'packet-interval': '1ms' };

function train(results: EchoResult[], options: Record<string, unknown> = {}) {
  return runProbe(icmpProbe, {
    pinger: answering(...results),
    options: { ...fast, 'packet-count': results.length, ...options },
  });
}

test('the values are those of RouterOS Netwatch', async () => {
  const found = await train([reply(9.9), reply(10.1), timeout, reply(10)]);
  expect(found).toEqual({
    outcome: 'pass',
    latencyMs: 10,
    lossPercent: 25,
    values: {
      'sent-count': 4,
      'response-count': 3,
      'loss-count': 1,
      'loss-percent': 25,
      'rtt-avg': 10,
      'rtt-min': 9.9,
      'rtt-max': 10.1,
      'rtt-jitter': 0.2,
      'rtt-stdev': 0.082,
      'reply-ttl': 60,
    },
  });
});

test('defaults: ten packets of 54 bytes, TTL 255, not to be fragmented', async () => {
  const pinger = answering(reply(1));
  await runProbe(icmpProbe, { pinger, options: { 'packet-interval': '1ms' } });
  expect(pinger.requests).toHaveLength(10);
  expect(pinger.requests[0]).toMatchObject({ sizeBytes: 54, ttl: 255, dontFragment: true, acceptTimeExceeded: false });
});

test.each([
  ['thr-loss-percent', [timeout, timeout, reply(1), reply(1)], { 'thr-loss-percent': 50 }, 'pass', ''],
  [
    'thr-loss-percent',
    [timeout, timeout, timeout, reply(1)],
    { 'thr-loss-percent': '50%' },
    'fail',
    'loss 75 % is above 50 %: no reply within 2s',
  ],
  ['thr-loss-percent', [timeout, timeout], {}, 'fail', 'loss 100 % is above 85 %: no reply within 2s'],
  ['thr-loss-count', [timeout, reply(1), reply(1)], { 'thr-loss-count': 0 }, 'fail', 'lost packets 1 is above 0'],
  ['thr-avg', [reply(100), reply(100)], {}, 'pass', ''],
  ['thr-avg', [reply(100), reply(101)], {}, 'fail', 'average round trip 100.5 ms is above 100 ms'],
  ['thr-max', [reply(1), reply(60)], { 'thr-max': '50ms' }, 'fail', 'longest round trip 60 ms is above 50 ms'],
  ['thr-jitter', [reply(1), reply(60)], { 'thr-jitter': '50ms' }, 'fail', 'jitter 59 ms is above 50 ms'],
  ['thr-stdev', [reply(10), reply(20)], { 'thr-stdev': '4ms' }, 'fail', 'standard deviation of the round trip 5 ms'],
  ['no answer at all', [timeout], { 'thr-loss-percent': 100 }, 'fail', 'no reply within 2s'],
])('%s', async (_, results, options, outcome, text) => {
  const found = await train(results, options);
  expect(found.outcome).toBe(outcome);
  expect(found.reason?.text ?? '').toContain(text);
});

test('degraded-when uses the same thresholds, and down comes first', async () => {
  const lowered = { 'degraded-when': { 'thr-avg': '10ms' } };
  expect(await train([reply(20)], lowered)).toMatchObject({ outcome: 'degraded', reason: { code: 'rtt-avg' } });
  expect(await train([reply(200)], lowered)).toMatchObject({ outcome: 'fail' });
  expect(await train([reply(5)], lowered)).toMatchObject({ outcome: 'pass' });
});

test('early detection ends the train once it is certain, and never before', async () => {
  const early = { 'early-failure-detection': true, 'early-success-detection': true, 'packet-count': 10 };
  const count = async (results: EchoResult[], options: Record<string, unknown>) => {
    const pinger = answering(...results);
    const found = await runProbe(icmpProbe, { pinger, options: { 'packet-interval': '20ms', ...options } });
    return { outcome: found.outcome, sent: found.values['sent-count'] };
  };
  expect(await count([timeout], { ...early, 'thr-loss-count': 2 })).toEqual({ outcome: 'fail', sent: 3 });
  expect(await count([reply(1)], { ...early, 'thr-loss-count': 2 })).toEqual({ outcome: 'pass', sent: 8 });
  expect(await count([reply(1)], { 'thr-loss-count': 9 })).toEqual({ outcome: 'pass', sent: 10 });
});

test('time exceeded is an answer only where it is accepted', async () => {
  const exceeded: EchoResult = { kind: 'time-exceeded', from: '10.0.0.1', rttMs: 3 };
  expect(await train([exceeded])).toMatchObject({
    outcome: 'fail',
    reason: { text: expect.stringContaining('10.0.0.1') },
  });
  const accepted = await train([exceeded], { 'accept-icmp-time-exceeded': true, ttl: 2 });
  expect(accepted).toMatchObject({ outcome: 'pass', latencyMs: 3 });
});

test.each<[EchoResult, string, string]>([
  [{ kind: 'starved' }, 'unknown', 'starved'],
  [{ kind: 'error', code: 'OVERLOADED', text: '' }, 'unknown', 'watcher-overloaded'],
  [{ kind: 'error', code: 'EADDRNOTAVAIL', text: '' }, 'fail', 'source-address-missing'],
  [{ kind: 'error', code: 'ENODEV', text: '' }, 'fail', 'device-missing'],
  [{ kind: 'error', code: 'ENETUNREACH', text: '' }, 'fail', 'network-unreachable'],
  [{ kind: 'unreachable', from: '10.0.0.1', code: 1 }, 'fail', 'unreachable'],
  [timeout, 'fail', 'no-reply'],
])('simple: %o is %s, %s', async (result, outcome, code) => {
  const found = await runProbe(simpleProbe, { pinger: answering(result) });
  expect(found).toMatchObject({ outcome, reason: { code } });
});

test('a mark that the kernel refuses is unknown, never an unpinned probe', async () => {
  const pinger = answering({ kind: 'error', code: 'EPERM', text: 'operation not permitted' });
  const found = await runProbe(simpleProbe, { pinger, mark: 5 });
  expect(found).toMatchObject({ outcome: 'unknown', reason: { code: 'pinning-impossible' } });
  expect(pinger.requests[0]).toMatchObject({ mark: 5 });
});

test('starved packets count neither as lost nor as answered', async () => {
  const starved: EchoResult = { kind: 'starved' };
  expect(await train([starved, starved, reply(1)])).toMatchObject({ outcome: 'pass', lossPercent: 0 });
  // Two of four are lost for certain; whether that is above 60 % depends on what nobody saw.
  const options = { 'thr-loss-percent': 60 };
  expect(await train([timeout, timeout, starved, starved], options)).toMatchObject({ outcome: 'unknown' });
  expect(await train([timeout, timeout, timeout, starved], options)).toMatchObject({ outcome: 'fail' });
});

test('without any kind of echo it is unknown', async () => {
  expect(await runProbe(simpleProbe)).toMatchObject({ outcome: 'unknown', reason: { code: 'icmp-not-allowed' } });
  expect(await runProbe(icmpProbe)).toMatchObject({ outcome: 'unknown', reason: { code: 'icmp-not-allowed' } });
});

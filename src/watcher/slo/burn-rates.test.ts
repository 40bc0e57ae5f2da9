import { expect, test } from 'vitest';
import { AlertWindows, PolicyEvaluation } from '../../report/index.ts';
import { noLatency, noLoss, sampleOutcomes } from '../../store/index.ts';
import { resolvePolicy } from '../alerts/readings/index.ts';
import { checkedConfiguration } from '../parts.ts';
import { samplesFamily } from '../telemetry/metric.ts';
import { validateConfiguration, type Configuration } from '../../model/index.ts';

const minute = 60_000;
const start = Date.parse('2026-03-01T00:00:00Z');

function configured(objective: object): Configuration {
  const document = { watch: [{ name: 'web', type: 'icmp', host: '192.0.2.1' }], objectives: [objective] };
  const result = validateConfiguration(document, 'test', checkedConfiguration);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.configuration;
}

/** Times in minutes since the start at which each policy begins or ends to fire; one sample each minute. */
function fired(fails: (minute: number) => boolean, minutes: number, objective: object = {}): Record<string, number[]> {
  const { alerts } = configured({ name: 'web', goal: 99.9, checks: ['web'], 'minimum-volume': 5, ...objective });
  const windows = new AlertWindows({ find: () => ({ family: samplesFamily, labels: { check: 'web' } }) });
  windows.configure(alerts.map((policy) => resolvePolicy({ ...policy, interval: minute }, 0)));
  const runs = alerts.map((policy) => new PolicyEvaluation({ ...policy, interval: minute }));
  const changes: Record<string, number[]> = {};
  for (let at = 1; at <= minutes; at++) {
    const outcome = sampleOutcomes.indexOf(fails(at) ? 'fail' : 'pass');
    windows.sample(1, start + at * minute, { outcome, latencyUs: noLatency, lossPercent: noLoss });
    windows.advance(start + at * minute);
    for (const run of runs) {
      const readings = run.policy.conditions.map((_, place) => windows.of(run.policy.name, place, start + at * minute));
      for (const { policy, state } of run.step(
        start + at * minute,
        readings.map((one) => one ?? []),
      )) {
        const times = (changes[policy] ??= []);
        if ((state === 'firing') !== (times.length % 2 === 1)) times.push(at);
      }
    }
  }
  return changes;
}

test('an outage pages within minutes and ends to soon after, and a slow leak becomes a ticket', () => {
  const outage = fired((at) => at >= 600 && at < 620, 1000);
  // 14.4 of a thousand: one of the last 60 samples, and one of the last 5.
  expect(outage['web-burn-fast']).toEqual([600, 624]);
  expect(outage['web-burn-medium']?.[0]).toBe(602);
  // One in 500 fails: twice as fast as it may, which no page is due for.
  const leak = fired((at) => at % 500 === 0, 4400, { goal: 99.9 });
  expect(leak['web-burn-slow']?.[0]).toBe(500);
  expect(leak['web-burn-medium'] ?? []).toEqual([]);
});

test('the window of a pair that is short ends what the long one still sees', () => {
  const found = fired((at) => at === 600, 700, { 'minimum-volume': 50 });
  expect(found['web-burn-fast']).toEqual([600, 605]);
});

test('few samples alert nobody, and neither does what never fails', () => {
  expect(Object.values(fired((at) => at === 3, 30, { 'minimum-volume': 100 })).flat()).toEqual([]);
  const few = fired((at) => at < 40, 60, { 'minimum-volume': 50 });
  expect(few['web-burn-fast']?.[0] ?? 50).toBeGreaterThanOrEqual(50);
  expect(Object.values(fired(() => false, 120)).flat()).toEqual([]);
});

test('what a counter is called is checked, at the place where it is written', () => {
  const document = {
    objectives: [
      {
        name: 'a',
        goal: 99,
        indicator: { counters: { bad: { metric: 'nope' }, total: { metric: 'quorumwatch_ledger_entries' } } },
      },
    ],
  };
  const { issues } = validateConfiguration(document, 'test', checkedConfiguration);
  expect(issues.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    expect.stringMatching(/^objectives\[0\]\.indicator\.counters: .*nope/),
  ]);
});

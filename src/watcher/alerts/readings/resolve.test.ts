import { expect, test } from 'vitest';
import { alertPolicySchema, QwError, type AlertPolicy } from '../../../model/index.ts';
import { resolvePolicy } from './resolve.ts';

const policy = (...conditions: object[]): AlertPolicy => alertPolicySchema.parse({ name: 'p', conditions });
const above = { above: 1 };

function refused(...conditions: object[]): QwError {
  try {
    resolvePolicy(policy(...conditions), 5000);
  } catch (thrown) {
    if (thrown instanceof QwError) return thrown;
  }
  throw new Error('it was accepted');
}

test('what a metric does not have is refused, with the place of the condition', () => {
  const fine = { quorum: {} };
  const unknown = refused(fine, { threshold: { metric: 'quorumwatch_probe_latency', ...above } });
  expect(unknown).toMatchObject({ code: 'NOT_FOUND', where: 'alerts p, condition 2' });
  expect(unknown.message).toContain('quorumwatch_probe_latency_seconds');
  const loss = 'quorumwatch_probe_loss_ratio';
  expect(refused({ threshold: { metric: loss, aggregate: 'p99', ...above } })).toMatchObject({ code: 'BAD_INPUT' });
  expect(refused({ threshold: { metric: loss, aggregate: 'rate', ...above } })).toMatchObject({ code: 'BAD_INPUT' });
  expect(refused({ absent: { metric: loss, where: { check: { matches: '(' } }, after: '1m' } })).toMatchObject({
    code: 'BAD_INPUT',
    where: 'alerts p, condition 1',
  });
});

test('a policy waits for probes that are on their way only where it looks at samples', () => {
  const samples = { metric: 'quorumwatch_samples_total' };
  const points = { metric: 'quorumwatch_ledger_entries' };
  const settle = (...conditions: object[]) => resolvePolicy(policy(...conditions), 5000).settleMs;
  expect(settle({ threshold: { ...points, ...above } }, { quorum: {} })).toBe(2000);
  expect(settle({ threshold: { ...samples, ...above } })).toBe(5000);
  expect(settle({ ratio: { of: points, to: samples, ...above } })).toBe(5000);
});

test('series are chosen by their labels, in every way that charts know', () => {
  const fits = (where: object, labels: Readonly<Record<string, string>>) => {
    const [condition] = resolvePolicy(
      policy({ threshold: { metric: 'quorumwatch_ledger_entries', where, ...above } }),
      0,
    ).conditions;
    return condition?.of.matches(labels);
  };
  expect(fits({ site: 'a.b' }, { site: 'a.b' })).toBe(true);
  expect(fits({ site: ['a.b', 'c'] }, { site: 'a.b' })).toBe(true);
  expect(fits({ site: ['a.b', 'c'] }, { site: 'axb' })).toBe(false);
  expect(fits({ site: { not: ['a', 'c'] } }, { site: 'c' })).toBe(false);
  expect(fits({ site: { not: 'a' } }, {})).toBe(true);
  expect(fits({ site: { matches: 'a.' } }, { site: 'abc' })).toBe(false);
  expect(fits({ site: { 'not-matches': 'a.*' } }, { site: 'abc' })).toBe(false);
});

import { expect, test } from 'vitest';
import type { VerdictState } from '../../model/index.ts';
import { componentState, indicatorOf } from './component-state.ts';

const state = (...checks: (VerdictState | `${VerdictState} maintained`)[]) =>
  componentState(
    checks.map((one) => {
      const [verdict, maintained] = one.split(' ') as [VerdictState, string?];
      return { verdict, maintenance: maintained !== undefined };
    }),
  );

test.each([
  [['up', 'up'], 'operational'],
  [['up', 'degraded'], 'degraded_performance'],
  [['up', 'partial'], 'partial_outage'],
  [['up', 'down', 'degraded'], 'partial_outage'],
  [['down', 'down'], 'major_outage'],
  [['down', 'unknown'], 'major_outage'],
  [['up', 'unknown'], 'operational'],
  [['down maintained', 'up'], 'under_maintenance'],
  [['up maintained', 'down'], 'major_outage'],
  [['down maintained'], 'under_maintenance'],
  [['unknown maintained', 'unknown'], 'under_maintenance'],
] as const)('%j is %s', (checks, status) => {
  expect(state(...checks)).toEqual({ status, unknown: false });
});

test('what nobody knows at present is what was known last, and says so', () => {
  expect(componentState([{ verdict: 'unknown', lastKnown: 'down', maintenance: false }])).toEqual({
    status: 'major_outage',
    unknown: true,
  });
  expect(state('unknown')).toEqual({ status: 'operational', unknown: true });
  expect(state()).toEqual({ status: 'operational', unknown: true });
});

test('the whole page is as bad as its parts', () => {
  expect(indicatorOf([])).toBe('none');
  expect(indicatorOf(['operational', 'under_maintenance'])).toBe('none');
  expect(indicatorOf(['operational', 'degraded_performance'])).toBe('minor');
  expect(indicatorOf(['operational', 'partial_outage'])).toBe('major');
  expect(indicatorOf(['operational', 'major_outage'])).toBe('major');
  expect(indicatorOf(['major_outage', 'major_outage'])).toBe('critical');
});

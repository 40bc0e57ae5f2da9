import { describe, expect, it } from 'vitest';
import { AlertWindows } from './alert-windows.ts';
import type { ConditionQuery, Labels, PolicyQuery, WindowQuery } from './window-query.ts';

const second = 1000;
const hour = 3_600_000;
const day = 24 * hour;
/** Rows of the metric `load` of a host, whose number is that of the series. */
const hosts = (series: number) => ({ family: 'load', labels: { host: `h${series}` } });

function load(more: Partial<WindowQuery> = {}): WindowQuery {
  const equals = more.equals;
  return {
    family: 'load',
    value: 'point',
    figure: 'mean',
    aggregate: 'avg',
    perUnit: 1,
    selection: JSON.stringify(equals ?? 'all'),
    matches: (labels: Labels) => !equals || labels[equals.label] === equals.value,
    groupBy: ['host'],
    ...more,
  };
}

const mean = (more: Partial<WindowQuery> = {}, windowMs = 60 * second): ConditionQuery => ({
  kind: 'threshold',
  of: load(more),
  windowMs,
});

function policy(conditions: PolicyQuery['conditions'], more: Partial<PolicyQuery> = {}): PolicyQuery {
  return { name: 'p', intervalMs: 10 * second, settleMs: 2 * second, autoCloseMs: 60 * second, conditions, ...more };
}

function watching(...policies: PolicyQuery[]) {
  const windows = new AlertWindows({ find: hosts });
  windows.configure(policies);
  const values = (at: number, name = 'p') =>
    windows.of(name, 0, at)?.map(({ labels, value }) => [labels['host'], value]) ?? 'cannot be told';
  return { windows, values };
}

describe('time', () => {
  it('is not looked at before it is over: rows that come early wait', () => {
    const { windows, values } = watching(policy([mean()]));
    windows.point(1, day + 5 * second, 1);
    windows.point(1, day + 11 * second, 9);
    expect(values(day + 10 * second)).toEqual([['h1', 1]]);
    expect(values(day + 20 * second)).toEqual([['h1', 5]]);
  });

  it('of an evaluation that is over does not come again, but late rows are seen by later ones and counted', () => {
    const { windows, values } = watching(policy([mean()]));
    windows.point(1, day + 5 * second, 1);
    expect(values(day + 10 * second)).toEqual([['h1', 1]]);
    windows.point(1, day + 8 * second, 3);
    expect(windows.figures.lateRows).toBe(1);
    expect(values(day + 10 * second)).toEqual([['h1', 1]]);
    expect(values(day + 20 * second)).toEqual([['h1', 2]]);
    expect(values(day + 10 * second)).toBe('cannot be told');
    expect(values(day + 20 * second)).toEqual([['h1', 2]]);
  });

  it('of two rows at one time is the same in whatever order they come', () => {
    for (const [first, then] of [
      [0, -0],
      [-0, 0],
      [2, 1],
      [1, 2],
    ] as const) {
      const { windows, values } = watching(policy([mean({ figure: 'last', aggregate: 'last' })]));
      windows.point(1, day, first);
      windows.point(1, day, then);
      expect(values(day)).toEqual([['h1', Math.max(first, then)]]);
    }
  });

  it('that was set far back begins afresh', () => {
    const { windows, values } = watching();
    windows.configure([policy([mean()])], day - second);
    for (const filling of windows.fillings()) filling.end();
    windows.point(1, day, 7);
    expect(values(day)).toEqual([['h1', 7]]);
    windows.point(2, day - hour - second, 2);
    expect(values(day - hour)).toEqual([['h2', 2]]);
    windows.point(1, day - hour + 5 * second, 1);
    expect(values(day - hour + 10 * second)).toEqual([
      ['h1', 1],
      ['h2', 2],
    ]);
  });

  it('between evaluations that are far apart is counted early, with the same result', () => {
    const hourly = policy([mean({}, hour)], { intervalMs: hour });
    const [one, other] = [watching(hourly), watching(hourly)];
    for (const { windows, values } of [one, other]) {
      windows.point(1, day - second, 100);
      expect(values(day)).toEqual([['h1', 100]]);
    }
    for (let at = day + second; at <= day + hour; at += second) {
      for (const { windows } of [one, other]) windows.point(1, at, (at / second) % 7);
      if (at % (60 * second) === 0) one.windows.advance(at);
    }
    expect(one.windows.figures.bytes).toBeLessThan(other.windows.figures.bytes);
    expect(one.values(day)).toEqual([['h1', 100]]);
    expect(one.values(day + hour)).toEqual(other.values(day + hour));
    expect(one.windows.figures.lateRows).toBe(0);
  });

  it('of rows that wait for a first evaluation far away does not fill the memory', () => {
    const { windows } = watching();
    windows.configure([policy([mean({}, hour)], { intervalMs: hour })], day);
    for (const filling of windows.fillings()) filling.end();
    for (let at = day + second; at < day + hour; at += second / 10) {
      windows.point(1, at, 1);
      if (at % (60 * second) === 0) windows.advance(at);
    }
    expect(windows.figures.bytes).toBeLessThan(500_000);
    expect(windows.of('p', 0, day + hour)).toEqual([
      { labels: { host: 'h1' }, value: 1, newestAt: day + hour - second / 10 },
    ]);
  });
});

describe('policies that change', () => {
  it('keep what is known of series where the same is asked of them', () => {
    const { windows, values } = watching(policy([mean()]));
    windows.point(1, day, 4);
    expect(values(day)).toEqual([['h1', 4]]);
    windows.configure([policy([mean()], { name: 'other' })], day);
    expect(values(day + 10 * second, 'other')).toEqual([['h1', 4]]);
  });

  it('wait for the store where more is asked, take earlier rows from it and later ones as they come', () => {
    const { windows, values } = watching(policy([mean({ equals: { label: 'host', value: 'h1' } })]));
    windows.point(1, day, 4);
    windows.configure([policy([mean({ equals: { label: 'host', value: 'h2' } })])], day + 2 * second);
    windows.point(2, day + 9 * second, 30);
    expect(windows.isFilling).toBe(true);
    expect(values(day + 10 * second)).toBe('cannot be told');
    const [filling, ...others] = windows.fillings();
    expect(others).toEqual([]);
    expect(filling?.wanted('load', { host: 'h1' })).toEqual(new Set());
    expect(filling?.wanted('load', { host: 'h2' })).toEqual(new Set(['point']));
    expect(filling).toMatchObject({ rowsMs: 61 * second, memoryMs: 121 * second });
    filling?.point(2, day + second, 10);
    filling?.heard(3, day - second, 'point');
    // Measured before the change and told only now: the store has it too.
    windows.point(2, day + second, 10);
    filling?.count(day + 2 * second);
    filling?.end();
    expect(values(day + 10 * second)).toEqual([['h2', 20]]);
    expect(windows.figures).toMatchObject({ lateRows: 0, series: 1 });
  });

  it('fill the shortest windows first, and nothing that was to be filled for others before', () => {
    const { windows, values } = watching();
    const policies = [policy([mean({}, hour)], { name: 'long' }), policy([mean()])];
    windows.configure(policies, day);
    const [given] = windows.fillings();
    windows.configure(policies, day);
    const [short, long] = windows.fillings();
    expect([short?.rowsMs, long?.rowsMs]).toEqual([61 * second, hour + 60 * second]);
    given?.point(1, day, 100);
    short?.point(1, day, 3);
    given?.end();
    expect(values(day + 10 * second)).toBe('cannot be told');
    short?.end();
    expect(values(day + 10 * second)).toEqual([['h1', 3]]);
    expect(values(day + 10 * second, 'long')).toBe('cannot be told');
    long?.point(1, day - 30 * 60 * second, 5);
    long?.end();
    expect(values(day + 10 * second, 'long')).toEqual([['h1', 5]]);
    expect(windows.isFilling).toBe(false);
  });

  it('leave those alone who ask for a part of what was asked', () => {
    const few = policy([mean({ matches: ({ host }) => host !== 'h1', selection: 'few' })]);
    const { windows, values } = watching(few, policy([mean()], { name: 'all' }));
    windows.point(1, day + second, 50);
    windows.point(2, day + second, 2);
    windows.configure([few], day);
    windows.point(3, day + second, 3);
    expect(values(day + 10 * second)).toEqual([
      ['h2', 2],
      ['h3', 3],
    ]);
  });

  it('are asked for by their name', () => {
    const { windows } = watching(policy([mean(), undefined]));
    expect(() => windows.of('nobody', 0, day)).toThrow('nobody');
    expect(() => windows.of('p', 1, day)).toThrow('looks at a metric');
  });
});

describe('bounds', () => {
  it('of numbers leave no value rather than one that is none', () => {
    const { windows, values } = watching(
      policy([mean()]),
      policy([{ kind: 'rate-of-change', of: load(), windowMs: 60 * second }], { name: 'change' }),
      policy([{ kind: 'ratio', of: load(), to: load({ selection: 'same' }), windowMs: 60 * second }], {
        name: 'ratio',
      }),
    );
    const most = Number.MAX_VALUE;
    windows.point(1, day - 70 * second, -most);
    for (const at of [day - 20 * second, day]) windows.point(1, at, most);
    expect(values(day)).toEqual([['h1', undefined]]);
    expect(values(day, 'change')).toEqual([['h1', undefined]]);
    expect(values(day, 'ratio')).toEqual([['h1', undefined]]);
  });

  it('of memory leave series out, and say how many', () => {
    const windows = new AlertWindows({ find: hosts, maxBytes: 40_000 });
    windows.configure([policy([mean({}, hour)])]);
    for (let series = 0; series < 100; series++) windows.point(series, day, series);
    const watched = windows.of('p', 0, day)?.length ?? 0;
    expect(watched).toBe(0);
    expect(windows.figures.refusedSeries).toBe(100);
    const roomy = new AlertWindows({ find: hosts, maxBytes: 200_000 });
    roomy.configure([policy([mean({}, hour)])]);
    for (let series = 0; series < 100; series++) roomy.point(series, day, series);
    expect(roomy.of('p', 0, day)).toHaveLength(32);
    expect(roomy.figures.refusedSeries).toBe(68);
    expect(roomy.figures.bytes).toBeLessThan(200_000);
  });

  it('give the place of a series that is gone to another, with nothing left in it', () => {
    const { windows, values } = watching(policy([mean({ figure: 'increase', aggregate: 'sum' }, 10 * second)]));
    for (const at of [day - second, day]) windows.point(1, at, at / second);
    expect(values(day)).toEqual([['h1', 1]]);
    // Nobody looks for longer than a series is remembered.
    expect(values(day + 2 * hour)).toEqual([]);
    const later = day + 4 * hour;
    expect(values(later)).toEqual([]);
    expect(windows.figures.series).toBe(0);
    windows.point(2, later + second, 5);
    windows.point(2, later + 2 * second, 8);
    expect(values(later + 10 * second)).toEqual([['h2', 3]]);
    expect(windows.figures.series).toBe(1);
  });
});

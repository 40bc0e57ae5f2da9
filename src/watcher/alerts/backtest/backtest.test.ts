import { beforeAll, expect, test } from 'vitest';
import { notify, testCheck, testConfiguration, TestLedger } from '../../../agree/verdict/machine.fixture.ts';
import type { LedgerRecord } from '../../../model/index.ts';
import { systemClock } from '../../../platform/index.ts';
import { backtest, type BacktestParts, type BacktestTask } from './backtest.ts';
import { essence, hour, liveThrough, sections, self, weekEnd, weekStart } from './recorded-week.fixture.ts';

const gateway = testCheck('gateway', { type: 'simple', down: [notify('ops')] });
const configuration = testConfiguration([gateway], sections);
const ledger = new TestLedger([self]);
let parts: BacktestParts;
beforeAll(async () => {
  const { clock, store } = await liveThrough(ledger, configuration);
  parts = {
    self,
    clock: systemClock,
    store,
    view: () => ledger.machine.view(clock.now()),
    entries: {
      count: () => ledger.entries.length,
      read: async (from, limit) => ledger.entries.slice(from, from + limit) as unknown as LedgerRecord[],
    },
  };
}, 120_000);

const task: BacktestTask = { configuration, from: weekStart, to: weekEnd };

test('a recorded week with faults, gaps, stalls and clock jumps has the same incidents as when it was lived', async () => {
  const found = await backtest(parts, task);
  expect(found).toMatchObject({ complete: true, problems: [], omittedIncidents: 0, to: weekEnd });
  const alerts = ledger.incidents().filter(({ severity }) => severity !== undefined);
  const inOrder = alerts.toSorted((a, b) => Number(a.id) - Number(b.id)).map(essence);
  expect(found.incidents.map(({ incident }) => essence(incident))).toEqual(inOrder);
  // Each policy has something to say in that week, or the week would prove nothing of it.
  const policies = new Set(inOrder.map(({ check }) => check.split('@')[0]));
  expect(policies).toEqual(new Set(configuration.alerts.map(({ name }) => name)));
  expect(inOrder.length).toBeGreaterThan(10);
});

test('who would have been told is told the end too', async () => {
  const { incidents } = await backtest(parts, task);
  for (const { incident, notices } of incidents) {
    const told = notices.map(({ receiver, message }) => `${message} ${receiver}`);
    const expected = incident.told.flatMap((one) => [
      `firing ${one}`,
      ...(incident.status === 'resolved' ? [`resolved ${one}`] : []),
    ]);
    expect(told).toEqual(expected);
  }
});

test('a shorter time can be tried by itself, and a policy that cannot be read is said to be so', async () => {
  const [slow] = configuration.alerts;
  const broken = { ...slow!, name: 'broken', conditions: [{ ...slow!.conditions[0]!, threshold: { metric: 'none' } }] };
  const from = weekStart + 2 * hour;
  const alerts = [slow!, broken as never];
  const found = await backtest(parts, { configuration: { ...configuration, alerts }, from, to: from + 3 * hour });
  expect(found.policies).toEqual(['slow']);
  expect(found.problems).toEqual([expect.stringContaining('none')]);
  expect(found.incidents.map(({ incident }) => incident.check)).toEqual(['slow@check=web']);
  expect(found.evaluations).toBeGreaterThan(150);
});

test('it can be stopped, and says how far it is', async () => {
  const aborted = new AbortController();
  const seen: number[] = [];
  const onProgress = (at: number) => {
    seen.push(at);
    aborted.abort(new Error('enough'));
  };
  await expect(backtest(parts, { ...task, signal: aborted.signal, onProgress })).rejects.toThrow('enough');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toBeGreaterThan(weekStart);
});

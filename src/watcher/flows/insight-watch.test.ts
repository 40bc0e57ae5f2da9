import { expect, test } from 'vitest';
import { flowInsightKinds, type FlowInsight } from '../../model/index.ts';
import { ManualClock, silentLog } from '../../platform/index.ts';
import { InsightWatch } from './insight-watch.ts';

const minuteMs = 60_000;
const scan = { kind: 'port-scan' } as FlowInsight;

function open(everyMs: number | undefined) {
  const clock = new ManualClock(1_700_000_000_000);
  const asked: { from: number; to: number }[] = [];
  const settings = { everyMs };
  let answer: () => Promise<FlowInsight[]> = () => Promise.resolve([scan, scan]);
  const watch = new InsightWatch({
    desk: {
      insights: (range) => {
        asked.push(range);
        return answer();
      },
    },
    settings: () => ({ 'insights-every': settings.everyMs }),
    clock,
    log: silentLog,
  });
  const pass = async (ms: number) => {
    clock.advance(ms);
    watch.look();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { watch, asked, settings, pass, answers: (with_: typeof answer) => (answer = with_) };
}

test('it looks at the last two hours, as often as is wanted, and counts every kind', async () => {
  const { watch, asked, pass } = open(15 * minuteMs);
  await pass(0);
  await pass(minuteMs);
  expect(asked).toEqual([{ from: 1_700_000_060_000 - 120 * minuteMs, to: 1_700_000_060_000 }]);
  expect([...(watch.counts() ?? [])]).toEqual(flowInsightKinds.map((kind) => [kind, kind === 'port-scan' ? 2 : 0]));
  await pass(14 * minuteMs);
  expect(asked).toHaveLength(1);
  await pass(minuteMs);
  expect(asked).toHaveLength(2);
});

test('one look at a time; what could not be found out is not known, until it is again soon', async () => {
  const { watch, asked, pass, answers } = open(15 * minuteMs);
  await pass(0);
  await pass(minuteMs);
  const slow = Promise.withResolvers<FlowInsight[]>();
  answers(() => slow.promise);
  await pass(15 * minuteMs);
  await pass(15 * minuteMs);
  expect(asked).toHaveLength(2);
  slow.reject(new Error('no answer'));
  await pass(1000);
  expect(watch.counts()).toBeUndefined();
  answers(() => Promise.resolve([]));
  await pass(minuteMs);
  expect(watch.counts()?.get('port-scan')).toBe(0);
});

test('nothing is looked for unless it is wanted, and nothing stays when it is no more', async () => {
  const { watch, asked, settings, pass } = open(undefined);
  await pass(minuteMs);
  expect([asked.length, watch.counts()]).toEqual([0, undefined]);
  settings.everyMs = minuteMs;
  await pass(0);
  await pass(minuteMs);
  expect(watch.counts()?.size).toBe(flowInsightKinds.length);
  settings.everyMs = undefined;
  await pass(minuteMs);
  expect(watch.counts()).toBeUndefined();
});

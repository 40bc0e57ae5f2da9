import { describe, expect, test } from 'vitest';
import { TestLedger } from '../../agree/verdict/machine.fixture.ts';
import { alertPolicySchema, type AlertPolicy, type ConditionReadings, type EpochMs } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { AlertLoop } from './alert-loop.ts';

const start = 1_700_000_000_000;
const second = 1000;

function policy(given: Record<string, unknown> = {}): AlertPolicy {
  return alertPolicySchema.parse({
    name: 'slow',
    interval: '10s',
    'auto-close': '1m',
    conditions: [{ threshold: { metric: 'latency', 'group-by': ['check'], above: 10 } }],
    ...given,
  });
}

/** A watcher with readings that the test makes up. */
function watching(
  policies: readonly AlertPolicy[] = [policy()],
  ledger = new TestLedger(),
  clock = new ManualClock(start),
) {
  let values: Record<string, number | undefined> = {};
  const asked: EpochMs[] = [];
  const blind: [ms: number, until: EpochMs][] = [];
  let newest: EpochMs = start;
  ledger.now = clock.now();
  if (!ledger.machine.view(0).inForce) ledger.configure([], { alerts: policies });
  const loop = new AlertLoop({
    self: 'w1',
    clock,
    view: () => ledger.machine.view(clock.now()),
    readings: {
      settleMs: () => 2 * second,
      of: (_policy, _condition, at): ConditionReadings => {
        asked.push(at);
        return Object.entries(values).map(([check, value]) => {
          if (value !== undefined) newest = at;
          return { labels: { check }, value, newestAt: newest };
        });
      },
    },
    say: (opinions) => {
      ledger.now = clock.now();
      ledger.send({ kind: 'observe', opinions });
    },
    onBlind: (ms, until) => blind.push([ms, until]),
  });
  loop.configure(policies);
  loop.begin();
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 200) clock.advance(Math.min(200, left));
  };
  return {
    loop,
    ledger,
    clock,
    asked,
    blind,
    pass,
    see: (given: Record<string, number | undefined>) => (values = given),
    verdict: (check: string) => ledger.verdict(`slow@check=${check}`),
  };
}

test('policies are evaluated at multiples of their interval, once the rows of that time are there', () => {
  const { asked, pass, clock } = watching();
  clock.jump(-(clock.now() % (10 * second)) + 3 * second);
  const began = Math.floor(clock.now() / (10 * second)) * 10 * second;
  pass(8 * second);
  expect(asked).toEqual([]);
  pass(30 * second);
  expect(asked).toEqual([1, 2, 3].map((n) => began + n * 10 * second));
});

test('opinions are told when they change, and not again', () => {
  const { ledger, see, pass, verdict } = watching();
  see({ web: 20, mail: 5 });
  pass(60 * second);
  expect(verdict('web')).toBe('down');
  // Nobody need know of what never fired.
  expect(verdict('mail')).toBeUndefined();
  see({ web: 5, mail: 5 });
  pass(60 * second);
  expect(verdict('web')).toBe('up');
  expect(ledger.entries.filter(({ kind }) => kind === 'observations')).toHaveLength(2);
});

test('what others say to fire is told to be fine here', () => {
  const ledger = new TestLedger(['w1', 'w2', 'w3']);
  const { see, pass } = watching([policy({ watchers: { rule: 'bft' } })], ledger);
  see({ web: 5 });
  pass(20 * second);
  const values = { 'label.check': 'web', condition: 0, value: 99 };
  ledger.send({
    kind: 'observe',
    opinions: [
      {
        check: 'slow@check=web',
        watcher: 'w2',
        state: 'down',
        since: start,
        rounds: ['fail'],
        results: [{ host: 'slow', outcome: 'fail', values }],
      },
    ],
  });
  pass(20 * second);
  const opinions = ledger.machine.view(ledger.now).check('slow@check=web')?.opinions;
  expect(opinions?.['w1']?.state).toBe('up');
});

describe('a watcher that was not there', () => {
  test('says unknown, and takes no silence of its own for that of others', () => {
    const { see, pass, clock, verdict, blind } = watching();
    see({ web: 20 });
    pass(30 * second);
    clock.jump(120 * second);
    see({});
    pass(4 * second);
    expect(blind).toEqual([[120 * second + 200, clock.now() - 3800]]);
    expect(verdict('web')).toBe('unknown');
    see({ web: 20 });
    pass(20 * second);
    expect(verdict('web')).toBe('down');
  });

  test('goes on when its clock was set back', () => {
    const { see, pass, clock, asked, verdict } = watching();
    see({ web: 20 });
    pass(30 * second);
    clock.jump(-3_600_000);
    const before = asked.length;
    pass(30 * second);
    expect(asked.length).toBeGreaterThan(before);
    see({ web: 5 });
    pass(20 * second);
    expect(verdict('web')).toBe('up');
  });
});

test('a watcher that starts again takes up what it had said, and closes what is gone', () => {
  const first = watching();
  first.see({ web: 20, mail: 20 });
  first.pass(30 * second);
  first.loop.stop();
  const again = watching([policy()], first.ledger, first.clock);
  again.see({ web: 20 });
  again.pass(30 * second);
  expect([again.verdict('web'), again.verdict('mail')]).toEqual(['down', 'down']);
  again.pass(60 * second);
  expect([again.verdict('web'), again.verdict('mail')]).toEqual(['down', 'up']);
  expect(again.ledger.incidents().flatMap(({ updates }) => updates.map(({ text }) => text))).toContain(
    'slow for check mail is closed: there were no data for 1m.',
  );
});

test('a policy without readings says so, and the others go on', () => {
  const broken = policy({ name: 'broken' });
  const { loop, see, pass, verdict } = watching([policy(), broken]);
  loop.configure([policy(), broken], new Map([['broken', new Error('there is no metric latency')]]));
  see({ web: 20 });
  pass(30 * second);
  expect(loop.runs.get('broken')).toMatchObject({ error: 'there is no metric latency' });
  expect(verdict('web')).toBe('down');
});

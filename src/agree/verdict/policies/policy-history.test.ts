import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertPolicySchema, type AlertPolicy, type Opinion, type OpinionState } from '../../../model/index.ts';
import { bodies, notify, testCheck, TestLedger } from '../machine.fixture.ts';
import { labelValues } from './alert-opinion.ts';
import { alertCheckName } from './resource-name.ts';

/** Random histories of policies: whatever watchers say, and whatever becomes of configuration and machines, these hold. */

const members = ['w1', 'w2', 'w3', 'w4'];
const checks = ['a', 'b', 'c'];

function policy(name: string, given: Record<string, unknown> = {}): AlertPolicy {
  const condition = { threshold: { metric: 'latency', 'group-by': ['check'], above: 10 } };
  return alertPolicySchema.parse({ name, conditions: [condition], notify: ['ops'], ...given });
}

const changed = [{ threshold: { metric: 'latency', 'group-by': ['check'], above: 20 } }];
const gateway = testCheck('gateway', { watchers: { rule: 'any' }, down: [notify('ops')] });
const variants: readonly (readonly AlertPolicy[])[] = [
  [policy('one'), policy('most', { watchers: { rule: 'bft' }, severity: 'warning', 'depends-on': ['gateway'] })],
  [policy('one', { conditions: changed }), policy('most', { watchers: { rule: 'bft' } })],
  [policy('one', { 'incident-per': 'policy' })],
  [policy('one', { disabled: true }), policy('most', { watchers: { rule: 'k', k: 2 }, notify: ['ops', 'boss'] })],
  [policy('one', { watchers: { rule: 'all' } }), policy('most', { renotify: '1m' })],
];

type Command =
  | { do: 'say'; watcher: number; policy: 'one' | 'most'; said: readonly { check: string; state: OpinionState }[] }
  | { do: 'gateway'; state: OpinionState }
  | { do: 'pass'; ms: number }
  | { do: 'configure'; variant: number; works: boolean }
  | { do: 'miss'; watcher: number; silent: readonly number[] }
  | { do: 'dismiss' }
  | { do: 'crash'; snapshot: boolean };

const state = fc.constantFrom<OpinionState>('up', 'up', 'down', 'down', 'unknown');
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      watcher: fc.nat(3),
      policy: fc.constantFrom('one' as const, 'most' as const),
      said: fc.uniqueArray(fc.record({ check: fc.constantFrom('', ...checks), state }), {
        minLength: 1,
        maxLength: 3,
        selector: ({ check }) => check,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('gateway' as const), state }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1000, 70_000, 1_800_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('configure' as const), variant: fc.nat(4), works: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('miss' as const),
      watcher: fc.nat(3),
      silent: fc.constantFrom([], [0], [1], [0, 1], [3]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dismiss' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), snapshot: fc.boolean() }) },
);

function opinionOf(watcher: string, name: string, check: string, held: OpinionState, since: number): Opinion {
  const resource = check === '' ? {} : { check };
  const values = { ...labelValues(resource), ...(held === 'down' && { condition: 0, value: 20 }) };
  const outcome = held === 'up' ? 'pass' : held === 'down' ? 'fail' : 'unknown';
  return {
    check: alertCheckName(name, resource),
    watcher,
    state: held,
    since,
    rounds: [outcome],
    results: [{ host: name, outcome, values }],
  };
}

function play(ledger: TestLedger, given: Command): void {
  switch (given.do) {
    case 'say': {
      const watcher = members[given.watcher] ?? '';
      const opinions = given.said.map(({ check, state: held }) =>
        opinionOf(watcher, given.policy, check, held, ledger.now - 5),
      );
      ledger.send({ kind: 'observe', opinions });
      break;
    }
    case 'gateway':
      ledger.say('gateway', given.state);
      break;
    case 'pass':
      ledger.pass(given.ms);
      break;
    case 'configure': {
      const works = { name: 'works', checks: ['one'], cron: { at: '*/7 * * * *', for: 180_000 }, 'time-zone': 'UTC' };
      ledger.configure([gateway], {
        alerts: variants[given.variant] ?? [],
        maintenance: given.works ? [works] : [],
      });
      break;
    }
    case 'miss': {
      const silent = given.silent.flatMap((index) => members[index] ?? []);
      const member = members[given.watcher] ?? '';
      if (!silent.includes(member)) ledger.send({ kind: 'presence', silent }, member);
      break;
    }
    case 'dismiss': {
      const incident = ledger.openIncidents()[0]?.id;
      if (incident !== undefined)
        ledger.send({ kind: 'incident-status', incident, by: 'eve', status: 'resolved', text: '' });
      break;
    }
    default: {
      const bytes = Buffer.from(ledger.machine.snapshot());
      const again = given.snapshot ? ledger.restored() : ledger.refolded();
      expect(Buffer.compare(again.snapshot(), bytes)).toBe(0);
      ledger.machine = again;
    }
  }
  ledger.now += 1000;
}

/** Firing at most once for each receiver of an incident, resolved at most once and never without, and all at the end. */
function checkTold(ledger: TestLedger, isOver: boolean): void {
  const told = new Map<string, string[]>();
  for (const { notification } of bodies(ledger.entries, 'action-intended')) {
    if (!notification || (notification.message !== 'firing' && notification.message !== 'resolved')) continue;
    for (const one of [notification.incident, ...(notification.others ?? [])]) {
      const key = `${one.id} ${notification.receiver}`;
      told.set(key, [...(told.get(key) ?? []), notification.message]);
    }
  }
  for (const [key, messages] of told) {
    if (isOver) expect(messages, key).toEqual(['firing', 'resolved']);
    else expect([['firing'], ['firing', 'resolved']], key).toContainEqual(messages);
  }
}

test('who was told that a policy fires is told once that it ended, and a crash changes nothing', () => {
  let incidents = 0;
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const ledger = new TestLedger(members);
      ledger.configure([gateway], { alerts: variants[0] ?? [] });
      for (const one of commands) play(ledger, one);
      checkTold(ledger, false);
      for (const { check, status } of ledger.incidents()) {
        // An open incident stands for something that the configuration still has.
        if (status !== 'resolved') expect(ledger.machine.view(ledger.now).check(check), check).toBeDefined();
      }
      incidents += ledger.incidents().filter(({ severity }) => severity !== undefined).length;
      ledger.configure([], { alerts: [] });
      ledger.pass(86_400_000);
      expect(ledger.openIncidents()).toEqual([]);
      expect([...ledger.machine.view(ledger.now).alerts()]).toEqual([]);
      checkTold(ledger, true);
    }),
    { numRuns: 300 },
  );
  expect(incidents).toBeGreaterThan(100);
});

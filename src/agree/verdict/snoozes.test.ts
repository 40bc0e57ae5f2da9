import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertPolicySchema, type Snooze, type SnoozeScope } from '../../model/index.ts';
import { bodies, notify, testCheck, TestLedger } from './machine.fixture.ts';
import { Snoozes } from './snoozes.ts';

const minute = 60_000;
const checks = ['a', 'b'].map((name) =>
  testCheck(name, { labels: { site: name === 'a' ? 'oslo' : 'berlin' }, down: [notify('ops')] }),
);

function watching(): TestLedger {
  const ledger = new TestLedger();
  ledger.configure(checks);
  for (const { name } of checks) ledger.say(name, 'up');
  return ledger;
}
const snooze = (ledger: TestLedger, scope: SnoozeScope, lastsMs = 10 * minute) =>
  ledger.send({ kind: 'snooze', scope, until: ledger.now + lastsMs, by: 'maria', comment: 'works' });
const idOf = (entries: ReturnType<TestLedger['send']>) => bodies(entries, 'snooze')[0]?.id ?? '';

test.each<[SnoozeScope]>([[{ check: 'a' }], [{ select: 'site=oslo' }], [{ select: 'check=a' }]])(
  'under %j no incident opens; what is still wrong when it ends by itself is told then',
  (scope) => {
    const ledger = watching();
    snooze(ledger, scope);
    ledger.say('a', 'down');
    ledger.say('b', 'down');
    expect(ledger.openIncidents().map(({ check }) => check)).toEqual(['b']);
    expect(ledger.machine.view(ledger.now).check('a')).toMatchObject({ verdict: 'down', snooze: { by: 'maria' } });
    ledger.pass(10 * minute - 1);
    expect(ledger.openIncidents()).toHaveLength(1);
    ledger.pass(1);
    expect(ledger.openIncidents().map(({ check }) => check)).toEqual(['a', 'b']);
    expect(ledger.messages()).toEqual(['firing ops b', 'firing ops a']);
    expect(ledger.machine.view(ledger.now).snoozes).toEqual([]);
    expect(ledger.machine.view(ledger.now).check('a')).not.toHaveProperty('snooze');
  },
);

test('who was told of an incident before it was snoozed is told its end during the snooze', () => {
  const ledger = watching();
  ledger.say('a', 'down');
  snooze(ledger, { incident: '1' });
  ledger.say('a', 'up');
  expect(ledger.messages()).toEqual(['firing ops a', 'resolved ops a']);
});

test('a snoozed incident tells nobody new; the next incident of the same check does', () => {
  const ledger = new TestLedger();
  const late = { kind: 'notify', receivers: ['boss'], delayMs: minute } as const;
  ledger.configure([testCheck('a', { down: [notify('ops'), late] })]);
  ledger.say('a', 'down');
  snooze(ledger, { incident: '1' });
  ledger.pass(5 * minute);
  expect(ledger.messages()).toEqual(['firing ops a']);
  ledger.say('a', 'up');
  ledger.pass(minute);
  ledger.say('a', 'down');
  expect(ledger.messages()).toEqual(['firing ops a', 'resolved ops a', 'firing ops a']);
});

test('ended early, it acts no more; ended twice or unknown, it is not found', () => {
  const ledger = watching();
  const id = idOf(snooze(ledger, { check: 'a' }));
  ledger.say('a', 'down');
  ledger.send({ kind: 'snooze-end', snooze: id, by: 'paul' });
  ledger.pass(1000);
  expect(ledger.messages()).toEqual(['firing ops a']);
  expect(() => ledger.send({ kind: 'snooze-end', snooze: id, by: 'paul' })).toThrow('no snooze');
  expect(() => ledger.send({ kind: 'snooze-end', snooze: '999', by: 'paul' })).toThrow('no snooze');
});

test('asked for twice in the same words, it is one', () => {
  const ledger = watching();
  expect(snooze(ledger, { check: 'a' })).not.toEqual([]);
  expect(snooze(ledger, { check: 'a' })).toEqual([]);
  expect(ledger.machine.view(ledger.now).snoozes).toHaveLength(1);
});

test('what keeps nothing quiet is refused: names that nobody has, ends in the past, ends beyond a year', () => {
  const ledger = watching();
  expect(() => snooze(ledger, { check: 'c' })).toThrow('no check named "c"');
  expect(() => snooze(ledger, { policy: 'p' })).toThrow('no policy named "p"');
  expect(() => snooze(ledger, { incident: '1' })).toThrow('no incident 1');
  expect(() => snooze(ledger, { check: 'a' }, 0)).toThrow('ended already');
  expect(() => snooze(ledger, { check: 'a' }, 367 * 86_400_000)).toThrow('366 days');
  expect(() => snooze(ledger, { select: 'site=,' })).toThrow('not valid');
  ledger.say('a', 'down');
  ledger.say('a', 'up');
  expect(() => snooze(ledger, { incident: '1' })).toThrow('is resolved');
});

test('there is a bound, and what has ended makes room', () => {
  const ledger = watching();
  for (let at = 1; at <= 500; at++) snooze(ledger, { check: 'a' }, at * 1000);
  expect(() => snooze(ledger, { check: 'a' }, minute * 60)).toThrow('500 snoozes');
  ledger.pass(1000);
  expect(() => snooze(ledger, { check: 'a' }, minute * 60)).not.toThrow();
  expect(ledger.machine.view(ledger.now).snoozes).toHaveLength(500);
});

test('a policy’s snooze covers the check of each of its resources, and no other policy’s', () => {
  const policy = (name: string) => alertPolicySchema.parse({ name, conditions: [{ quorum: {} }] });
  const of = (scope: SnoozeScope): Snooze => ({ id: '1', scope, by: 'm', comment: '', from: 0, until: 9 });
  const over = (scope: SnoozeScope, name: string, line: string) =>
    new Snoozes([of(scope)]).over({ check: testCheck(name, { type: 'alert' }), policy: policy(line) }, undefined, 1) !==
    undefined;
  expect(over({ policy: 'disk' }, 'disk', 'disk')).toBe(true);
  expect(over({ policy: 'disk' }, 'disk@host=db', 'disk')).toBe(true);
  expect(over({ check: 'disk' }, 'disk@host=db', 'disk')).toBe(true);
  expect(over({ check: 'disk@host=db' }, 'disk@host=db', 'disk')).toBe(true);
  expect(over({ select: 'policy=disk,type=alert' }, 'disk@host=db', 'disk')).toBe(true);
  expect(over({ check: 'disk@host=web' }, 'disk@host=db', 'disk')).toBe(false);
  expect(over({ policy: 'disk' }, 'disk@night', 'disk@night')).toBe(false);
  expect(new Snoozes([of({ policy: 'a' })]).over({ check: testCheck('a') }, undefined, 1)).toBeUndefined();
});

type Step =
  | { do: 'say'; check: 'a' | 'b'; state: 'up' | 'down' }
  | { do: 'snooze'; scope: SnoozeScope; lastsMs: number }
  | { do: 'end'; pick: number }
  | { do: 'pass'; ms: number }
  | { do: 'crash' };
const scope = fc.constantFrom<SnoozeScope>(
  { check: 'a' },
  { select: 'site=berlin' },
  { select: 'site!=oslo' },
  { incident: '1' },
  { incident: '2' },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('say' as const),
    check: fc.constantFrom('a' as const, 'b' as const),
    state: fc.constantFrom('up' as const, 'down' as const),
  }),
  fc.record({ do: fc.constant('snooze' as const), scope, lastsMs: fc.constantFrom(1000, 30_000, 10 * minute) }),
  fc.record({ do: fc.constant('end' as const), pick: fc.nat(5) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(500, 31_000, 11 * minute, 60 * minute) }),
  fc.record({ do: fc.constant('crash' as const) }),
);

/** Said plainly: the snoozes that were asked for and not ended, by the ledger's entries alone. */
function activeOf(ledger: TestLedger): Snooze[] {
  const last = new Map(bodies(ledger.entries, 'snooze').map((one) => [one.id, one]));
  return [...last.values()].filter(({ ended, until }) => !ended && ledger.now < until);
}

function isQuiet(active: readonly Snooze[], check: string, incident: string): boolean {
  return active.some(({ scope: one }) => {
    if ('check' in one) return one.check === check;
    if ('incident' in one) return one.incident === incident;
    return 'select' in one && (check === 'b') === (one.select === 'site=berlin' || one.select === 'site!=oslo');
  });
}

function play(ledger: TestLedger, given: Step): void {
  try {
    if (given.do === 'say') ledger.say(given.check, given.state);
    else if (given.do === 'snooze') snooze(ledger, given.scope, given.lastsMs);
    else if (given.do === 'end') {
      const id = activeOf(ledger)[given.pick]?.id;
      if (id !== undefined) ledger.send({ kind: 'snooze-end', snooze: id, by: 'paul' });
    } else if (given.do === 'pass') ledger.pass(given.ms);
    else ledger.machine = ledger.restored();
  } catch (thrown) {
    // An incident that is not there or is over cannot be snoozed.
    if (!/no incident|is resolved/.test(String(thrown))) throw thrown;
  }
}

test('any history: under a snooze nothing opens and nobody is told, but the end of what was told always is', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ledger = watching();
      for (const each of steps) {
        const from = ledger.entries.length;
        const known = new Set(ledger.incidents().map(({ id }) => id));
        const before = activeOf(ledger);
        play(ledger, each);
        const active = activeOf(ledger).filter((one) => before.some(({ id }) => id === one.id));
        const fresh = ledger.entries.slice(from);
        for (const { id, check } of bodies(fresh, 'incident')) {
          if (!known.has(id)) expect(isQuiet(active, check, id)).toBe(false);
        }
        for (const { notification } of bodies(fresh, 'action-intended')) {
          if (notification?.message !== 'firing') continue;
          expect(isQuiet(active, notification.incident.check, notification.incident.id)).toBe(false);
        }
        expect(ledger.machine.view(ledger.now).snoozes.map(({ id }) => id)).toEqual(
          activeOf(ledger).map(({ id }) => id),
        );
      }
      for (const { name } of checks) ledger.say(name, 'up');
      ledger.pass(60 * minute);
      expect(ledger.openIncidents()).toEqual([]);
      const firing = ledger.messages().filter((text) => text.startsWith('firing'));
      const resolved = ledger.messages().filter((text) => text.startsWith('resolved'));
      expect(resolved.toSorted()).toEqual(firing.map((text) => text.replace('firing', 'resolved')).toSorted());
      const live = ledger.machine.snapshot();
      expect(Buffer.compare(ledger.refolded().snapshot(), live)).toBe(0);
      expect(Buffer.compare(ledger.restored().snapshot(), live)).toBe(0);
    }),
    { numRuns: 150 },
  );
});

test('a snapshot without snoozes has no word of them, so that earlier versions go on to be read', () => {
  const ledger = watching();
  expect(Buffer.from(ledger.machine.snapshot()).toString()).not.toContain('snooze');
});

import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Check, Incident, MaintenanceWindow, OpinionState, Transition } from '../../model/index.ts';
import { bodies, encoded, notify, testCheck, TestLedger, testOpinion } from './machine.fixture.ts';

/** Random histories: whatever happens, in whatever order, these hold. */

const names = ['gateway', 'switch', 'host', 'site', 'link'] as const;
type Name = (typeof names)[number];

const base: readonly Check[] = [
  testCheck('host', {
    'depends-on': ['switch'],
    down: [notify('ops'), { kind: 'notify', receivers: ['boss'], delayMs: 30_000 }],
    labels: { tier: 'gold' },
  }),
  testCheck('switch', { 'depends-on': ['gateway'], down: [notify('ops', 'night')] }),
  testCheck('gateway', {
    down: [notify('ops'), { kind: 'notify', receivers: ['boss'], delayMs: 90_000 }],
    up: [notify('ops')],
  }),
  testCheck('site', { degraded: [notify('night')], down: [notify('ops')], 'ignore-initial-down': true }),
  testCheck('link', {
    interval: 1000,
    down: [{ kind: 'log', message: 'down', level: 'info', delayMs: 0 }, notify('ops')],
  }),
];

const works: MaintenanceWindow[] = [
  { name: 'works', select: 'tier=gold', cron: { at: '*/7 * * * *', for: 180_000 }, 'time-zone': 'UTC' },
  { name: 'more', checks: ['gateway', 'link'], cron: { at: '*/11 * * * *', for: 120_000 }, 'time-zone': 'UTC' },
];

type Command =
  | { do: 'say'; watcher: number; opinions: readonly { check: Name; state: OpinionState }[] }
  | { do: 'burst'; check: Name; changes: number }
  | { do: 'pass'; ms: number }
  | { do: 'configure'; variant: number }
  | { do: 'acknowledge' | 'note' | 'dismiss'; pick: number }
  | { do: 'finish'; pick: number }
  | { do: 'miss'; watcher: number; silent: readonly number[] }
  | { do: 'replace'; watcher: number; key: number }
  | { do: 'crash'; snapshot: boolean };

const state = fc.constantFrom<OpinionState>('up', 'up', 'down', 'down', 'degraded', 'unknown');
const opinion = fc.record({ check: fc.constantFrom(...names), state });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      watcher: fc.nat(3),
      opinions: fc.uniqueArray(opinion, { minLength: 1, maxLength: 4, selector: (each) => each.check }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('burst' as const),
      check: fc.constantFrom(...names),
      changes: fc.integer({ min: 4, max: 9 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(10, 1000, 20_000, 61_000, 600_000, 1_800_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('configure' as const), variant: fc.nat(6) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('acknowledge' as const, 'note' as const, 'dismiss' as const),
      pick: fc.nat(20),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('finish' as const), pick: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('miss' as const),
      watcher: fc.nat(3),
      silent: fc.constantFrom([], [0], [0], [1], [0, 1], [3]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('replace' as const), watcher: fc.nat(3), key: fc.integer({ min: 1 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), snapshot: fc.boolean() }) },
);

function configure(ledger: TestLedger, variant: number): void {
  const changed = (name: Name, given: Partial<Check>) =>
    base.map((check) => (check.name === name ? { ...check, ...given } : check));
  const variants = [
    () => ledger.configure(base),
    () => ledger.configure(base, { maintenance: works }),
    () => ledger.configure(base.filter((check) => check.name !== 'site' && check.name !== 'link')),
    () => ledger.configure(changed('gateway', { disabled: true })),
    () => ledger.configure(changed('switch', { host: '192.0.2.77', 'depends-on': [] })),
    () => ledger.configure(changed('host', { down: [notify('others')] }), { maintenance: works }),
    () => ledger.configure(changed('link', { watchers: { rule: 'any' } })),
  ];
  variants[variant % variants.length]?.();
}

function play(ledger: TestLedger, given: Command, members: readonly string[]): void {
  switch (given.do) {
    case 'burst':
      for (let change = 0; change < given.changes; change++) {
        const from = ledger.entries.length;
        for (const watcher of members) ledger.say(given.check, change % 2 === 0 ? 'down' : 'up', watcher);
        ledger.now += 3000;
        checkQuiet(ledger, from);
      }
      break;
    case 'say': {
      const watcher = members[given.watcher % members.length] ?? '';
      const opinions = given.opinions.map((each) => testOpinion(each.check, each.state, ledger.now - 5, watcher));
      const request = { kind: 'observe', opinions } as const;
      const before = ledger.machine.snapshot();
      const bytes = encoded(ledger.sign(request));
      const twice = [1, 2].map(() => JSON.stringify(ledger.machine.execute(bytes, ledger.now)));
      expect(twice[0]).toBe(twice[1]);
      expect(Buffer.compare(ledger.machine.snapshot(), before)).toBe(0);
      ledger.send(request);
      break;
    }
    case 'pass': {
      const due = ledger.machine.isDue(ledger.now + given.ms);
      expect(ledger.pass(given.ms).length > 0).toBe(due);
      break;
    }
    case 'configure':
      configure(ledger, given.variant);
      break;
    case 'acknowledge':
    case 'note':
    case 'dismiss': {
      const open = ledger.openIncidents();
      const incident = open[given.pick % open.length]?.id;
      if (incident === undefined) break;
      if (given.do === 'acknowledge') ledger.send({ kind: 'incident-acknowledge', incident, by: 'eve' });
      else if (given.do === 'note') ledger.send({ kind: 'incident-note', incident, by: 'eve', text: 'hm' });
      else ledger.send({ kind: 'incident-status', incident, by: 'eve', status: 'resolved', text: '' });
      break;
    }
    case 'finish': {
      const pending = [...ledger.machine.view(ledger.now).pendingActions()];
      const intent = pending[given.pick % pending.length]?.intent;
      if (!intent) break;
      const { id, watcher } = intent;
      ledger.send({ kind: 'action-start', id, attempt: 1, watcher });
      ledger.send({
        kind: 'action-finish',
        id,
        watcher,
        receipt: { outcome: 'failed', text: 'Refused.', attempts: 1 },
      });
      break;
    }
    case 'miss': {
      const watcher = members[given.watcher % members.length] ?? '';
      const silent = given.silent.map((one) => members[one]).filter((one) => one !== undefined && one !== watcher);
      ledger.miss([watcher], silent as string[]);
      break;
    }
    case 'replace': {
      const { watchers } = ledger.machine.membership();
      const { id = '', publicKey = '' } = watchers[given.watcher % watchers.length] ?? {};
      const fresh = hash('sha256', `${publicKey} ${given.key}`);
      ledger.change({ type: 'replace', id, watcher: { publicKey: fresh, address: '' } });
      ledger.keys.set(id, fresh);
      break;
    }
    case 'crash':
      ledger.machine = given.snapshot ? ledger.restored() : ledger.refolded();
      break;
  }
}

/** Each incident tells a receiver firing at most once, and resolved exactly once when it is over, never before. */
function checkPairing(ledger: TestLedger): void {
  const intents = bodies(ledger.entries, 'action-intended');
  expect(new Set(intents.map(({ id }) => id)).size).toBe(intents.length);
  const last = new Map<string, Incident>();
  for (const incident of bodies(ledger.entries, 'incident')) last.set(incident.id, incident);
  const said = new Map<string, string[]>();
  for (const { notification } of intents) {
    if (!notification) continue;
    const key = `${notification.incident.id} ${notification.receiver}`;
    said.set(key, [...(said.get(key) ?? []), notification.message]);
  }
  const expected = new Map<string, string[]>();
  for (const { id, told, status } of last.values()) {
    for (const receiver of told)
      expected.set(`${id} ${receiver}`, status === 'resolved' ? ['firing', 'resolved'] : ['firing']);
  }
  expect(said).toEqual(expected);
}

/** A verdict is what the last transition said; each transition starts where the one before ended. */
function checkVerdicts(ledger: TestLedger): void {
  const now = new Map<string, Transition>();
  for (const { kind, body } of ledger.entries) {
    if (kind === 'configuration') {
      const { watch } = (body as { document: { watch: Check[] } }).document;
      for (const name of now.keys()) if (!watch.some((check) => check.name === name)) now.delete(name);
    } else if (kind === 'transition') {
      const transition = body as Transition;
      const before = now.get(transition.check);
      expect(transition.from).toBe(before?.to ?? 'unknown');
      expect(transition.since).toBeGreaterThanOrEqual(before?.since ?? 0);
      now.set(transition.check, transition);
    }
  }
  for (const view of ledger.machine.view(ledger.now).checks()) {
    expect(view.verdict).toBe(now.get(view.check.name)?.to ?? 'unknown');
  }
}

/**
 * What one request may not do: open an incident in maintenance or behind an outage that explains it, tell anybody new
 * then or while the check flaps, end an incident while it flaps, leave one open that nothing can end.
 */
function checkQuiet(ledger: TestLedger, from: number): void {
  const view = ledger.machine.view(ledger.now);
  const fresh = ledger.entries.slice(from);
  const at = fresh[0]?.time ?? ledger.now;
  const earlier = new Set(bodies(ledger.entries.slice(0, from), 'incident').map(({ id }) => id));
  const loud = (name: string) => {
    const check = ledger.machine.view(at).check(name);
    expect(check).not.toHaveProperty('maintenance');
    expect(check).not.toHaveProperty('suppressedBy');
  };
  for (const { id, check } of bodies(fresh, 'incident')) if (!earlier.has(id)) loud(check);
  for (const { notification } of bodies(fresh, 'action-intended')) {
    if (!notification) continue;
    const { incident, message, transition } = notification;
    const byThemselves = ['resolved-by-hand', 'disabled', 'check-removed'].includes(transition.reason?.code ?? '');
    if (message === 'firing') loud(incident.check);
    if (!byThemselves) expect(view.check(incident.check)?.flapping).toBe(false);
  }
  for (const { check, id } of ledger.openIncidents()) {
    expect(view.check(check)).toMatchObject({ incident: id, check: { disabled: false } });
  }
}

function checkRebuilt(ledger: TestLedger): void {
  const live = ledger.machine.snapshot();
  expect(Buffer.compare(ledger.refolded().snapshot(), live)).toBe(0);
  expect(Buffer.compare(ledger.restored().snapshot(), live)).toBe(0);
}

function everyoneSays(ledger: TestLedger, members: readonly string[], said: OpinionState): void {
  for (const watcher of members) {
    const opinions = base.map(({ name }) => testOpinion(name, said, ledger.now, watcher));
    ledger.send({ kind: 'observe', opinions });
  }
  for (let minutes = 0; minutes < 60; minutes++) ledger.pass(60_000);
}

test.each([[['w1']], [['w1', 'w2', 'w3', 'w4']]])('any history, members %j', (members) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const ledger = new TestLedger(members);
      ledger.configure(base);
      for (const each of commands) {
        const from = ledger.entries.length;
        play(ledger, each, members);
        if (each.do !== 'burst') checkQuiet(ledger, from);
      }
      checkPairing(ledger);
      checkVerdicts(ledger);
      checkRebuilt(ledger);

      // When all is well and calm again, nothing is left open.
      ledger.configure(base);
      ledger.miss(members, []);
      everyoneSays(ledger, members, 'up');
      expect(ledger.openIncidents()).toEqual([]);
      checkPairing(ledger);

      // When all is down, whoever should know does, and what is behind the gateway stays quiet.
      everyoneSays(ledger, members, 'down');
      const open = ledger.openIncidents().sort((a, b) => (a.check < b.check ? -1 : 1));
      expect(open).toMatchObject([
        { check: 'gateway', told: ['ops', 'boss'] },
        { check: 'link', told: ['ops'] },
        { check: 'site', told: ['ops'] },
      ]);
      checkPairing(ledger);
      checkRebuilt(ledger);
    }),
    { numRuns: 60 },
  );
});

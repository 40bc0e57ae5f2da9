import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canonicalJson,
  escalationsSchema,
  quietHoursSection,
  rotasSchema,
  routesSchema,
  type Check,
  type Configuration,
  type Incident,
  type LedgerRequest,
  type MaintenanceWindow,
  type NotificationBody,
  type OpinionState,
} from '../../../model/index.ts';
import { bodies, notify, testCheck, TestLedger, testOpinion } from '../machine.fixture.ts';

/** Random histories over changing routes: whatever happens, in whatever order, these hold. */

const names = ['switch', 'host', 'web', 'mail', 'far'] as const;
const watch: readonly Check[] = [
  testCheck('switch', { labels: { site: 'east' } }),
  testCheck('host', { labels: { site: 'east' }, 'depends-on': ['switch'], down: [notify('ops')] }),
  testCheck('web', { labels: { site: 'east', severity: 'critical' }, degraded: [notify('ops')] }),
  testCheck('mail', { labels: { site: 'west' }, down: [{ kind: 'notify', receivers: ['boss'], delayMs: 60_000 }] }),
  testCheck('far', { labels: { site: 'west' }, 'ignore-initial-down': true, down: [notify('climb')] }),
];
const intervalMs = 300_000;
const notices = { notify: { ops: {}, boss: {}, anna: {}, ben: {} } };
const people = {
  ...notices,
  rotas: rotasSchema.parse([
    { name: 'turns', receivers: ['anna', 'ben'], from: '1970-01-01T00:00', every: '1h' },
    { name: 'office', receivers: ['ops'], from: '1970-01-01T00:00', times: [{ from: '01:00', to: '04:00' }] },
  ]),
  escalations: escalationsSchema.parse([
    {
      name: 'climb',
      steps: [{ notify: ['turns', 'office'] }, { after: '5m', notify: ['boss'] }, { after: '5m', notify: ['turns'] }],
      repeat: 2,
    },
  ]),
  'quiet-hours': quietHoursSection.parse([{ name: 'night', times: [{ from: '02:00', to: '03:00' }] }]),
};
const routes = (given: unknown) => ({ routes: routesSchema.parse(given) as Configuration['routes'] });
const works: MaintenanceWindow[] = [
  { name: 'works', select: 'site=west', cron: { at: '*/7 * * * *', for: 180_000 }, 'time-zone': 'UTC' },
];
const variants: readonly (() => [readonly Check[], Partial<Configuration>])[] = [
  () => [
    watch,
    {
      ...people,
      ...routes([
        { match: 'severity=critical', notify: ['climb'], continue: true },
        { notify: ['ops'], 'group-by': ['site'], 'group-wait': '30s', 'repeat-interval': '10m' },
      ]),
    },
  ],
  () => [
    watch,
    {
      ...people,
      ...routes([
        {
          notify: ['turns'],
          'group-by': [],
          'group-wait': '1m',
          'quiet-hours': ['night'],
          routes: [{ match: 'site=west', notify: ['climb', 'ops'], 'repeat-interval': '20m' }],
        },
      ]),
      maintenance: works,
    },
  ],
  () => [watch, { ...people, maintenance: works }],
  () => [
    watch.filter(({ name }) => name !== 'web' && name !== 'far'),
    { ...people, ...routes([{ notify: ['ops', 'boss'] }]) },
  ],
  () => [
    watch.map((check) => (check.name === 'switch' ? { ...check, disabled: true } : check)),
    { ...people, ...routes([{ notify: ['ops'], 'group-by': ['check'] }]) },
  ],
];

function configure(ledger: TestLedger, variant: number): void {
  const [checks, given] = variants[variant]?.() ?? [watch, people];
  ledger.configure(checks, given);
}

type Command =
  | { do: 'say'; watcher: number; check: number; state: OpinionState }
  | { do: 'all'; state: OpinionState; checks: readonly number[] }
  | { do: 'pass'; ms: number }
  | { do: 'configure'; variant: number }
  | { do: 'people'; what: 'acknowledge' | 'dismiss' | 'assign' | 'snooze' | 'override'; pick: number }
  | { do: 'miss'; silent: readonly number[] }
  | { do: 'crash'; snapshot: boolean };

const state = fc.constantFrom<OpinionState>('up', 'down', 'down', 'degraded', 'unknown');
const check = fc.nat(names.length - 1);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('say' as const), watcher: fc.nat(3), check, state }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('all' as const),
      state,
      checks: fc.uniqueArray(check, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1000, 30_000, 60_000, 300_000, 299_000, 1_800_000, 7_200_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('configure' as const), variant: fc.nat(variants.length - 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('people' as const),
      what: fc.constantFrom(
        'acknowledge' as const,
        'dismiss' as const,
        'assign' as const,
        'snooze' as const,
        'override' as const,
      ),
      pick: fc.nat(20),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('miss' as const), silent: fc.constantFrom([], [0], [1], [0, 1]) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), snapshot: fc.boolean() }) },
);

function play(ledger: TestLedger, given: Command, members: readonly string[]): void {
  switch (given.do) {
    case 'say':
      ledger.say(names[given.check] ?? '', given.state, members[given.watcher % members.length]);
      break;
    case 'all':
      for (const watcher of members) {
        const opinions = given.checks.map((one) => testOpinion(names[one] ?? '', given.state, ledger.now, watcher));
        const from = ledger.entries.length;
        ledger.send({ kind: 'observe', opinions });
        checkQuiet(ledger, from);
      }
      break;
    case 'pass': {
      const due = ledger.machine.isDue(ledger.now + given.ms);
      expect(ledger.pass(given.ms).length > 0).toBe(due);
      break;
    }
    case 'configure':
      configure(ledger, given.variant);
      break;
    case 'people': {
      const open = ledger.openIncidents();
      const incident = open[given.pick % Math.max(1, open.length)]?.id;
      const request = askedBy(given, incident, ledger.now);
      if (request) ledger.send(request);
      break;
    }
    case 'miss': {
      const silent = given.silent.flatMap((one) => members[one] ?? []);
      for (const member of members) {
        const from = ledger.entries.length;
        const others = silent.filter((one) => one !== member);
        ledger.miss([member], others);
        checkQuiet(ledger, from);
      }
      break;
    }
    case 'crash':
      ledger.machine = given.snapshot ? ledger.restored() : ledger.refolded();
      break;
  }
}

function askedBy(
  { what, pick }: Command & { do: 'people' },
  incident: string | undefined,
  now: number,
): LedgerRequest | undefined {
  const by = 'eve';
  const until = now + (pick + 1) * 60_000;
  if (what === 'override') {
    return { kind: 'on-call-override', rota: 'turns', receiver: 'boss', from: now, to: until, by };
  }
  if (incident === undefined) return undefined;
  if (what === 'acknowledge') return { kind: 'incident-acknowledge', incident, by };
  if (what === 'dismiss') return { kind: 'incident-status', incident, by, status: 'resolved', text: '' };
  if (what === 'snooze') return { kind: 'snooze', scope: { incident }, until, by, comment: '' };
  return { kind: 'incident-assign', incident, by, to: ['ops', 'ben', 'nobody known'][pick % 3] ?? '' };
}

interface Sent {
  at: number;
  body: NotificationBody;
  incidents: readonly string[];
}

function sent(ledger: TestLedger): Sent[] {
  return ledger.entries.flatMap(({ kind, time, body }) => {
    const { notification } = (kind === 'action-intended' ? body : {}) as { notification?: NotificationBody };
    if (!notification) return [];
    const { incident, others = [] } = notification;
    return [{ at: time, body: notification, incidents: [incident.id, ...others.map(({ id }) => id)] }];
  });
}

/** Who was told anything of an incident is told its end once, behind all else; nobody else is. */
function checkPairing(ledger: TestLedger): void {
  const ids = bodies(ledger.entries, 'action-intended').map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const last = new Map<string, Incident>();
  for (const incident of bodies(ledger.entries, 'incident')) last.set(incident.id, incident);
  const said = new Map<string, string[]>();
  for (const { body, incidents } of sent(ledger)) {
    for (const id of incidents) {
      const key = `${id} ${body.receiver}`;
      said.set(key, [...(said.get(key) ?? []), body.message]);
    }
  }
  for (const { id, told, status, owed } of last.values()) {
    for (const receiver of told) {
      const messages = said.get(`${id} ${receiver}`) ?? [];
      said.delete(`${id} ${receiver}`);
      const ended = status === 'resolved' && owed?.receivers.includes(receiver) !== true;
      expect(messages.filter((message) => message === 'resolved')).toHaveLength(ended ? 1 : 0);
      expect(messages[0]).not.toBe('resolved');
      if (ended) expect(messages.at(-1)).toBe('resolved');
      expect(messages.filter((message) => message === 'firing').length).toBeLessThanOrEqual(1);
    }
  }
  expect([...said.keys()]).toEqual([]);
}

/**
 * A group is told beginnings and reminders at most once in each interval, and ends too, but for those that go before a
 * message about the same check.
 */
function checkIntervals(ledger: TestLedger): void {
  const last = new Map<string, number>();
  const all = sent(ledger);
  for (const [index, { at, body }] of all.entries()) {
    if (!body.group || body.message === 'escalated' || body.message === 'assigned') continue;
    const key = canonicalJson([body.receiver, body.group, body.message === 'resolved']);
    const isHurried = all.slice(index + 1).some((next) => next.at === at && isAboutSameCheck(body, next.body));
    if (!isHurried) expect(at - (last.get(key) ?? -Infinity)).toBeGreaterThanOrEqual(intervalMs);
    last.set(key, at);
  }
}

function isAboutSameCheck(a: NotificationBody, b: NotificationBody): boolean {
  const checks = new Set([a.incident, ...(a.others ?? [])].map(({ check }) => check));
  const isBeginning = a.message === 'resolved' && b.message !== 'resolved' && a.receiver === b.receiver;
  return isBeginning && [b.incident, ...(b.others ?? [])].some(({ check }) => checks.has(check));
}

/** Of one check, nobody hears of another incident before they have heard the end of the last one they knew. */
function checkOrder(ledger: TestLedger): void {
  const known = new Map<string, string>();
  for (const { body } of sent(ledger)) {
    for (const { id, check } of [body.incident, ...(body.others ?? [])]) {
      const key = canonicalJson([body.receiver, check]);
      expect(known.get(key) ?? id).toBe(id);
      if (body.message === 'resolved') known.delete(key);
      else known.set(key, id);
    }
  }
}

/** Once somebody takes care, nobody is reminded and nothing escalates. */
function checkAcknowledged(ledger: TestLedger): void {
  const cared = new Set<string>();
  for (const { kind, body } of ledger.entries) {
    if (kind === 'incident' && (body as Incident).acknowledged) cared.add((body as Incident).id);
    const { notification } = (kind === 'action-intended' ? body : {}) as { notification?: NotificationBody };
    if (notification?.message !== 'reminder' && notification?.message !== 'escalated') continue;
    const { incident, others = [] } = notification;
    for (const { id } of [incident, ...others]) expect(cared.has(id)).toBe(false);
  }
}

/** What one request may not do: tell a beginning in maintenance, while snoozed, or behind an outage that explains it. */
function checkQuiet(ledger: TestLedger, from: number): void {
  for (const entry of ledger.entries.slice(from)) {
    const { notification } = (entry.kind === 'action-intended' ? entry.body : {}) as {
      notification?: NotificationBody;
    };
    if (!notification || notification.message === 'resolved' || notification.message === 'assigned') continue;
    const view = ledger.machine.view(entry.time);
    for (const { id } of [notification.incident, ...(notification.others ?? [])]) {
      const loud = view.check(ledger.incidents().find((one) => one.id === id)?.check ?? '');
      expect(loud).toMatchObject({ flapping: false, incident: id });
      for (const reason of ['maintenance', 'snooze', 'suppressedBy']) expect(loud).not.toHaveProperty(reason);
    }
  }
}

function checkRebuilt(ledger: TestLedger): void {
  const live = ledger.machine.snapshot();
  expect(Buffer.compare(ledger.refolded().snapshot(), live)).toBe(0);
  expect(Buffer.compare(ledger.restored().snapshot(), live)).toBe(0);
}

test.each([[['w1']], [['w1', 'w2', 'w3', 'w4']]])('any history of routes, members %j', (members) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 50 }), (commands) => {
      const ledger = new TestLedger(members);
      configure(ledger, 0);
      for (const each of commands) {
        const from = ledger.entries.length;
        play(ledger, each, members);
        if (each.do !== 'all' && each.do !== 'miss') checkQuiet(ledger, from);
      }
      checkPairing(ledger);
      checkIntervals(ledger);
      checkOrder(ledger);
      checkAcknowledged(ledger);
      checkRebuilt(ledger);

      // When all is well, calm and past every quiet hour, nothing is open and nobody waits to hear of an end.
      configure(ledger, 1);
      ledger.miss(members, []);
      for (const watcher of members) {
        ledger.send({ kind: 'observe', opinions: names.map((name) => testOpinion(name, 'up', ledger.now, watcher)) });
      }
      for (let minutes = 0; minutes < 180; minutes++) ledger.pass(60_000);
      expect(ledger.openIncidents()).toEqual([]);
      for (const incident of ledger.incidents()) expect(incident).not.toHaveProperty('owed');
      checkPairing(ledger);
      checkIntervals(ledger);
      checkRebuilt(ledger);
    }),
    { numRuns: 100 },
  );
});

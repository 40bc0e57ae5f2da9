import { expect, test } from 'vitest';
import {
  alertsSchema,
  escalationsSchema,
  quietHoursSection,
  rotasSchema,
  routesSchema,
  type Check,
  type Configuration,
  type Incident,
  type OpinionState,
} from '../../../model/index.ts';
import type { LedgerEntry } from '../../record/entry.ts';
import { bodies, notify, testCheck, TestLedger } from '../machine.fixture.ts';

const receivers = { ops: {}, boss: {}, anna: {}, ben: {}, cho: {} };

function routed(given: { routes?: unknown; rotas?: unknown; escalations?: unknown; quiet?: unknown }) {
  return {
    notify: receivers,
    routes: routesSchema.parse(given.routes ?? []) as Configuration['routes'],
    rotas: rotasSchema.parse(given.rotas ?? []),
    escalations: escalationsSchema.parse(given.escalations ?? []),
    'quiet-hours': quietHoursSection.parse(given.quiet ?? []),
  };
}

function setUp(
  given: Parameters<typeof routed>[0],
  watch: readonly Check[] = ['a', 'b', 'c'].map((name) => testCheck(name)),
) {
  const ledger = new TestLedger();
  ledger.configure(watch, routed(given));
  for (const { name } of watch) ledger.say(name, 'up');
  let from = ledger.entries.length;
  return {
    ledger,
    say: (state: OpinionState, ...names: string[]) => {
      for (const name of names) ledger.say(name, state);
    },
    /** Seconds pass, with a tick after each of them. */
    pass: (seconds: number) => {
      for (let second = 0; second < seconds; second++) ledger.pass(1000);
    },
    /** Messages since the last question: `firing ops a+b`. */
    news: () => {
      const fresh = texts(ledger.entries.slice(from));
      from = ledger.entries.length;
      return fresh;
    },
  };
}

function texts(entries: readonly LedgerEntry[]): string[] {
  return bodies(entries, 'action-intended').flatMap(({ notification }) => {
    if (!notification) return [];
    const { message, receiver, incident, others = [] } = notification;
    return [`${message} ${receiver} ${[incident, ...others].map(({ check }) => check).join('+')}`];
  });
}

const ofSite = { notify: ['ops'], 'group-by': ['site'], 'group-wait': '30s', 'group-interval': '5m' };

test('incidents of a group share a message after the wait; later ones have the next after the interval', () => {
  const { say, pass, news } = setUp({ routes: [ofSite] });
  say('down', 'a');
  pass(20);
  say('down', 'b');
  expect(news()).toEqual([]);
  pass(10);
  expect(news()).toEqual(['firing ops a+b']);
  say('down', 'c');
  pass(200);
  expect(news()).toEqual([]);
  pass(100);
  expect(news()).toEqual(['firing ops c']);
  say('up', 'a', 'b', 'c');
  expect(news()).toEqual([]);
  pass(30);
  expect(news()).toEqual(['resolved ops a+b+c']);
});

test('what differs in the labels of the group has messages of its own', () => {
  const watch = ['a', 'b', 'c'].map((name) => testCheck(name, { labels: { rack: name === 'c' ? '2' : '1' } }));
  const { say, pass, news } = setUp(
    { routes: [{ notify: ['ops'], 'group-by': ['rack'], 'group-wait': '10s' }] },
    watch,
  );
  say('down', 'a', 'b', 'c');
  pass(10);
  expect(news()).toEqual(['firing ops a+b', 'firing ops c']);
});

test('what ends while its message waits is told to nobody', () => {
  const { ledger, say, pass, news } = setUp({ routes: [ofSite] });
  say('down', 'a');
  pass(20);
  say('up', 'a');
  pass(400);
  expect(news()).toEqual([]);
  expect(ledger.incidents()).toMatchObject([{ check: 'a', status: 'resolved', told: [] }]);
});

test('without group-by each incident is told by itself, and at once', () => {
  const { say, news } = setUp({ routes: [{ notify: ['ops'] }] });
  say('down', 'a');
  expect(news()).toEqual(['firing ops a']);
  say('down', 'b');
  expect(news()).toEqual(['firing ops b']);
  say('up', 'a');
  expect(news()).toEqual(['resolved ops a']);
});

test('a group whose wait is over takes along what waits for its interval, in the very request', () => {
  const { ledger, say, pass, news } = setUp({ routes: [{ ...ofSite, 'group-wait': '0s', 'group-interval': '1m' }] });
  say('down', 'a');
  expect(news()).toEqual(['firing ops a']);
  pass(30);
  say('down', 'b');
  pass(29);
  expect(news()).toEqual([]);
  // The interval ends between two ticks.
  ledger.now += 1000;
  say('down', 'c');
  expect(news()).toEqual(['firing ops b+c']);
});

test('the end is told although the route that told the beginning is gone, or the check is', () => {
  for (const change of ['route', 'check', 'disabled'] as const) {
    const { ledger, say, pass, news } = setUp({ routes: [ofSite] });
    say('down', 'a', 'b');
    pass(30);
    expect(news()).toEqual(['firing ops a+b']);
    if (change === 'route') {
      ledger.configure(
        ['a', 'b', 'c'].map((name) => testCheck(name)),
        routed({}),
      );
      say('up', 'a', 'b');
      expect(news()).toEqual(['resolved ops a']);
      pass(300);
      expect(news()).toEqual(['resolved ops b']);
    } else {
      const rest = change === 'check' ? [] : [testCheck('a', { disabled: true }), testCheck('b', { disabled: true })];
      ledger.configure(rest, routed({ routes: [ofSite] }));
      expect(news()).toEqual(['resolved ops a+b']);
    }
    pass(600);
    expect(news()).toEqual([]);
  }
});

test('before somebody hears of a check again, they hear the end of what they know of it', () => {
  const { say, pass, news } = setUp({ routes: [ofSite] });
  say('down', 'a', 'b');
  pass(300);
  say('up', 'b');
  pass(30);
  expect(news()).toEqual(['firing ops a+b', 'resolved ops b']);
  say('up', 'a');
  pass(10);
  say('down', 'a');
  pass(29);
  expect(news()).toEqual([]);
  pass(1);
  expect(news()).toEqual(['resolved ops a', 'firing ops a']);
});

test('an end that waits for its group survives a restart, says how it ended, and is told although the check is gone', () => {
  const { ledger, say, pass, news } = setUp({ routes: [ofSite] });
  say('down', 'a', 'b');
  pass(30);
  news();
  say('up', 'a');
  pass(10);
  ledger.machine = ledger.restored();
  // The check is down again by the time at which its first end is told.
  say('down', 'a');
  pass(20);
  expect(news()).toEqual(['resolved ops a']);
  const last = bodies(ledger.entries, 'action-intended').at(-1)?.notification;
  expect(last?.transition).toMatchObject({ from: 'down', to: 'up' });
  expect(ledger.incidents().find(({ id }) => id === '1')).not.toHaveProperty('owed');
  ledger.configure([], routed({ routes: [ofSite] }));
  pass(300);
  expect(news()).toEqual(['resolved ops b']);
});

const climb = {
  escalations: [
    {
      name: 'night',
      steps: [{ notify: ['ops'] }, { after: '10m', notify: ['boss'] }, { after: '15m', notify: ['ops', 'cho'] }],
      repeat: 1,
    },
  ],
  routes: [{ notify: ['night'] }],
};

test('an escalation goes from step to step, begins again, and ends; everybody is told the end', () => {
  const { ledger, say, pass, news } = setUp(climb);
  say('down', 'a');
  expect(news()).toEqual(['firing ops a']);
  pass(599);
  expect(news()).toEqual([]);
  pass(1);
  expect(news()).toEqual(['escalated boss a']);
  pass(300);
  expect(news()).toEqual(['escalated ops a', 'escalated cho a']);
  // The second round begins five minutes after the last step of the first.
  pass(300);
  expect(news()).toEqual(['escalated ops a']);
  pass(900);
  expect(news()).toEqual(['escalated boss a', 'escalated ops a', 'escalated cho a']);
  pass(3600);
  expect(news()).toEqual([]);
  expect(ledger.openIncidents()[0]?.updates.filter(({ kind }) => kind === 'escalated')).toHaveLength(5);
  say('up', 'a');
  expect(news()).toEqual(['resolved ops a', 'resolved boss a', 'resolved cho a']);
});

test('whom two steps at one time would tell is told once', () => {
  const steps = [{ notify: ['ops'] }, { after: '5m', notify: ['boss', 'ops'] }, { after: '5m', notify: ['boss'] }];
  const { say, pass, news } = setUp({ escalations: [{ name: 'night', steps }], routes: [{ notify: ['night'] }] });
  say('down', 'a');
  pass(600);
  expect(news()).toEqual(['firing ops a', 'escalated boss a', 'escalated ops a']);
});

test('acknowledging stops escalation and reminders', () => {
  const { ledger, say, pass, news } = setUp({ ...climb, routes: [{ notify: ['night'], 'repeat-interval': '5m' }] });
  say('down', 'a');
  pass(300);
  expect(news()).toEqual(['firing ops a', 'reminder ops a']);
  ledger.send({ kind: 'incident-acknowledge', incident: '1', by: 'eve' });
  pass(7200);
  expect(news()).toEqual([]);
  say('up', 'a');
  expect(news()).toEqual(['resolved ops a']);
});

test('after a jump of the clock whoever was told last still has all of his time', () => {
  const { ledger, say, pass, news } = setUp(climb);
  say('down', 'a');
  news();
  ledger.pass(36_000_000);
  expect(news()).toEqual(['escalated boss a']);
  pass(299);
  expect(news()).toEqual([]);
  pass(1);
  expect(news()).toEqual(['escalated ops a', 'escalated cho a']);
});

test('a first step for which nobody is on call is passed over; whoever comes on call is told then', () => {
  const rotas = [
    { name: 'day', receivers: ['anna'], from: '1970-01-01T00:00', times: [{ from: '01:00', to: '02:00' }] },
  ];
  const { ledger, say, pass, news } = setUp({
    rotas,
    escalations: [{ name: 'all', steps: [{ notify: ['day'] }, { after: '1m', notify: ['boss'] }] }],
    routes: [{ notify: ['all'] }],
  });
  expect(new Date(ledger.now).toISOString()).toMatch(/T00:16/);
  say('down', 'a');
  pass(61);
  expect(news()).toEqual(['escalated boss a']);
  ledger.pass(3_600_000);
  expect(news()).toEqual(['firing anna a']);
  say('up', 'a');
  expect(news()).toEqual(['resolved boss a', 'resolved anna a']);
});

const turns = { rotas: [{ name: 'watch', receivers: ['anna', 'ben'], from: '1970-01-01T00:00', every: '1h' }] };

test('whose turn it is hears of it; a change of turns tells nobody, a reminder goes to whoever is on call then', () => {
  const { ledger, say, pass, news } = setUp({ ...turns, routes: [{ notify: ['watch'], 'repeat-interval': '2h' }] });
  say('down', 'a');
  expect(news()).toEqual(['firing anna a']);
  ledger.pass(3_600_000);
  pass(10);
  expect(news()).toEqual([]);
  say('down', 'b');
  expect(news()).toEqual(['firing ben b']);
  ledger.pass(2 * 3_600_000);
  // Ben has the fourth hour too.
  expect(news()).toEqual(['firing ben a', 'reminder ben b']);
  say('up', 'a', 'b');
  expect(news()).toEqual(['resolved anna a', 'resolved ben a', 'resolved ben b']);
});

test('an override is ordered, counts while it lasts, and can be taken back', () => {
  const { ledger, say, news } = setUp({ ...turns, routes: [{ notify: ['watch'] }] });
  const ask = (given: object) =>
    ledger.send({
      kind: 'on-call-override',
      rota: 'watch',
      receiver: 'cho',
      from: 0,
      to: ledger.now + 60_000,
      by: 'eve',
      ...given,
    });
  expect(() => ask({ rota: 'watc' })).toThrow('no rota');
  expect(() => ask({ receiver: 'nobody' })).toThrow('no receiver');
  expect(() => ask({ to: ledger.now })).toThrow('over already');
  expect(() => ask({ to: ledger.now + 400 * 86_400_000 })).toThrow('366 days');
  expect(ask({})).toHaveLength(2);
  expect(ask({})).toEqual([]);
  say('down', 'a');
  const [override] = ledger.machine.view(ledger.now).overrides;
  expect(override).toMatchObject({ rota: 'watch', receiver: 'cho' });
  ledger.machine = ledger.restored();
  ledger.send({ kind: 'on-call-override-end', override: override?.id ?? '', by: 'eve' });
  expect(() => ledger.send({ kind: 'on-call-override-end', override: override?.id ?? '', by: 'eve' })).toThrow(
    'no override',
  );
  say('down', 'b');
  expect(news()).toEqual(['firing cho a', 'firing anna b']);
  expect(Buffer.compare(ledger.refolded().snapshot(), ledger.machine.snapshot())).toBe(0);
});

test('an override for a receiver that is no longer configured does not count', () => {
  const { ledger, say, news } = setUp({ ...turns, routes: [{ notify: ['watch'] }] });
  ledger.send({
    kind: 'on-call-override',
    rota: 'watch',
    receiver: 'cho',
    from: 0,
    to: ledger.now + 60_000,
    by: 'eve',
  });
  const { cho: _gone, ...rest } = receivers;
  ledger.configure([testCheck('a')], { ...routed({ ...turns, routes: [{ notify: ['watch'] }] }), notify: rest });
  say('down', 'a');
  expect(news()).toEqual(['firing anna a']);
});

// The tests begin at 00:16 UTC.
const night = { quiet: [{ name: 'night', times: [{ from: '00:00', to: '00:30' }], 'except-severity': 'critical' }] };

test('in quiet hours what is not urgent waits for their end, and if it ends before, nobody hears of it', () => {
  const watch = ['a', 'b', 'c'].map((name) =>
    testCheck(name, { labels: name === 'c' ? { severity: 'critical' } : {} }),
  );
  const { ledger, say, pass, news } = setUp(
    { ...night, routes: [{ notify: ['ops'], 'quiet-hours': ['night'] }] },
    watch,
  );
  say('down', 'a', 'b', 'c');
  expect(news()).toEqual(['firing ops c']);
  expect(ledger.openIncidents().map(({ check, severity }) => [check, severity])).toEqual([
    ['c', 'critical'],
    ['b', undefined],
    ['a', undefined],
  ]);
  say('up', 'a', 'c');
  expect(news()).toEqual(['resolved ops c']);
  pass(60);
  expect(news()).toEqual([]);
  ledger.pass(900_000);
  expect(news()).toEqual(['firing ops b']);
});

test('an end that comes in quiet hours waits for theirs', () => {
  const { ledger, say, news } = setUp({
    quiet: [{ name: 'late', times: [{ from: '00:30', to: '01:00' }] }],
    routes: [{ notify: ['ops'], 'quiet-hours': ['late'] }],
  });
  say('down', 'a');
  expect(news()).toEqual(['firing ops a']);
  ledger.pass(900_000);
  say('up', 'a');
  expect(news()).toEqual([]);
  ledger.machine = ledger.restored();
  ledger.pass(1_800_000);
  expect(news()).toEqual(['resolved ops a']);
});

test.each(['maintenance', 'snooze'] as const)(
  'in %s nobody is reminded and nothing escalates; after it all goes on',
  (what) => {
    const given = { ...climb, routes: [{ notify: ['night'], 'repeat-interval': '9m' }] };
    const { ledger, say, pass, news } = setUp(given);
    say('down', 'a');
    const minutes = new Date(ledger.now).getUTCMinutes();
    if (what === 'snooze') {
      const until = ledger.now + 1_800_000;
      ledger.send({ kind: 'snooze', scope: { check: 'a' }, until, by: 'eve', comment: '' });
    } else {
      const cron = { at: `${minutes} * * * *`, for: 1_800_000 };
      const maintenance = [{ name: 'works', cron, 'time-zone': 'UTC' }];
      ledger.configure(
        ['a', 'b', 'c'].map((name) => testCheck(name)),
        { ...routed(given), maintenance },
      );
    }
    expect(news()).toEqual(['firing ops a']);
    pass(1700);
    expect(news()).toEqual([]);
    pass(120);
    expect(news()).toEqual(['escalated boss a', 'reminder ops a']);
    say('up', 'a');
    expect(news()).toEqual(['resolved ops a', 'resolved boss a']);
  },
);

test('whom an incident is given to is told so, maintenance or not, and told the end', () => {
  const { ledger, say, pass, news } = setUp({});
  say('down', 'a');
  ledger.configure(
    ['a', 'b', 'c'].map((name) => testCheck(name)),
    { ...routed({}), maintenance: [{ name: 'works', cron: { at: '* * * * *', for: 3_600_000 }, 'time-zone': 'UTC' }] },
  );
  ledger.send({ kind: 'incident-assign', incident: '1', by: 'eve', to: 'ben' });
  pass(1);
  expect(news()).toEqual(['assigned ben a']);
  ledger.send({ kind: 'incident-assign', incident: '1', by: 'eve', to: 'somebody without a channel' });
  pass(60);
  expect(news()).toEqual([]);
  say('up', 'a');
  expect(news()).toEqual(['resolved ben a']);
});

test('a check and a route that name the same receiver tell it once', () => {
  const watch = [testCheck('a', { down: [notify('ops'), { kind: 'notify', receivers: ['boss'], delayMs: 60_000 }] })];
  const { say, pass, news } = setUp(
    { routes: [{ notify: ['boss', 'ops'], 'group-by': [], 'group-wait': '30s' }] },
    watch,
  );
  say('down', 'a');
  expect(news()).toEqual(['firing ops a']);
  pass(120);
  expect(news()).toEqual(['firing boss a']);
});

test('a hundred dependants of one dead switch are one incident and one message', () => {
  const names = Array.from({ length: 100 }, (_, index) => `host-${index}`);
  const watch = [testCheck('switch'), ...names.map((name) => testCheck(name, { 'depends-on': ['switch'] }))];
  const { ledger, say, pass, news } = setUp({ routes: [ofSite] }, watch);
  // Half of them are found dead before the switch is.
  say('down', ...names.slice(0, 50));
  say('down', 'switch');
  say('down', ...names.slice(50));
  pass(600);
  expect(news()).toEqual(['firing ops switch']);
  const open = ledger.openIncidents().find(({ check }) => check === 'switch');
  expect(open?.affected).toHaveLength(100);
});

test('receivers that an older version told are told the end, and reminded where routes say so', () => {
  const { ledger, say, news } = setUp({}, [testCheck('a', { down: [notify('ops')] })]);
  say('down', 'a');
  for (const entry of ledger.entries) {
    if (entry.kind === 'incident') delete (entry.body as Partial<Incident>).notices;
  }
  ledger.machine = ledger.refolded();
  ledger.configure(
    [testCheck('a', { down: [notify('ops')] })],
    routed({ routes: [{ notify: ['ops'], 'repeat-interval': '1h' }] }),
  );
  ledger.pass(3_600_000);
  say('up', 'a');
  expect(news()).toEqual(['firing ops a', 'reminder ops a', 'resolved ops a']);
});

const policy = alertsSchema.parse([
  {
    name: 'slow',
    conditions: [{ threshold: { metric: 'check.latency', above: 1 } }],
    'incident-per': 'policy',
    renotify: '1h',
    severity: 'warning',
    notify: ['boss'],
    labels: { team: 'web' },
  },
]);

test('a policy is routed by its labels and severity, and tells everybody again as often as it says', () => {
  const routes = [{ match: 'team=web,severity=warning,policy=slow', notify: ['watch'], 'quiet-hours': ['late'] }];
  const quiet = [{ name: 'late', times: [{ from: '02:00', to: '03:30' }] }];
  const { ledger, say, news } = setUp({}, []);
  ledger.configure([], { ...routed({ ...turns, routes, quiet }), alerts: policy });
  news();
  say('down', 'slow');
  expect(news()).toEqual(['firing boss slow', 'firing anna slow']);
  ledger.pass(3_600_000);
  expect(news()).toEqual(['reminder boss slow', 'firing ben slow']);
  // Quarter past two: whoever is told by the route has quiet hours.
  ledger.pass(3_600_000);
  expect(news()).toEqual(['reminder boss slow']);
  say('up', 'slow');
  expect(news()).toEqual(['resolved boss slow']);
  ledger.pass(4_500_000);
  expect(news()).toEqual(['resolved anna slow', 'resolved ben slow']);
});

test('one incident tells at most a hundred receivers, and each of them the end; it stays small', () => {
  const many = Array.from({ length: 120 }, (_, index) => `${index}`.padEnd(100, '한'));
  const labels = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`l${index}`, '한'.repeat(200)]));
  const route = { notify: ['night'], 'group-by': Object.keys(labels) };
  const rotas = [{ name: 'night', receivers: ['anna'], from: '1970-01-01T00:00' }];
  const watch = [testCheck('a', { labels, down: [notify(...many)] })];
  const { ledger, say, pass, news } = setUp({ rotas, routes: [{ ...route, notify: ['night', 'ops'] }] }, watch);
  say('down', 'a');
  pass(2);
  expect(news()).toHaveLength(100);
  const size = Buffer.byteLength(JSON.stringify(ledger.openIncidents()[0]));
  expect(size).toBeLessThan(100_000);
  say('up', 'a');
  expect(news()).toHaveLength(100);
});

test('a shared message whose sender is lost goes to another whole, and only that one may say what came of it', () => {
  const members = ['w1', 'w2', 'w3', 'w4'];
  const ledger = new TestLedger(members);
  const watch = ['a', 'b'].map((name) => testCheck(name));
  ledger.configure(watch, routed({ routes: [ofSite] }));
  for (const { name } of watch) for (const watcher of members) ledger.say(name, 'down', watcher);
  ledger.pass(30_000);
  const [intent] = bodies(ledger.entries, 'action-intended');
  expect(intent).toMatchObject({ watcher: 'w1', notification: { others: [{ check: 'b' }] } });
  const id = intent?.id ?? '';
  ledger.send({ kind: 'action-start', id, attempt: 1, watcher: 'w1' });
  ledger.miss(['w2', 'w3', 'w4'], ['w1']);
  expect(ledger.machine.view(ledger.now).action(id)?.intent).toMatchObject({
    watcher: 'w2',
    notification: { begunBy: 'w1', others: [{ check: 'b' }] },
  });
  const receipt = { outcome: 'done', text: 'Sent.', attempts: 2 } as const;
  ledger.send({ kind: 'action-start', id, attempt: 2, watcher: 'w2' });
  expect(() => ledger.send({ kind: 'action-finish', id, watcher: 'w1', receipt })).toThrow('belongs to w2');
  ledger.send({ kind: 'action-finish', id, watcher: 'w2', receipt });
  for (const { updates } of ledger.openIncidents()) {
    expect(updates.filter(({ kind }) => kind === 'told')).toMatchObject([{ by: 'w2' }]);
  }
});

test('what came of a message stands in the timeline of each of its incidents', () => {
  const { ledger, say, pass } = setUp({ routes: [ofSite] });
  say('down', 'a', 'b');
  pass(30);
  const id = bodies(ledger.entries, 'action-intended').at(-1)?.id ?? '';
  const receipt = { outcome: 'done', text: 'Sent.', attempts: 1 } as const;
  ledger.send({ kind: 'action-start', id, attempt: 1, watcher: 'w1' });
  ledger.send({ kind: 'action-finish', id, watcher: 'w1', receipt });
  for (const { updates } of ledger.openIncidents()) expect(updates.at(-1)?.text).toBe('firing to ops: done. Sent.');
});

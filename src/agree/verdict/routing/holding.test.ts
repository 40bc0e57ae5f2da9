import { expect, test } from 'vitest';
import { alertsSchema } from '../../../model/index.ts';
import { testCheck } from '../machine.fixture.ts';
import { climb, routed, setUp, turns } from './telling.fixture.ts';

/** What keeps people from being told, and policies with rules of their own. */

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

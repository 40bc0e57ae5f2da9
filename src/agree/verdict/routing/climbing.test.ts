import { expect, test } from 'vitest';
import { testCheck } from '../machine.fixture.ts';
import { climb, receivers, routed, setUp, turns } from './telling.fixture.ts';

/** Escalations, rotas and their overrides, assignments. */

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

import { expect, test } from 'vitest';
import { failoverSchema, uplinksSchema, valuesOfDrill, type OpinionState } from '../../model/index.ts';
import { bodies, notify, TestLedger, testCheck, testOpinion } from './machine.fixture.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1' },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1' },
]);
const isp1 = 'uplink/isp1/ipv4';
const members = ['w1', 'w2', 'w3', 'w4'];
const by = 'operator page';

function office(degraded: object[] = []) {
  const ledger = new TestLedger(members);
  const actions = { down: [{ notify: 'ops' }], degraded };
  const failover = failoverSchema.parse({ act: 'quorum', actor: 'w1', actions });
  ledger.configure([testCheck('a', { down: [notify('ops')] })], { uplinks, failover, notify: { ops: {} } });
  const say = (state: OpinionState, watcher: string, drillMs?: number, check = isp1) => {
    const opinion = testOpinion(check, state, ledger.now, watcher);
    const endsAt = ledger.now + (drillMs ?? 0);
    const results = opinion.results.map((one) => ({ ...one, values: valuesOfDrill({ by, endsAt }) }));
    return ledger.send({ kind: 'observe', opinions: [drillMs === undefined ? opinion : { ...opinion, results }] });
  };
  for (const watcher of members) say('up', watcher);
  return { ledger, say };
}
const others = ['w2', 'w3', 'w4'];

test('a drill is an incident that says so, and nobody is told of it or of its end', () => {
  const { ledger, say } = office();
  say('up', 'w1', 10_000);
  // Before the watcher that switches sees it itself.
  for (const watcher of others) say('down', watcher);
  expect(ledger.verdict(isp1)).toBe('down');
  const title = `${isp1} is failed on purpose: a drill by ${by}`;
  expect(ledger.openIncidents()).toMatchObject([{ check: isp1, title, impact: 'minor', told: [] }]);
  expect(ledger.openIncidents()[0]?.updates[0]?.text).toContain(title);
  say('down', 'w1', 10_000);
  ledger.pass(12_000);
  for (const watcher of members) say('degraded', watcher);
  for (const watcher of members) say('up', watcher);
  expect(ledger.openIncidents()).toEqual([]);
  expect(ledger.messages()).toEqual([]);
});

test('what outlasts a drill is an outage, of which people are told, and of its end', () => {
  const { ledger, say } = office();
  say('up', 'w1', 10_000);
  for (const watcher of others) say('down', watcher);
  say('down', 'w1', 10_000);
  ledger.pass(15_000);
  expect(ledger.messages()).toEqual([]);
  ledger.pass(6000);
  expect(ledger.openIncidents()).toMatchObject([{ title: `${isp1} is down`, impact: 'major' }]);
  for (const watcher of members) say('up', watcher);
  expect(ledger.messages()).toEqual([`firing ops ${isp1}`, `resolved ops ${isp1}`]);
});

test('a drill without end is none: after the longest that there may be it is an outage', () => {
  const { ledger, say } = office();
  say('up', 'w1', 1e9);
  for (const watcher of others) say('down', watcher);
  ledger.pass(69_000);
  expect(ledger.messages()).toEqual([]);
  ledger.pass(2000);
  expect(ledger.messages()).toEqual([`firing ops ${isp1}`]);
});

test('a drill that is over explains nothing, nor does one of a watcher that does not switch, or of something else', () => {
  const past = office();
  past.say('up', 'w1', 10_000);
  past.ledger.pass(60_000);
  for (const watcher of others) past.say('down', watcher);
  expect(past.ledger.messages()).toEqual([`firing ops ${isp1}`]);
  const stranger = office();
  for (const watcher of others) stranger.say('down', watcher, 10_000);
  expect(stranger.ledger.messages()).toEqual([`firing ops ${isp1}`]);
  const other = office();
  for (const watcher of members) other.say('down', watcher, 10_000, 'a');
  expect(other.ledger.messages()).toEqual(['firing ops a']);
  expect(bodies(other.ledger.entries, 'transition').at(-1)).toMatchObject({ check: 'a', to: 'down' });
});

test('a watcher that lies cannot keep outages from people: one drill an hour counts, announced before anything is down', () => {
  const late = office();
  for (const watcher of others) late.say('down', watcher);
  late.say('up', 'w1', 60_000);
  expect(late.ledger.messages()).toEqual([`firing ops ${isp1}`]);

  for (const [minutes, messages] of [
    [59, [`firing ops ${isp1}`]],
    [60, []],
  ] as const) {
    const again = office();
    again.say('up', 'w1', 60_000);
    again.ledger.pass(minutes * 60_000);
    again.say('up', 'w1', 60_000);
    for (const watcher of others) again.say('down', watcher);
    expect(again.ledger.messages(), `after ${minutes} minutes`).toEqual(messages);
  }
});

test('an uplink that is held back without end is told of, whatever its watcher marks', () => {
  const { ledger, say } = office([{ notify: 'ops' }]);
  say('up', 'w1', 10_000);
  for (const watcher of members) say('degraded', watcher, 10_000);
  ledger.pass(100_000);
  expect(ledger.messages()).toEqual([]);
  ledger.pass(100_000);
  expect(ledger.messages()).toEqual([`firing ops ${isp1}`]);
});

test('the same is held after the ledger is read again', () => {
  const { ledger, say } = office();
  say('up', 'w1', 10_000);
  for (const watcher of others) say('down', watcher);
  const seen = (machine: TestLedger['machine']) => machine.view(ledger.now).check(isp1)?.opinions['w1']?.results;
  expect(seen(ledger.machine)?.[0]?.values).toMatchObject({ 'drill-by': by });
  expect(seen(ledger.refolded())).toEqual(seen(ledger.machine));
  expect(seen(ledger.restored())).toEqual(seen(ledger.machine));
});

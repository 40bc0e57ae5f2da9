import { expect, test } from 'vitest';
import {
  failoverSchema,
  uplinksSchema,
  type Configuration,
  type UplinkDrill,
  type UplinkSwitch,
} from '../../model/index.ts';
import { bodies, TestLedger } from './machine.fixture.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: ['192.168.76.1', 'fe80::1'] },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1' },
]);
const isp1 = 'uplink/isp1/ipv4';
const members = ['w1', 'w2', 'w3', 'w4'];
const given = (failover: object): Partial<Configuration> => ({ uplinks, failover: failoverSchema.parse(failover) });

const record: UplinkSwitch = {
  id: 'w1/1000000/4',
  watcher: 'w1',
  family: 4,
  from: ['isp1', 'isp2'],
  to: ['isp2'],
  cause: 'dead',
  by: 'w1',
  timings: { decidedAt: 1_000_000, lastAnswerBeforeMs: 71.5, switchedAfterMs: 0.4, readBackAfterMs: 1.1 },
  evidence: [
    {
      uplink: 'isp1',
      state: 'dead',
      since: 1_000_000,
      reason: 'no answer to 9 probes in 21 ms',
      failing: ['icmp'],
      lossPercent: 3,
      flapPercent: 0,
    },
  ],
  receipt: { commands: ['route del default'], dryRun: false, verified: true, problems: [] },
  plainNetwatch: {
    notices: 'surely',
    intervalMs: 5000,
    timeoutMs: 1000,
    outage: { leastMs: 1000, expectedMs: 3500, mostMs: 6000 },
  },
};
const drill: UplinkDrill = {
  id: 'w1/1000001',
  watcher: 'w1',
  uplink: 'isp1',
  by: 'operator page',
  startedAt: 1_000_001,
  forMs: 10_000,
  outcome: 'passed',
  text: 'isp2 took over after 71 ms',
  families: [{ family: 4, to: 'isp2', detectedAfterMs: 70, switchedAfterMs: 71 }],
};

test('each family with a gateway is judged under a name of its own, by the only member', () => {
  const ledger = new TestLedger();
  ledger.configure([], given({ act: 'local-evidence' }));
  const checks = [...ledger.machine.view(ledger.now).checks()];
  expect(checks.map(({ check, judges }) => [check.name, check.type, check.host, judges])).toEqual([
    [isp1, 'uplink', '192.168.76.1', ['w1']],
    ['uplink/isp1/ipv6', 'uplink', 'fe80::1', ['w1']],
    ['uplink/isp2/ipv4', 'uplink', '192.168.75.1', ['w1']],
  ]);
  ledger.say(isp1, 'up');
  ledger.say(isp1, 'down');
  expect(ledger.verdict(isp1)).toBe('down');
  expect(ledger.openIncidents()).toMatchObject([{ check: isp1 }]);
});

test('receivers are told of an uplink that is down, and of its return', () => {
  const ledger = new TestLedger();
  const actions = { down: [{ notify: 'ops' }] };
  ledger.configure([], { ...given({ act: 'local-evidence', actions }), notify: { ops: {} } });
  for (const state of ['up', 'down', 'degraded'] as const) ledger.say(isp1, state);
  expect(ledger.messages()).toEqual([`firing ops ${isp1}`, `resolved ops ${isp1}`]);
});

test('with act: quorum all members judge, and one that lies decides nothing', () => {
  const ledger = new TestLedger(members);
  ledger.configure([], given({ act: 'quorum', actor: 'w1' }));
  for (const member of members.slice(0, 3)) ledger.say(isp1, 'up', member);
  ledger.say(isp1, 'down', 'w4');
  expect(ledger.verdict(isp1)).toBe('up');
  ledger.say(isp1, 'down', 'w1');
  expect(ledger.verdict(isp1)).toBe('partial');
  ledger.say(isp1, 'down', 'w2');
  expect(ledger.verdict(isp1)).toBe('down');
});

test('with act: local-evidence the actor alone judges unless others are selected', () => {
  const ledger = new TestLedger(members);
  ledger.configure([], given({ act: 'local-evidence', actor: 'w2' }));
  expect(ledger.machine.view(ledger.now).check(isp1)?.judges).toEqual(['w2']);
  ledger.configure([], given({ act: 'local-evidence', actor: 'w2', watchers: { select: 'site' } }));
  expect(ledger.machine.view(ledger.now).check(isp1)?.judges).toEqual(members);
});

test('of several members the actor must be named, and be one', () => {
  const ledger = new TestLedger(members);
  expect(() => ledger.configure([], given({ act: 'quorum' }))).toThrow(
    'failover.actor must name a member, the watcher on the router; nobody is named',
  );
  expect(() => ledger.configure([], given({ act: 'quorum', actor: 'w9' }))).toThrow('w9 is none');
  ledger.configure([], given({}));
  expect(ledger.machine.view(ledger.now).uplinkActor).toBeUndefined();
});

test('switches and drills are recorded as their watcher signed them, once', () => {
  const ledger = new TestLedger(members);
  ledger.configure([], given({ act: 'quorum', actor: 'w1' }));
  const told = ledger.send({ kind: 'uplink-switch', watcher: 'w1', record });
  expect(told.map(({ kind }) => kind)).toEqual(['request', 'uplink-switch']);
  expect(bodies(told, 'uplink-switch')).toEqual([record]);
  ledger.send({ kind: 'uplink-drill', watcher: 'w1', record: drill });
  expect(() => ledger.send({ kind: 'uplink-switch', watcher: 'w1', record })).toThrow('in the ledger already');
  expect(() => ledger.send({ kind: 'uplink-drill', watcher: 'w1', record: drill })).toThrow('in the ledger already');
  expect(() => ledger.send({ kind: 'uplink-switch', watcher: 'w2', record })).toThrow('w2 speaks for w1');
  const { uplinkPast } = ledger.machine.view(ledger.now);
  expect(uplinkPast.switches).toEqual([{ id: record.id, position: told[1]?.position }]);
  expect(uplinkPast.drills).toMatchObject([{ uplink: 'isp1', outcome: 'passed' }]);
  for (const again of [ledger.restored(), ledger.refolded()]) {
    expect(again.view(ledger.now).uplinkPast).toEqual(uplinkPast);
    expect(again.snapshot()).toEqual(ledger.machine.snapshot());
  }
});

test('what is no record of a switch is refused', () => {
  const ledger = new TestLedger();
  const wrong = { ...record, timings: { ...record.timings, switchedAfterMs: -1 } };
  expect(() => ledger.send({ kind: 'uplink-switch', watcher: 'w1', record: wrong })).toThrow('not valid');
});

test('who acts without being named is to be named before others come', () => {
  const ledger = new TestLedger();
  ledger.configure([], given({ act: 'local-evidence' }));
  const watcher = { id: 'w2', publicKey: '2'.repeat(64), address: '', site: '' };
  const add = { type: 'add', watcher } as const;
  ledger.change(add);
  expect(() => ledger.change({ type: 'promote', ids: ['w2'] })).toThrow('failover.actor');
  ledger.configure([], given({ act: 'local-evidence', actor: 'w1' }));
  ledger.change({ type: 'promote', ids: ['w2'] });
  expect(ledger.machine.view(ledger.now).uplinkActor).toBe('w1');
});

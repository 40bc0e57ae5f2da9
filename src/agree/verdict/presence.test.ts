import { describe, expect, test } from 'vitest';
import { idealSigner, bodies, notify, testCheck, TestLedger, testGenesis } from './machine.fixture.ts';
import { withClaim, allPresent, type Presence } from './presence.ts';
import { membershipOf } from './state.ts';

const names = (count: number) => Array.from({ length: count }, (_, at) => `w${at + 1}`);
const ready = (count: number, given: Parameters<typeof testCheck>[1] = {}) => {
  const ledger = new TestLedger(names(count));
  ledger.configure([testCheck('a', { down: [notify('ops')], ...given })]);
  return ledger;
};
const everyone = (ledger: TestLedger, state: 'up' | 'down') => {
  for (const { id } of ledger.machine.membership().watchers) ledger.say('a', state, id);
};
const silent = (ledger: TestLedger) => ledger.machine.view(ledger.now).silent;

describe('who is silent', () => {
  test.each([
    ['pbft', 4, 3, 2],
    ['pbft', 7, 5, 3],
    ['pbft', 10, 7, 4],
    ['raft', 3, 2, 2],
    ['raft', 5, 3, 3],
  ] as const)('%s of %i: %i must say so, and then fewer than %i', (protocol, count, enough, some) => {
    const membership = membershipOf(testGenesis(names(count), { protocol }));
    const last = `w${count}`;
    let presence: Presence = allPresent;
    const claim = (member: number, ids: string[]) => {
      presence = withClaim(presence, membership, `w${member}`, ids);
      return presence.silent;
    };
    for (let member = 1; member < enough; member++) expect(claim(member, [last])).toEqual([]);
    expect(claim(enough, [last])).toEqual([last]);
    for (let member = enough; member > some; member--) expect(claim(member, [])).toEqual([last]);
    expect(claim(some, [])).toEqual([]);
  });

  test('nobody is asked about itself, two cannot silence each other, and names are only names', () => {
    const two = membershipOf(testGenesis(names(2)));
    expect(withClaim(withClaim(allPresent, two, 'w1', ['w2']), two, 'w2', ['w1']).silent).toEqual([]);
    const odd = membershipOf(testGenesis(['constructor', 'w2', 'w3', 'w4']));
    expect(withClaim(allPresent, odd, 'w2', ['constructor']).silent).toEqual([]);
  });

  test('what cannot be meant is refused', () => {
    const ledger = ready(4);
    expect(() => ledger.send({ kind: 'presence', silent: ['w9'] })).toThrow('w9');
    expect(() => ledger.send({ kind: 'presence', silent: ['w1'] }, 'w1')).toThrow('w1');
  });
});

describe('a watcher that falls silent', () => {
  test('says nothing any more: what it said last does not count, and the transition says why', () => {
    const ledger = ready(4);
    for (const watcher of ['w1', 'w2', 'w3']) ledger.say('a', 'up', watcher);
    ledger.now += 60_000;
    const entries = ledger.miss(['w1', 'w2', 'w4'], ['w3']);
    const [presence] = entries.slice(-2);
    expect(bodies(entries, 'transition')).toMatchObject([
      {
        to: 'unknown',
        since: ledger.now,
        silent: ['w3'],
        presence: presence?.position,
        reason: { code: 'watcher-silent', text: 'watcher w3 is silent' },
      },
    ]);
    expect(ledger.machine.view(ledger.now).check('a')).toMatchObject({ silent: ['w3'], verdict: 'unknown' });
    ledger.say('a', 'up', 'w4');
    expect(ledger.verdict('a')).toBe('up');
  });

  test('changes nothing where enough others say the same, and only for checks that it judges', () => {
    const ledger = ready(4);
    everyone(ledger, 'up');
    expect(bodies(ledger.miss(['w1', 'w2', 'w3'], ['w4']), 'transition')).toEqual([]);
    expect(ledger.verdict('a')).toBe('up');
  });

  test('ends no incident, and when it is heard again what it holds counts again', () => {
    const ledger = ready(4);
    everyone(ledger, 'up');
    everyone(ledger, 'down');
    ledger.miss(['w1', 'w2', 'w3'], ['w4']);
    ledger.say('a', 'up', 'w3');
    expect(ledger.verdict('a')).toBe('partial');
    expect(ledger.openIncidents()).toHaveLength(1);
    const back = ledger.miss(['w1', 'w2'], []);
    expect(silent(ledger)).toEqual([]);
    expect(bodies(back, 'transition')).toMatchObject([{ from: 'partial', to: 'down' }]);
    expect(bodies(back, 'transition')[0]).not.toHaveProperty('silent');
    expect(ledger.messages()).toEqual(['firing ops a']);
  });

  test('is known after a restart as before', () => {
    const ledger = ready(4);
    everyone(ledger, 'up');
    ledger.miss(['w1', 'w2', 'w3'], ['w4']);
    for (const machine of [ledger.restored(), ledger.refolded()]) {
      expect(machine.view(ledger.now).silent).toEqual(['w4']);
      expect(machine.view(ledger.now).notHeardBy('w1')).toEqual(['w4']);
      expect(Buffer.compare(machine.snapshot(), ledger.machine.snapshot())).toBe(0);
    }
  });
});

describe('a change of members', () => {
  test('what those who left said about others, and others about them, is gone', () => {
    const ledger = ready(7);
    everyone(ledger, 'up');
    const leaving = names(5);
    ledger.miss(leaving, ['w6', 'w7']);
    expect(silent(ledger)).toEqual(['w6', 'w7']);
    ledger.change({ type: 'remove', ids: leaving });
    expect(silent(ledger)).toEqual([]);
    expect(ledger.machine.view(0).notHeardBy('w1')).toBeUndefined();
  });

  test('a machine that replaces a silent one is heard, and has said nothing yet', () => {
    const ledger = ready(4);
    everyone(ledger, 'down');
    ledger.miss(['w1', 'w2', 'w3'], ['w4']);
    ledger.change({ type: 'replace', id: 'w4', watcher: { publicKey: 'e'.repeat(64), address: '' } });
    expect(silent(ledger)).toEqual([]);
    expect(Object.keys(ledger.machine.view(0).check('a')?.opinions ?? {})).toEqual(['w1', 'w2', 'w3']);
    expect(ledger.verdict('a')).toBe('down');
  });

  test('an observer’s opinions count once it is a member: growth forgets no verdict', () => {
    const ledger = ready(1);
    ledger.say('a', 'up');
    const added = ['w2', 'w3', 'w4'].map((id) => ({ id, publicKey: idealSigner(id).publicKey.toString('hex') }));
    for (const watcher of added) ledger.change({ type: 'add', watcher: { ...watcher, address: '', site: '' } });
    for (const { id } of added) ledger.say('a', 'up', id);
    const grown = ledger.change({ type: 'promote', ids: added.map(({ id }) => id) });
    expect(grown.map(({ kind }) => kind)).toEqual(['request', 'membership']);
    expect(ledger.machine.membership()).toMatchObject({ protocol: 'pbft', epoch: 2 });
    expect(ledger.machine.view(0).check('a')).toMatchObject({ verdict: 'up', judges: ['w1', 'w2', 'w3', 'w4'] });
    ledger.say('a', 'down', 'w1');
    expect(ledger.verdict('a')).toBe('up');
  });

  test('a check with a selector is judged by whoever stands there, observers as well', () => {
    const ledger = new TestLedger(['w1'], {
      watchers: [{ ...testGenesis(['w1']).watchers[0]!, site: 'office' }],
    });
    ledger.configure([testCheck('a', { watchers: { select: 'site=attic', rule: 'any' } })]);
    expect(ledger.machine.view(0).check('a')?.judges).toEqual([]);
    const publicKey = idealSigner('eye').publicKey.toString('hex');
    ledger.change({ type: 'add', watcher: { id: 'eye', publicKey, address: '', site: 'attic' } });
    ledger.say('a', 'down', 'eye');
    expect(ledger.machine.view(0).check('a')).toMatchObject({ judges: ['eye'], verdict: 'down' });
    expect(ledger.machine.view(0).watchersOf('a')).toEqual(['eye']);
  });
});

import { describe, expect, test } from 'vitest';
import type { LedgerRequest, MembershipChange } from '../../model/index.ts';
import {
  encoded,
  idealSigner,
  operator,
  signed,
  testCheck,
  testConfiguration,
  TestLedger,
  testOpinion,
} from './machine.fixture.ts';

const four = ['w1', 'w2', 'w3', 'w4'];
const ready = (members: readonly string[] = four) => {
  const ledger = new TestLedger(members);
  ledger.configure([testCheck('a')]);
  return ledger;
};
const kinds = (entries: readonly { kind: string }[]) => entries.map((entry) => entry.kind);
const up = (watcher: string): LedgerRequest => ({ kind: 'observe', opinions: [testOpinion('a', 'up', 5, watcher)] });
const observer = { id: 'eye', publicKey: idealSigner('eye').publicKey.toString('hex'), address: '', site: 'attic' };

describe('who may ask', () => {
  test('the ledger begins with the genesis, whatever is asked first', () => {
    const ledger = ready();
    expect(kinds(ledger.entries)).toEqual(['genesis', 'request', 'configuration']);
    expect(ledger.entries[0]?.body).toMatchObject({ format: 1, cluster: 'test' });
    expect(ledger.machine.membership()).toMatchObject({ epoch: 1, protocol: 'pbft', nextNumber: 5 });
  });

  test('a stranger may not, and neither may anybody under another’s name', () => {
    const ledger = ready();
    expect(() => ledger.send(up('stranger'))).toThrow('does not belong to this cluster');
    const forged = signed(up('w1'), 50, ledger.machine.network, idealSigner('w1', '0'.repeat(64)));
    expect(() => ledger.order(forged)).toThrow('is not signed by w1');
    expect(() => ledger.send(up('w1'), 'w2')).toThrow('w2 speaks for w1');
    expect(() => ledger.send({ kind: 'action-start', id: '1.0', attempt: 1, watcher: 'w1' }, 'w2')).toThrow('speaks');
  });

  test('a signature is good for its network, number and content only', () => {
    const ledger = ready();
    const request = ledger.sign(up('w1'));
    const refused = (change: object) =>
      expect(() => ledger.order({ ...request, ...change })).toThrow(/not signed by|does not belong/);
    refused({ number: request.number + 1 });
    refused({ signer: 'w2', request: up('w2') });
    refused({ request: { kind: 'observe', opinions: [testOpinion('a', 'up', 6, 'w1')] } });
    refused({ request: { kind: 'tick' } });
    refused({ signature: signed(up('w1'), request.number, 'other', idealSigner('w1')).signature });
    expect(kinds(ledger.order(request))).toEqual(['observations']);
  });

  test('an observer observes, and nothing else', () => {
    const ledger = ready();
    ledger.change({ type: 'add', watcher: observer });
    expect(kinds(ledger.send(up('eye')))).toEqual(['observations']);
    expect(ledger.verdict('a')).toBe('unknown');
    const others: LedgerRequest[] = [
      { kind: 'tick' },
      { kind: 'presence', silent: [] },
      { kind: 'incident-note', incident: '1', by: 'eve', text: 'x' },
      { kind: 'membership', change: { type: 'promote', ids: ['eye'] } },
    ];
    for (const request of others) expect(() => ledger.send(request, 'eye')).toThrow('is an observer');
  });

  test('an opinion that is too large is refused whole', () => {
    const ledger = ready();
    const values = { text: 'x'.repeat(20_000) };
    const large = { ...testOpinion('a', 'up', 5), results: [{ host: 'h', outcome: 'pass' as const, values }] };
    expect(() => ledger.send({ kind: 'observe', opinions: [large] })).toThrow('12288 characters');
  });
});

describe('exactly once', () => {
  test('what was executed is not executed again, and says so', () => {
    const ledger = ready();
    const request = ledger.sign(up('w1'));
    ledger.order(request);
    expect(() => ledger.order(request)).toThrow(
      expect.objectContaining({ code: 'CONFLICT', facts: { executed: true } }),
    );
    ledger.machine = ledger.restored();
    expect(() => ledger.order(request)).toThrow('was executed already');
    ledger.machine = ledger.refolded();
    expect(() => ledger.order(request)).toThrow('was executed already');
  });

  test('requests may overtake each other within the window; below it nobody knows', () => {
    const ledger = ready(['w1']);
    ledger.say('a', 'down');
    const note = (number: number) =>
      ledger.order(
        signed(
          { kind: 'incident-note', incident: '1', by: 'eve', text: 'x' },
          number,
          ledger.machine.network,
          idealSigner('w1'),
        ),
      );
    expect(ledger.openIncidents()).toHaveLength(1);
    note(1000);
    expect(kinds(note(900))).toEqual(['request', 'incident']);
    expect(kinds(note(745))).toEqual(['request', 'incident']);
    expect(() => note(900)).toThrow('was executed already');
    expect(() => note(744)).toThrow(expect.objectContaining({ code: 'CONFLICT', facts: { outcome: 'forgotten' } }));
  });

  test('an older word does not take the place of a newer one', () => {
    const ledger = ready();
    const older = [ledger.sign(up('w1')), ledger.sign({ kind: 'presence', silent: ['w2'] }, 'w1')] as const;
    ledger.say('a', 'down', 'w1');
    ledger.send({ kind: 'presence', silent: [] }, 'w1');
    for (const request of older) expect(() => ledger.order(request)).toThrow('something newer');
    expect(ledger.machine.view(0).check('a')?.opinions['w1']?.state).toBe('down');
  });
});

describe('what an operator must sign', () => {
  const change: MembershipChange = { type: 'add', watcher: observer };
  const document = testConfiguration([testCheck('b')]);
  const body = { document, source: { kind: 'api' }, by: 'eve' } as const;

  test('in a cluster neither configuration nor membership change without, in solo they do', () => {
    const ledger = ready();
    expect(() => ledger.send({ kind: 'membership', change })).toThrow('signature of an operator');
    expect(() => ledger.send({ kind: 'configure', body })).toThrow('signature of an operator');
    const alone = ready(['w1']);
    expect(kinds(alone.send({ kind: 'configure', body }))).toEqual(['request', 'configuration']);
    expect(kinds(alone.send({ kind: 'membership', change }))).toEqual(['request', 'membership']);
  });

  test('it is good for this content upon what is in force, once', () => {
    const ledger = ready();
    const authority = ledger.authority('membership', change);
    const other: MembershipChange = { type: 'remove', ids: ['w1'] };
    const bad = { ...authority, signature: ledger.authority('configure', change, 0).signature };
    expect(() => ledger.send({ kind: 'membership', change: other, authority })).toThrow('does not fit');
    expect(() => ledger.send({ kind: 'membership', change, authority: bad })).toThrow('does not fit');
    expect(() => ledger.send({ kind: 'membership', change, authority: { ...authority, operator: 'eve' } })).toThrow(
      'eve is no operator',
    );
    const [, entry] = ledger.send({ kind: 'membership', change, authority });
    expect(entry?.body).toMatchObject({ epoch: 1, nextNumber: 6, change, authority: { operator, base: 0 } });
    expect(ledger.machine.view(0).membershipPosition).toBe(entry?.position);
    expect(() => ledger.send({ kind: 'membership', change, authority })).toThrow('signed upon position 0');
  });

  test('a configuration carries who allowed it, and replaces what it was signed upon', () => {
    const ledger = ready();
    const stale = ledger.authority('configure', document, 0);
    expect(() => ledger.send({ kind: 'configure', body, authority: stale })).toThrow('signed upon position 0');
    const [, entry] = ledger.send({ kind: 'configure', body, authority: ledger.authority('configure', document) });
    expect(entry).toMatchObject({ kind: 'configuration', body: { by: 'eve', authority: { operator, base: 2 } } });
  });
});

test('a rotated key speaks for the watcher, the old one no more', () => {
  const ledger = ready();
  const fresh = 'f'.repeat(64);
  ledger.change({ type: 'rotate', id: 'w2', publicKey: fresh });
  expect(ledger.machine.membership()).toMatchObject({ epoch: 2, nextNumber: 6 });
  expect(() => ledger.say('a', 'up', 'w2')).toThrow('not signed by w2');
  const request = signed(up('w2'), 100, ledger.machine.network, idealSigner('w2', fresh));
  expect(kinds(ledger.order(request))).toEqual(['observations']);
});

test('a ledger of another genesis is not taken for ours', () => {
  const [first] = ready().entries;
  const other = new TestLedger(four, { nonce: '1'.repeat(32) });
  expect(() => first && other.machine.apply(first)).toThrow(expect.objectContaining({ code: 'DATA_FOREIGN' }));
});

test('a ledger of version 0.1.0, with an opinion to an entry, still folds and goes on with the genesis', () => {
  const ledger = new TestLedger(['w1']);
  const document = testConfiguration([testCheck('a')]);
  const opinion = testOpinion('a', 'up', 900);
  const transition = { check: 'a', from: 'unknown', to: 'up', since: 900, rule: { name: 'bft', of: 1, need: 1 } };
  const bodies = [
    ['genesis', { cluster: 'w1', members: [{ id: 'w1', publicKey: 'k' }], version: '0.1.0' }],
    ['configuration', { document, source: { kind: 'api' }, by: 'eve' }],
    ['opinion', opinion],
    ['transition', { ...transition, opinions: [opinion], initial: true, flapping: false, flapPercent: 0 }],
  ] as const;
  for (const [position, [kind, body]] of bodies.entries()) {
    const entry = { position, sequence: 1, time: 1000, kind, body };
    ledger.machine.apply(entry);
    ledger.entries.push(entry);
  }
  expect(ledger.verdict('a')).toBe('up');
  const request = ledger.sign({ kind: 'observe', opinions: [testOpinion('a', 'down', 9)] });
  const drafts = ledger.machine.execute(encoded(request), 2000);
  expect(kinds(drafts).slice(0, 3)).toEqual(['genesis', 'observations', 'transition']);
  ledger.say('a', 'down');
  expect(ledger.verdict('a')).toBe('down');
  expect(kinds(ledger.say('a', 'up'))[0]).toBe('observations');
  expect(Buffer.compare(ledger.refolded().snapshot(), ledger.machine.snapshot())).toBe(0);
  expect(Buffer.compare(ledger.restored().snapshot(), ledger.machine.snapshot())).toBe(0);
});

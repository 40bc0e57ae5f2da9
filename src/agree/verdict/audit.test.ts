import { expect, test } from 'vitest';
import type { AuditEvent } from '../../model/index.ts';
import { maxAuditEvents } from './audit-event.ts';
import { bodies, testGenesis, TestLedger } from './machine.fixture.ts';
import { decodeRequest } from './request.ts';

const event: AuditEvent = {
  at: 1_700_000_000_000,
  by: 'maria',
  identity: 'user',
  what: 'put /users/{name}',
  on: 'jan',
  text: 'admin',
  from: '192.0.2.0/24',
  outcome: 'done',
};
const audit = (watcher: string, events: readonly AuditEvent[] = [event]) => ({
  kind: 'audit' as const,
  watcher,
  events,
});

test('what somebody did is one entry behind the request, as it was told, and nothing follows from it', () => {
  const ledger = new TestLedger();
  ledger.send(audit('w1'));
  const before = ledger.restored().snapshot();
  const entries = ledger.send(audit('w1', [event, { ...event, outcome: 'refused', code: 'FORBIDDEN', count: 7 }]));
  expect(entries.map(({ kind }) => kind)).toEqual(['request', 'audit']);
  expect(bodies(entries, 'audit')).toEqual([
    { watcher: 'w1', events: [event, { ...event, outcome: 'refused', code: 'FORBIDDEN', count: 7 }] },
  ]);
  const without = (snapshot: Uint8Array) => {
    const {
      nextPosition: _position,
      time: _time,
      windows: _windows,
      ...rest
    } = JSON.parse(Buffer.from(snapshot).toString()) as Record<string, unknown>;
    return rest;
  };
  expect(without(ledger.machine.snapshot())).toEqual(without(before));
});

test('a watcher tells of itself only, and an observer tells nothing', () => {
  const [first, second] = testGenesis(['w1', 'w2']).watchers;
  const ledger = new TestLedger(['w1'], { watchers: [first!, { ...second!, role: 'observer' }], nextNumber: 3 });
  expect(() => ledger.send(audit('w2'), 'w1')).toThrow('w1 speaks for w2');
  expect(() => ledger.send(audit('w2'), 'w2')).toThrow('observer');
});

test.each<[string, unknown]>([
  ['nothing at all', []],
  ['too much at once', Array.from({ length: maxAuditEvents + 1 }, () => event)],
  ['a text without an end', [{ ...event, text: 'x'.repeat(501) }]],
  ['a name without an end', [{ ...event, by: 'x'.repeat(201) }]],
  ['an outcome that nobody knows', [{ ...event, outcome: 'perhaps' }]],
  ['a count of none', [{ ...event, count: 0 }]],
  ['a field that nobody knows', [{ ...event, password: 'x' }]],
  ['a time that is none', [{ ...event, at: 9e15 }]],
])('%s is refused', (_, events) => {
  const request = { kind: 'audit', watcher: 'w1', events };
  const signature = `${'A'.repeat(86)}==`;
  const bytes = Buffer.from(JSON.stringify({ signer: 'w1', number: 1, request, signature }));
  expect(() => decodeRequest(bytes)).toThrow('the request is not valid');
});

import { expect, test } from 'vitest';
import type { LedgerRequest, Opinion } from '../../model/index.ts';
import { boundedEvidence, decodeRequest, encodeRequest } from './request.ts';
import { testOpinion } from './machine.fixture.ts';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

test('what is encoded is decoded', () => {
  const requests: LedgerRequest[] = [
    { kind: 'genesis', body: { cluster: 'c', members: [{ id: 'w1', publicKey: 'k' }], version: '1' } },
    { kind: 'configure', body: { document: { watch: [] }, source: { kind: 'file', fileHash: 'h' }, by: 'eve' } },
    { kind: 'observe', opinions: [testOpinion('a', 'down', 5)] },
    { kind: 'incident-status', incident: '1', by: 'eve', status: 'monitoring', text: '' },
    { kind: 'action-finish', id: '1.0', watcher: 'w1', receipt: { outcome: 'done', text: 'Done.', attempts: 1 } },
    { kind: 'tick' },
  ];
  for (const request of requests) expect(decodeRequest(encodeRequest(request))).toEqual(request);
});

test.each([
  ['an unknown kind', { kind: 'reboot' }],
  ['a time that no date has', { kind: 'observe', opinions: [testOpinion('a', 'up', 1e300)] }],
  ['a time before 1970', { kind: 'observe', opinions: [testOpinion('a', 'up', -1)] }],
  [
    'too many rounds',
    { kind: 'observe', opinions: [{ ...testOpinion('a', 'up', 1), rounds: Array(65).fill('pass') }] },
  ],
  ['a state that is none', { kind: 'observe', opinions: [{ ...testOpinion('a', 'up', 1), state: 'partial' }] }],
  ['an empty note', { kind: 'incident-note', incident: '1', by: 'eve', text: '' }],
  ['no object', 7],
])('%s is refused', (_what, value) => {
  expect(() => decodeRequest(bytes(value))).toThrow(/not valid/);
});

test('evidence beyond its bound loses its values, not who said what and why', () => {
  const small = testOpinion('a', 'down', 1);
  expect(boundedEvidence(small)).toEqual(small);
  const reason = { code: 'no-reply', text: 'x'.repeat(4000) };
  const values = { 'mail-servers': Array.from({ length: 2000 }, () => 'mx.example.org') };
  const large: Opinion = {
    ...small,
    reason,
    results: Array.from({ length: 64 }, () => ({ host: 'h', outcome: 'fail', reason, values })),
  };
  const bounded = boundedEvidence(large);
  expect(bounded.results).toHaveLength(8);
  expect(bounded.results[0]).toMatchObject({ host: 'h', outcome: 'fail', reason: { code: 'no-reply' }, values: {} });
  expect(JSON.stringify(bounded).length).toBeLessThan(8192);
});

import { expect, test } from 'vitest';
import { canonicalJson, type LedgerRequest, type Opinion } from '../../model/index.ts';
import { boundedEvidence, maxOpinionLength } from './evidence.ts';
import { decodeRequest } from './request.ts';
import { signRequest } from './signed-request.ts';
import { idealSigner, signed, testOpinion } from './machine.fixture.ts';

const sign = (request: LedgerRequest) => signed(request, 7, 'network', idealSigner('w1'));
const authority = { operator: 'olga', base: 0, signature: `${'A'.repeat(86)}==` };
const watcher = { id: 'w2', publicKey: 'a'.repeat(64), address: 'h:1', site: 'here', labels: { rack: '1' } };

test('what is encoded is decoded', () => {
  const requests: LedgerRequest[] = [
    { kind: 'configure', body: { document: { watch: [] }, source: { kind: 'file', fileHash: 'h' }, by: 'eve' } },
    { kind: 'membership', change: { type: 'add', watcher }, authority },
    { kind: 'membership', change: { type: 'promote', ids: ['w2'] } },
    { kind: 'presence', silent: ['w2'] },
    { kind: 'observe', opinions: [testOpinion('a', 'down', 5)] },
    { kind: 'incident-status', incident: '1', by: 'eve', status: 'monitoring', text: '' },
    { kind: 'action-finish', id: '1.0', watcher: 'w1', receipt: { outcome: 'done', text: 'Done.', attempts: 1 } },
    { kind: 'tick' },
  ];
  for (const request of requests)
    expect(decodeRequest(signRequest(request, 7, 'network', idealSigner('w1')))).toEqual(sign(request));
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
  ...[[], null, { a: {} }, { a: null }, { a: [1] }, { ['k'.repeat(201)]: 1 }].map((values): [string, unknown] => [
    `values such as ${JSON.stringify(values).slice(0, 20)}`,
    {
      kind: 'observe',
      opinions: [{ ...testOpinion('a', 'up', 1), results: [{ host: 'h', outcome: 'pass', values }] }],
    },
  ]),
  ['no opinion at all', { kind: 'observe', opinions: [] }],
  ['more than is signed', { kind: 'observe', opinions: [{ ...testOpinion('a', 'up', 1), more: true }] }],
  ['a name that is none', { kind: 'membership', change: { type: 'add', watcher: { ...watcher, id: 'A b' } } }],
  ['no object', 7],
])('%s is refused', (_what, request) => {
  const tampered = { ...sign({ kind: 'tick' }), request };
  expect(() => decodeRequest(Buffer.from(JSON.stringify(tampered)))).toThrow(/not valid/);
});

test('a signature has one writing, a number begins at 1, and nothing stands beside them', () => {
  const tick = sign({ kind: 'tick' });
  const refused = (change: object) =>
    expect(() => decodeRequest(Buffer.from(JSON.stringify({ ...tick, ...change })))).toThrow(/not valid/);
  refused({ number: 0 });
  refused({ signature: tick.signature.slice(0, 85) });
  refused({ signature: `${'A'.repeat(85)}B==` });
  refused({ more: 1 });
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

test('what is nested so deeply that one member could read it and another not is refused by all', () => {
  const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  const configure = (document: unknown) => {
    const request = { kind: 'configure', body: { document, source: { kind: 'api' }, by: 'eve' } };
    return decodeRequest(Buffer.from(JSON.stringify({ ...sign({ kind: 'tick' }), request })));
  };
  expect(configure(nested(64)).request.kind).toBe('configure');
  expect(() => configure(nested(65))).toThrow('nested too deeply');
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const text = JSON.stringify({ ...sign({ kind: 'tick' }), request: 0 }).replace(
    '"request":0',
    `"request":{"kind":"configure","body":{"document":${deep},"source":{"kind":"api"},"by":"eve"}}`,
  );
  expect(() => decodeRequest(Buffer.from(text))).toThrow('nested too deeply');
});

test('a configuration keeps the order in which it was written', () => {
  const document = { watch: [], site: 'here', a: { z: 1, b: 2 } };
  const body = { document, source: { kind: 'api' }, by: 'eve' } as const;
  const { request } = decodeRequest(signRequest({ kind: 'configure', body }, 7, 'network', idealSigner('w1')));
  expect(JSON.stringify(request)).toContain(JSON.stringify(document));
});

test('even evidence that JSON makes six times as long fits', () => {
  const text = '\u0001'.repeat(300);
  const reason = { code: 'c'.repeat(200), text };
  const results = Array.from({ length: 64 }, () => ({
    host: text,
    address: text,
    outcome: 'fail' as const,
    reason,
    values: {},
  }));
  const bounded = boundedEvidence({ ...testOpinion('a'.repeat(200), 'down', 1), reason, results });
  expect(canonicalJson(bounded).length).toBeLessThanOrEqual(maxOpinionLength);
  expect(bounded).toMatchObject({ state: 'down', results: [] });
});

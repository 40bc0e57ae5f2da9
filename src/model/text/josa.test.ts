import fc from 'fast-check';
import { expect, test } from 'vitest';
import { particlePairs, withParticle } from './josa.ts';

test.each([
  ['점검', '은/는', '점검은'],
  ['감시자', '은/는', '감시자는'],
  ['원장', '이/가', '원장이'],
  ['클러스터', '이/가', '클러스터가'],
  ['업링크', '을/를', '업링크를'],
  ['방화벽', '을/를', '방화벽을'],
  ['판정', '과/와', '판정과'],
  ['의견', '으로/로', '의견으로'],
  ['주소', '으로/로', '주소로'],
  ['터널', '으로/로', '터널로'],
  ['터널', '을/를', '터널을'],
] as const)('after Korean words: %s %s', (word, pair, wanted) => {
  expect(withParticle(word, pair)).toBe(wanted);
});

test.each([
  ['isp1', 'isp1로', 'isp1을'],
  ['isp2', 'isp2로', 'isp2를'],
  ['isp3', 'isp3으로', 'isp3을'],
  ['isp6', 'isp6으로', 'isp6을'],
  ['10', '10으로', '10을'],
  ['1000000000000', '1000000000000로', '1000000000000를'],
  ['0', '0으로', '0을'],
])('after digits, as they are read: %s', (word, to, object) => {
  expect(withParticle(word, '으로/로')).toBe(to);
  expect(withParticle(word, '을/를')).toBe(object);
});

test.each([
  ['URL', 'URL은'],
  ['VPN', 'VPN은'],
  ['DNS', 'DNS는'],
  ['HTTP', 'HTTP는'],
  ['web', 'web은'],
  ['internet', 'internet은'],
  ['gateway', 'gateway는'],
  ['router', 'router는'],
  ['switch', 'switch는'],
  ['tunnel', 'tunnel은'],
  ['mobile', 'mobile은'],
  ['home', 'home은'],
  ['phone', 'phone은'],
  ['backup', 'backup은'],
  ['group', 'group은'],
  ['office', 'office는'],
  ['check', 'check는'],
  ['host', 'host는'],
  ['google-dns', 'google-dns는'],
])('after Latin letters, spelt or read: %s', (word, wanted) => {
  expect(withParticle(word, '은/는')).toBe(wanted);
});

test('brackets, quotes and marks of direction are passed over', () => {
  expect(withParticle('주소(address)', '이/가')).toBe('주소(address)가');
  expect(withParticle('“판정”', '을/를')).toBe('“판정”을');
  expect(withParticle('\u2068서버\u2069', '은/는')).toBe('\u2068서버\u2069는');
});

test('where nobody can tell, both forms stand there', () => {
  expect(withParticle('光', '을/를')).toBe('光을(를)');
  expect(withParticle('שלום', '으로/로')).toBe('שלום(으)로');
  expect(withParticle('', '은/는')).toBe('은(는)');
});

test('whatever the word is, it stays as it was and one particle of the pair follows', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(...particlePairs), (word, pair) => {
      const [first = '', second = ''] = pair.split('/');
      const both = pair === '으로/로' ? '(으)로' : `${first}(${second})`;
      expect([word + first, word + second, word + both]).toContain(withParticle(word, pair));
    }),
  );
});

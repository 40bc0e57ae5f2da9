import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { idReasons } from './id.ts';
import { jaReasons } from './ja.ts';
import { koReasons } from './ko.ts';
import { reasonSentences } from './sentence-list.ts';
import { translatedSentence } from './sentences.ts';

const sources = ['observe/uplinks/judge.ts', 'watcher/performance/compare.ts']
  .map((file) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8'))
  .join('\n');

test.each(reasonSentences.filter((sentence) => !sentence.startsWith('half of')))(
  'somebody still says: %s',
  (sentence) => {
    const pattern = sentence.replaceAll(/[()?.]/g, String.raw`\$&`).replaceAll(/\{\d\}/g, String.raw`\$\{.+\}`);
    expect(sources).toMatch(new RegExp(`['\`]${pattern}['\`]`));
  },
);

test('figures keep their places, lists are joined as the language does', () => {
  expect(translatedSentence('no answer to 9 probes in 63 ms', koReasons)).toBe('63 ms 동안 프로브 9개에 응답 없음');
  expect(translatedSentence('tcp and dns used to be answered and is not', jaReasons)).toBe(
    '応答していた tcp、dns に応答しなくなりました',
  );
  expect(translatedSentence('it loses 4.5 %, too much to be used again', idReasons)).toBe(
    'kehilangan 4.5 %, terlalu banyak untuk dipakai lagi',
  );
  expect(translatedSentence('the cluster wants it so', koReasons)).toBe('the cluster wants it so');
});

test('every language has the places of English in every sentence', () => {
  for (const reasons of [koReasons, jaReasons, idReasons])
    for (const sentence of reasonSentences)
      expect((reasons.sentences[sentence].match(/\{\d\}/g) ?? []).toSorted()).toEqual(sentence.match(/\{\d\}/g) ?? []);
});

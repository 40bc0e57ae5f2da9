import { expect, test } from 'vitest';
import { readConfiguration } from '../../model/index.ts';
import { checkedConfiguration } from '../parts.ts';

const read = (to: string) =>
  readConfiguration(
    `watch: []
flows:
  prices:
    per-GiB:
      - { to: dst country DE, price: 0.02 }
      - { to: '${to}', price: 0.5 }
`,
    'quorumwatch.yaml',
    checkedConfiguration,
  );

test('a price with a filter that nobody can read is refused with its place, its column and the word that was meant', () => {
  const result = read('dst contry FR');
  expect(result.ok).toBe(false);
  expect(result.ok ? [] : result.issues).toMatchObject([
    {
      line: 6,
      path: 'flows.prices.per-GiB[1].to',
      message: expect.stringMatching(/column 5: .*found "contry".*country/) as unknown,
    },
  ]);
  expect(read('dst country FR or dst net 198.51.100.0/24').ok).toBe(true);
});

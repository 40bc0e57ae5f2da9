import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flowViewSchema } from '../../../src/model/index.ts';
import { builtInFlowViews } from '../../../src/watcher/flows/views/built-in.ts';
import { addressOf, documentOf, shows, type Naming } from './view-document.ts';
import { keys, measures, points, shows as modes, statistics } from './view.ts';

const hour = 3_600_000;
const naming = { name: 'web', title: 'The web server' };
const read = (address: string) => documentOf(new URLSearchParams(address), naming, hour);

test('what is usual stands in no document', () => {
  expect(read('')).toEqual({ version: 1, ...naming });
  expect(read('range=1h&show=flows&trail=by%3D&sort=bytes.up&refresh=5s')).toEqual({ version: 1, ...naming });
});

test('basic filters and the expression become one filter', () => {
  expect(read('where=server%3D10.0.0.80%0Aprotocol%3Dtcp&filter=not+port+22')).toMatchObject({
    filter: 'server host 10.0.0.80 and proto tcp and not port 22',
  });
});

test('every document that the page makes is valid, and its address makes it again', () => {
  const maybe = (arbitrary: fc.Arbitrary<string>) => fc.option(arbitrary, { nil: '' });
  const words = (list: readonly string[]) => maybe(fc.constantFrom(...list));
  const addresses = fc.record({
    show: words(modes),
    view: words(['client-server', 'source-destination', 'nonsense']),
    measure: words(measures),
    statistic: words(statistics),
    point: words(points),
    compare: words(['off', '1h', '1d', '7d']),
    lines: words(['single']),
    by: maybe(fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1, maxLength: 8 }).map((list) => list.join(','))),
    filter: words(['proto tcp', 'port 53 or port 443']),
    where: words(['source=10.0.0.1', 'source=10.0.0.1\nport=80', 'nonsense']),
    rank: words(['max', 'p99']),
    least: words(['10', '100']),
    sql: words(['SELECT 1']),
    range: words(['6h', '30d', '15m', 'nonsense']),
    from: words(['2026-03-01T10:00:00.000Z']),
    to: words(['2026-03-01T11:00:00.000Z']),
  });
  fc.assert(
    fc.property(addresses, (given) => {
      const address = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ''));
      const document = documentOf(address, naming, hour);
      expect(flowViewSchema.safeParse(document).error?.issues).toBeUndefined();
      expect(documentOf(addressOf(document), naming, hour)).toEqual(document);
      expect(shows(address, document, hour)).toBe(true);
    }),
  );
});

test.each(builtInFlowViews)('the ready-made view $name is valid, and all of it is in its address', (given) => {
  expect(flowViewSchema.safeParse(given).success).toBe(true);
  const { range, ...document } = documentOf(addressOf(given), given as Naming, hour);
  expect({ ...document, range: range ?? '1h' }).toEqual({ version: 1, range: '1h', ...given, ...(range && { range }) });
});

test('what is no document shows what is usual, and nothing is shown that was changed', () => {
  for (const odd of [undefined, null, 7, [], { by: 7, filter: {} }, { by: [1, {}] }])
    expect(documentOf(addressOf(odd), naming, hour)).toEqual({ version: 1, ...naming });
  expect(shows(new URLSearchParams('filter=proto+tcp'), { filter: 'proto udp' }, hour)).toBe(false);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flowDirections, flowReporters } from '../../../model/index.ts';
import { FlowRows } from '../decode/flow-rows.ts';
import { wordsOf } from './address-words.ts';
import { Enrichment, type EnrichmentOptions } from './enrichment.ts';

const known = [
  'of no one',
  'office',
  'servers',
  'branch',
  'gateway',
  'web',
  'exporter at berlin',
  'exporter elsewhere',
  'exporter behind a translation at berlin',
] as const;
const numberOf = (text: string) => Math.max(0, known.indexOf(text as (typeof known)[number]));
const book: EnrichmentOptions['book'] = {
  network: numberOf,
  name: numberOf,
  labelsOf: (number) => ({
    kind: 'exporter',
    address: ['192.0.2.254', '192.0.2.253', '192.0.2.254:2055'][number - 6] ?? '',
  }),
};
const options: EnrichmentOptions = {
  networks: [
    { name: 'office', prefixes: ['10.0.0.0/8', '2001:db8::/32'], site: 'berlin' },
    { name: 'servers', prefixes: ['10.1.0.0/16'], site: 'berlin' },
    { name: 'branch', prefixes: ['10.2.0.0/16'], site: 'seoul' },
  ],
  names: { '10.0.0.1': 'gateway', '2001:db8::80': 'web' },
  book,
  sites: new Map([['192.0.2.254', 'berlin']]),
};
const none = 255;

interface Row {
  source?: string;
  destination?: string;
  exporter?: number;
  direction?: number;
  columns?: Partial<Record<keyof FlowRows['narrow'], number>>;
}

function rowsOf(...given: Row[]): FlowRows {
  const rows = new FlowRows(given.length);
  for (const { source, destination, exporter = 0, direction = none, columns = {} } of given) {
    const row = rows.rows++;
    for (const [column, text] of [
      ['source', source],
      ['destination', destination],
    ] as const) {
      const [first = 0, second = 0, third = 0, fourth = 0] = text === undefined ? [] : (wordsOf(text) ?? []);
      rows.words[`${column}_high`].set([second, first], 2 * row);
      rows.words[`${column}_low`].set([fourth, third], 2 * row);
    }
    rows.narrow.exporter[row] = exporter;
    rows.narrow.direction[row] = direction;
    for (const [name, value] of Object.entries(columns)) rows.narrow[name as keyof FlowRows['narrow']][row] = value;
  }
  return rows;
}

function enriched(given: Row, changes: Partial<EnrichmentOptions> = {}) {
  const rows = rowsOf(given);
  new Enrichment({ ...options, ...changes }).enrich(rows);
  return (name: keyof FlowRows['narrow']) => rows.narrow[name][0];
}

test('networks and names of hosts are added, the longest prefix first', () => {
  const first = enriched({ source: '10.1.2.3', destination: '10.0.0.1' });
  expect([first('source_network'), first('destination_network')]).toEqual([2, 1]);
  expect([first('source_name'), first('destination_name')]).toEqual([0, 4]);
  const second = enriched({ source: '2001:db8::80', destination: '8.8.8.8' });
  expect([second('source_network'), second('source_name')]).toEqual([1, 5]);
  expect([second('destination_network'), second('destination_name')]).toEqual([0, 0]);
});

test('what the exporter says stays', () => {
  const columns = { source_network: 90, source_name: 91, source_as: 92, source_country: 93, reporter: 4 };
  const places = { country: () => 1, as: () => 2 };
  const found = enriched({ source: '10.0.0.1', destination: '8.8.8.8', direction: 0, columns }, { places });
  for (const [name, value] of Object.entries(columns)) expect(found(name as 'source_as')).toBe(value);
  expect(found('direction')).toBe(flowDirections.indexOf('ingress'));
  expect([found('destination_as'), found('destination_country')]).toEqual([2, 1]);
});

test.each([
  ['10.1.0.1', '8.8.8.8', 'outgoing'],
  ['2a00::1', '2001:db8::1', 'incoming'],
  ['10.1.0.1', '10.2.0.1', 'internal'],
  ['10.1.0.1', '224.0.0.251', 'internal'],
  ['1.1.1.1', '8.8.8.8', 'transit'],
  ['192.168.0.1', '8.8.8.8', 'transit'],
] as const)('%s to %s is %s', (source, destination, direction) => {
  expect(enriched({ source, destination })('direction')).toBe(flowDirections.indexOf(direction));
});

test('without networks, private addresses are one’s own, and between others nobody can tell', () => {
  const direction = (source: string, destination: string) =>
    enriched({ source, destination }, { networks: [] })('direction');
  expect(direction('192.168.0.1', '8.8.8.8')).toBe(flowDirections.indexOf('outgoing'));
  expect(direction('1.1.1.1', 'fd00::1')).toBe(flowDirections.indexOf('incoming'));
  expect(direction('1.1.1.1', '8.8.8.8')).toBe(none);
});

test.each([
  ['an exporter at the source’s site', { source: '10.1.0.1', destination: '8.8.8.8', exporter: 6 }, 'source'],
  ['one that is told apart by its port', { source: '10.1.0.1', destination: '8.8.8.8', exporter: 8 }, 'source'],
  [
    'an exporter at the destination’s site',
    { source: '10.2.0.1', destination: '10.1.0.1', exporter: 6 },
    'destination',
  ],
  [
    'the site counts before the interface',
    { source: '10.2.0.1', destination: '10.1.0.1', exporter: 6, direction: 0 },
    'destination',
  ],
  [
    'both ends at its site, at ingress',
    { source: '10.0.0.1', destination: '10.1.0.1', exporter: 6, direction: 0 },
    'source',
  ],
  ['no site, at egress', { source: '10.0.0.1', destination: '8.8.8.8', exporter: 7, direction: 1 }, 'destination'],
  ['no site, and nothing said', { source: '10.0.0.1', destination: '8.8.8.8', exporter: 7 }, 'unknown'],
] as const)('reporter: %s', (_, row, reporter) => {
  expect(enriched(row)('reporter')).toBe(flowReporters.indexOf(reporter));
});

test('only public addresses are looked up', () => {
  const asked: string[] = [];
  const places = { country: (words: readonly number[]) => asked.push(String(words)), as: () => 64_512 };
  const enrichment = new Enrichment({ ...options, networks: [], places });
  const rows = rowsOf(
    ...[
      '10.0.0.1',
      '100.64.0.1',
      '127.0.0.1',
      '192.168.1.1',
      '224.0.0.1',
      '203.0.113.1',
      'fe80::1',
      'fd00::1',
      '::1',
    ].map((source) => ({ source, destination: '2001:db8::1' })),
    { source: '8.8.8.8', destination: '2a00::1' },
    { source: '8.8.8.8', destination: '2a00::1' },
  );
  enrichment.enrich(rows);
  expect(asked).toEqual([String(wordsOf('8.8.8.8')), String(wordsOf('2a00::1'))]);
  expect([...rows.narrow.source_as]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 64_512, 64_512]);
  enrichment.forget();
  enrichment.enrich(rowsOf({ source: '8.8.8.8', destination: '10.0.0.1' }));
  expect(asked).toHaveLength(3);
});

test('a record without addresses stays as it is', () => {
  const found = enriched({ exporter: 6 });
  expect([found('source_network'), found('direction'), found('reporter')]).toEqual([0, none, 0]);
});

test('directions are the same whether or not anything else is to be found out about addresses', () => {
  const byte = fc.constantFrom(0, 1, 10, 100, 127, 168, 169, 172, 192, 223, 224, 239, 240, 254, 255);
  const second = fc.oneof(byte, fc.constantFrom(15, 16, 31, 32, 63, 64, 128));
  const ipv4 = fc.tuple(byte, second, byte, byte).map((bytes) => bytes.join('.'));
  const address = fc.oneof(ipv4, fc.constantFrom('fd00::1', 'fe80::1', 'ff02::1', '2a00::1', '::1', '::fffe:a00:1'));
  const row = fc.record({ source: address, destination: address, direction: fc.constantFrom(none, 0, 1) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 50 }), (given) => {
      const quick = rowsOf(...given);
      const thorough = rowsOf(...given);
      new Enrichment({ ...options, networks: [], names: {} }).enrich(quick);
      new Enrichment({ ...options, networks: [], names: { '203.0.113.77': 'gateway' } }).enrich(thorough);
      expect(quick.narrow).toEqual(thorough.narrow);
    }),
    { numRuns: 200 },
  );
});

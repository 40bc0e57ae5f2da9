import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { flowInsight, flowNote } from '../../../src/model/index.ts';
import { insightHelp, insightText, kindText, severityText, trustTexts } from '../text/flows.ts';
import { chooseLanguage } from '../text/language.ts';
import { connectivityHref } from './connectivity.ts';
import { filterErrorOf } from './filter-error.ts';
import { keyName, linesOf, rowName, valueText } from './words.ts';

const problem = { type: 'about:blank', title: '', status: 400, code: 'BAD_INPUT', detail: 'as the watcher says it' };

beforeEach(() => {
  vi.stubGlobal('document', { documentElement: { lang: 'en' } });
});
afterEach(async () => {
  await chooseLanguage('en');
  vi.unstubAllGlobals();
});

test('an arrow stands between two ends of the same kind, and only there', () => {
  expect(rowName({ values: ['a', 'b'], labels: ['', ''] }, ['source', 'destination'])).toBe('a → b');
  expect(rowName({ values: ['a', '', '443'], labels: ['', '', 'https'] }, ['source', 'destination', 'service'])).toBe(
    'a → unknown, 443 (https)',
  );
  expect(rowName({ values: ['a', 'b'], labels: [] }, ['exporter', 'output'])).toBe('a, b');
});

test('words of filters are said in the language of the page with the word, countries by their names', async () => {
  expect([valueText('direction', 'ingress'), valueText('event', 'nat-create', 'nat')]).toEqual([
    'ingress',
    'nat-create (nat)',
  ]);
  expect([valueText('source-country', 'DE'), valueText('source-country', 'ZZ9'), valueText('source', '')]).toEqual([
    'DE (Germany)',
    'ZZ9',
    'unknown',
  ]);
  await chooseLanguage('ja');
  expect([
    valueText('direction', 'ingress'),
    valueText('event', 'nat-create', 'nat'),
    valueText('destination-country', 'DE'),
    valueText('source-name', 'ingress'),
  ]).toEqual(['インターフェースで受信 (ingress)', 'NAT 開始 (nat-create)', 'DE (ドイツ)', 'ingress']);
});

test('ends of conversations have names of their own', () => {
  expect(keyName('destination', 'client-server')).toBe('Server');
  expect(keyName('destination', 'source-destination')).toBe('Destination');
});

test('the past of a line follows all present ones, with a key that ends alike for its colour', () => {
  const courses = [
    { row: 0, rates: [1, 2], pastRates: [0, 1] },
    { row: -1, rates: [3, 4], pastRates: [5, 6] },
  ];
  const statistics = { total: 1, average: 1, median: 1, p95: 1, max: 1, activeSteps: 1 };
  const rows = [{ values: ['a'], labels: [''], bytes: 1, packets: 1, flows: 1, statistics, filter: '' }];
  const lines = linesOf({ courses, rows, groupBy: ['source'] }, 'per-second');
  expect(lines.map(({ name, past, max }) => [name, past, max])).toEqual([
    ['a', false, 2],
    ['all others', false, 4],
    ['a, before', true, 1],
    ['all others, before', true, 6],
  ]);
  const ending = (key: string | undefined) => key?.slice(key.indexOf(' '));
  expect(ending(lines[2]?.key)).toBe(ending(lines[0]?.key));
});

test('what is wrong with a filter is told from other problems, with its column, in the language of the page', async () => {
  const filter = { column: 7, expected: 'address', values: {}, found: 'hots' } as const;
  expect(filterErrorOf({ ...problem, filter })).toEqual({ message: 'expected an address, found "hots"', column: 7 });
  expect(filterErrorOf(problem)).toBeUndefined();
  expect(filterErrorOf(undefined)).toBeUndefined();
  await chooseLanguage('ko');
  expect(filterErrorOf({ ...problem, filter })).toEqual({
    message: '여기에 올 수 있는 것: 주소, 입력된 것: "hots"',
    column: 7,
  });
});

test('notes of an answer and insights are said in the language of the page, with numbers as it writes them', async () => {
  const trust = {
    unknownSampling: 0,
    lost: 0.0312,
    dropped: 1200,
    notes: [flowNote({ code: 'two-kinds-of-bytes', values: { packetBytes: 1536, payloadBytes: 10 } })],
  };
  const insight = flowInsight({
    code: 'saturation',
    kind: 'saturation',
    severity: 'warning',
    subject: 'core wan',
    names: { interface: 'core wan' },
    figures: {
      bitsPerSecond: 1e9,
      presentBitsPerSecond: 4.9e8,
      growthBitsPerSecondADay: -2e6,
      share: 0.49,
    },
    thresholds: { fullShare: 0.8, warnDays: 30, farDays: 180 },
    firstAt: '2026-03-01T12:00:00.000Z',
    lastAt: '2026-03-15T12:00:00.000Z',
    filter: 'exporter 1 and out if 2',
  });
  expect(trustTexts(trust).map(({ text, isBad }) => [text, isBad])).toEqual([
    ['3.12% of the exports were lost on the way.', true],
    ['1,200 datagrams came and could not be taken in.', true],
    [expect.stringContaining('1.5 KiB of packets with their headers and 10 B of payload'), false],
  ]);
  await chooseLanguage('id');
  expect(trustTexts(trust).map(({ text }) => text)).toEqual([
    '3,12% kiriman hilang di jalan.',
    '1.200 datagram tiba tetapi tidak dapat diterima.',
    expect.stringContaining('1,5 KiB dari paket'),
  ]);
  expect([kindText('saturation'), severityText('warning'), insightText(insight), ...insightHelp(insight)]).toEqual([
    'Jalur memenuh',
    'peringatan',
    'core wan membawa 490 Mbit/s pada jam sibuk, 49% dari 1 Gbit/s; berkurang 2 Mbit/s setiap hari',
    expect.stringContaining('180 hari'),
    expect.stringContaining('jalur'),
  ]);
});

test('a row leads to a test of its connection where there is such a page, and where it says from where to where', () => {
  const row = { values: ['10.0.0.1', '10.0.0.2', '443', ''] };
  const by = ['source', 'destination', 'destination-port', 'protocol'] as const;
  expect(connectivityHref(row, by, true)).toBe('/connectivity?source=10.0.0.1&destination=10.0.0.2&port=443');
  expect(connectivityHref(row, by, false)).toBeUndefined();
  expect(connectivityHref(row, ['source', 'service'], true)).toBeUndefined();
});

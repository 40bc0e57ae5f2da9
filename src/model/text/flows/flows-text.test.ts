import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { flowDirections, flowKinds, flowReporters } from '../../flow.ts';
import { flowFilterExpectations, type FlowFilterProblem } from '../../flow-filter-problem.ts';
import { flowInsightKinds, flowInsightSchema, type FlowFinding } from '../../flow-insight.ts';
import { flowNoteSchema, type FlowNoteFact } from '../../flow-note.ts';
import { languages } from '../language.ts';
import { flowLines, type FlowLine } from './en.ts';
import { flowFilterLine } from './filter-text.ts';
import { idFlows } from './id.ts';
import { flowInsight, flowNote } from './in-english.ts';
import { flowInsightHelp, flowInsightText } from './insight-text.ts';
import { jaFlows } from './ja.ts';
import { koFlows } from './ko.ts';
import { flowNoteText, flowTrustTexts } from './note-text.ts';
import { flowProblemLines, flowProblemText, flowUnreadText } from './problem-text.ts';
import { flowSpeechOf } from './speech-of.ts';
import type { FlowSpeech } from './speech.ts';
import { flowValueText } from './value-text.ts';

const placesOf = (text: string) => [...text.matchAll(/\{(\w+)/g)].map(([, place = '']) => place).toSorted();

const notes: readonly FlowNoteFact[] = [
  { code: 'two-kinds-of-bytes', values: { packetBytes: 1_500_000, payloadBytes: 999 } },
  ...(['source', 'destination', 'sum', 'average'] as const).map(
    (samplingPoint) => ({ code: 'both-ends', values: { samplingPoint } }) as const,
  ),
  { code: 'one-end-missing', values: { samplingPoint: 'source' } },
  { code: 'one-end-missing', values: { samplingPoint: 'destination' } },
  { code: 'late-records', values: { lateShare: 0.125 } },
  { code: 'sampling-unknown', values: { unknownRecords: 3, records: 3 } },
  { code: 'sampling-unknown', values: { unknownRecords: 3, records: 12_000 } },
  { code: 'ranked-among', values: { rankedRows: 1000, rows: 54_321 } },
  { code: 'sums', values: { width: '1m' } },
  { code: 'sums', values: { width: '1h' } },
  { code: 'sums-behind', values: { untilAt: '2026-03-01T12:00:00.000Z' } },
  { code: 'sums-both-ends', values: {} },
  { code: 'few-sources-merged', values: { leastSources: 5 } },
  { code: 'few-sources-withheld', values: { leastSources: 5 } },
];

const common = {
  severity: 'warning',
  subject: 'core',
  firstAt: '2026-03-01T11:00:00.000Z',
  lastAt: '2026-03-01T12:00:00.000Z',
  filter: 'any',
} as const;
const ofVolume = {
  ...common,
  kind: 'volume',
  names: { exporter: 'core' },
  figures: { bytes: 9e8, usualBytes: 5e7, spreadBytes: 1e6 },
  thresholds: { days: 7, deviations: 5, leastShare: 0.5, leastBytes: 1e7 },
} as const;
const saturation = (
  growthBitsPerSecondADay: number,
  left: Partial<Record<'daysLeft' | 'earliestDays' | 'latestDays', number>>,
) =>
  ({
    ...common,
    code: 'saturation',
    kind: 'saturation',
    names: { interface: 'core wan' },
    figures: { bitsPerSecond: 1e8, presentBitsPerSecond: 4.9e7, growthBitsPerSecondADay, share: 0.49, ...left },
    thresholds: { fullShare: 0.8, warnDays: 30, farDays: 180 },
  }) as const;
const pool = (rule: string) =>
  ({
    ...common,
    code: 'nat-pool',
    kind: 'nat-exhaustion',
    names: { address: '192.0.2.1', protocol: 'UDP', rule, destination: '198.51.100.7' },
    figures: { used: 8, ports: 10, share: 0.8, translations: 9, port: 53 },
    thresholds: { warnShare: 0.8 },
  }) as const;
const insights: readonly FlowFinding[] = [
  {
    ...common,
    code: 'new-peer',
    kind: 'new-peer',
    names: { host: '192.0.2.9' },
    figures: { bytes: 200_000, flows: 1 },
    thresholds: { days: 7, leastBytes: 100_000, muchBytes: 1e8 },
  },
  {
    ...common,
    code: 'host-scan',
    kind: 'host-scan',
    names: { host: '10.0.0.1', service: 'tcp/445 (smb)' },
    figures: { hosts: 60, flows: 61, packets: 62, port: 445 },
    thresholds: { leastHosts: 50, manyHosts: 500, mostPackets: 4 },
  },
  {
    ...common,
    code: 'port-scan',
    kind: 'port-scan',
    names: { host: '10.0.0.1', victim: '10.1.0.9' },
    figures: { ports: 500, flows: 501, packets: 502 },
    thresholds: { leastPorts: 50, manyPorts: 500, mostPackets: 4 },
  },
  {
    ...common,
    code: 'beacon',
    kind: 'beacon',
    names: { host: '10.0.0.1', server: '192.0.2.66', service: 'tcp/443' },
    figures: { intervalMs: 299_700, flows: 20, regularShare: 0.95 },
    thresholds: { leastFlows: 8, leastShare: 0.8, jitterShare: 0.1 },
  },
  { ...ofVolume, code: 'volume-more' },
  { ...ofVolume, code: 'volume-less' },
  {
    ...common,
    code: 'nat-told',
    kind: 'nat-exhaustion',
    names: { exporter: 'core', event: 'nat-ports-exhausted' },
    figures: { events: 30, victims: 3 },
    thresholds: {},
  },
  { ...common, code: 'nat-dropped', kind: 'nat-exhaustion', names: {}, figures: { packets: 4 }, thresholds: {} },
  pool(''),
  pool('ip nat postrouting 7'),
  saturation(3e6, { daysLeft: 17, earliestDays: 12 }),
  saturation(-3e6, {}),
];

const problems: readonly FlowFilterProblem[] = [
  ...flowFilterExpectations.map((expected) => ({
    column: 12_345,
    expected,
    values: { most: 65_535, names: 'host, net', field: 'host' },
    found: '"',
  })),
  { column: 1, expected: 'condition', values: {}, found: null, orListEnd: true, nearest: 'proto' },
  { column: 1, expected: 'shorter-filter', values: {} },
];

const trusts = [
  { unknownSampling: 0, dropped: 3, notes: [], lost: 0.02 },
  { unknownSampling: 0, dropped: 0, notes: [], lost: 0 },
  { unknownSampling: 0, dropped: 0, notes: [] },
];

const places = { 0: 'a', 1: 'b', 2: 'c', 3: 'd' };
const unreadCodes = Object.keys(flowLines).flatMap((name) => /^unread\.(.*)$/.exec(name)?.[1] ?? []);

const eventWords = Object.keys(flowLines).flatMap((name) => /^value\.event\.(.*)$/.exec(name)?.[1] ?? []);
const wordsOf: readonly [string, readonly string[]][] = [
  ['direction', flowDirections],
  ['reporter', flowReporters.slice(1)],
  ['kind', flowKinds],
  ['event', eventWords],
];

/** All that is ever said of traffic. */
function everything(speech: FlowSpeech): string[] {
  return [
    ...notes.map((note) => flowNoteText(note, speech)),
    ...trusts.flatMap((trust) => flowTrustTexts(trust, speech).map(({ text }) => text)),
    speech.line('trust.sampled', { errorShare: 0.031 }),
    speech.line('trust.partial', { missing: 'a, b' }),
    ...insights.flatMap((insight) => [flowInsightText(insight, speech), ...flowInsightHelp(insight, speech)]),
    ...flowInsightKinds.map((kind) => speech.line(`kind.${kind}`)),
    ...(['notice', 'warning', 'critical'] as const).map((severity) => speech.line(`severity.${severity}`)),
    ...problems.map((problem) => flowFilterLine(problem, speech)),
    speech.line('filter.hint'),
    ...flowProblemLines.map((name) => speech.line(name, places)),
    ...unreadCodes.map((code) => flowUnreadText(code, speech)),
    ...wordsOf.flatMap(([key, values]) => values.map((value) => flowValueText(key, value, speech))),
  ];
}

test('examples are what the API says they are, and each code has one', () => {
  for (const note of notes) expect(flowNoteSchema.parse(flowNote(note)).text).not.toBe('');
  for (const one of insights) expect(flowInsightSchema.parse(flowInsight(one)).summary).not.toBe('');
  const codes = (options: readonly { shape: { code: { value: string } } }[]) =>
    options.map(({ shape }) => shape.code.value).toSorted();
  expect([...new Set(notes.map(({ code }) => code))].toSorted()).toEqual(codes(flowNoteSchema.options));
  expect([...new Set(insights.map(({ code }) => code))].toSorted()).toEqual(codes(flowInsightSchema.options));
});

describe.each(languages)('%s', (language) => {
  test('says everything, each line is used, and each place has its value', () => {
    const speech = flowSpeechOf(language);
    const used = new Set<FlowLine>();
    const watched: FlowSpeech = {
      ...speech,
      line: (name, values = {}) => {
        used.add(name);
        expect([name, Object.keys(values)]).toEqual([name, expect.arrayContaining(placesOf(speech.texts[name]))]);
        return speech.line(name, values);
      },
    };
    const said = everything(watched);
    expect(said.filter((text) => text === '' || /[{}]|undefined|NaN|Invalid/.test(text))).toEqual([]);
    expect([...used].toSorted()).toEqual(Object.keys(flowLines).toSorted());
  });
});

describe.each([
  ['ko', koFlows],
  ['ja', jaFlows],
  ['id', idFlows],
] as const)('%s', (language, texts) => {
  test('has the lines of English with their places, in its own words', () => {
    expect(Object.keys(texts)).toEqual(Object.keys(flowLines));
    for (const [name, english] of Object.entries(flowLines)) {
      expect([name, placesOf(texts[name as FlowLine])]).toEqual([name, placesOf(english)]);
    }
    const same = Object.entries(flowLines).filter(([name, english]) => texts[name as FlowLine] === english);
    expect(same.map(([, english]) => english)).toEqual(['if']);
    expect(flowValueText('event', 'nat-create', flowSpeechOf(language))).not.toBe('nat-create');
    expect(flowValueText('source-name', 'nat-create', flowSpeechOf(language))).toBe('nat-create');
  });

  test('particles stand behind names as pairs that are known, in Korean only', () => {
    const pairs = Object.values(texts).flatMap((text) =>
      [...text.matchAll(/\{\w+, ([^}]+)\}/g)].map(([, pair]) => pair),
    );
    if (language === 'ko') expect(new Set(pairs)).toEqual(new Set(['과/와', '은/는', '을/를', '이/가']));
    else expect(pairs).toEqual([]);
    const fixed = Object.values(texts).filter((text) => /\}(은|는|이|가|을|를|과|와|으로|로)(?=[\s.,?]|$)/.test(text));
    expect(fixed).toEqual([]);
  });
});

test('numbers, bytes, rates, dates and particles are those of the language', () => {
  const said = (language: (typeof languages)[number]) => {
    const speech = flowSpeechOf(language);
    return [notes[0], notes[9], notes[13]].map((note) => note && flowNoteText(note, speech));
  };
  expect(said('en')).toEqual([
    expect.stringContaining('1.5 MB of packets with their headers and 999 B of payload'),
    expect.stringContaining('3 of 12,000 records'),
    expect.stringContaining('until 2026-03-01T12:00:00.000Z'),
  ]);
  expect(said('id')).toEqual([
    expect.stringContaining('1,5 MB dari paket'),
    expect.stringContaining('3 dari 12.000 catatan'),
    expect.stringContaining('1 Mar 2026'),
  ]);
  const korean = flowSpeechOf('ko');
  const [growing] = insights.slice(-2);
  expect(growing && flowInsightText(growing, korean)).toBe(
    'core wan은 바쁜 시간에 100 Mbit/s 중 49 Mbit/s(49%)를 사용하며, 매일 3 Mbit/s씩 늘어납니다. 가득 차는 날: 2026. 3. 18. (범위: 2026. 3. 13. ~ 없음).',
  );
  expect(insights.slice(0, 4).map((one) => flowInsightText(one, flowSpeechOf('en')))).toEqual([
    '192.0.2.9 was not talked to in the 7 days before: 1 flow, 200 kB',
    '10.0.0.1 tried tcp/445 (smb) of 60 hosts, 61 times',
    '10.0.0.1 tried 500 ports of 10.1.0.9, 501 times',
    '10.0.0.1 talks to 192.0.2.66 by tcp/443 every 5m: 20 times, 95% of the intervals within 10%',
  ]);
});

const sourcesIn = (folder: string) => {
  const path = new URL(`../../../${folder}/`, import.meta.url);
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(file, path), 'utf8'))
    .join('\n');
};

test('problems that are recognised are still said, and codes of what is unread still counted', () => {
  const folders = ['watcher/flows', 'observe/nat', 'observe/flows', 'store/segments'];
  const sources = folders.map(sourcesIn).join('\n');
  const unsaid = flowProblemLines.filter((name) => {
    // Tails such as `: why`, and halves of sentences, are put together elsewhere.
    const [head = '', tail] = flowLines[name].replace(/: \{\d\}$/, '').split(/(?<= is off|has no \{0\}): |; (?=turn)/);
    return ![head, tail ?? head].every((part) => {
      const escaped = part.replaceAll(/[()?.*+[\]\\^$|]/g, String.raw`\$&`).replaceAll('`', String.raw`\\?\``);
      return new RegExp(`['\`\n ]${escaped.replaceAll(/\{\d\}/g, String.raw`\$\{.+?\}`)}`).test(sources);
    });
  });
  expect(unsaid).toEqual([]);
  const lists = [...sources.matchAll(/const (?:malformations|refusals) = \[([^\]]*)\]/g)].map(([, list]) => list);
  const counted = [...sources.matchAll(/\bcount\('([a-z-]+)',/g)].map(([, code]) => `'${code}'`);
  const events = [...sourcesIn('explain/flows').matchAll(/\[\d+, '([a-z0-9-]+)'\]/g)].map(([, name = '']) => name);
  expect(eventWords.filter((name) => !events.includes(name))).toEqual([]);
  expect(events.filter((name) => /^(nat|firewall)/.test(name) && !eventWords.includes(name))).toEqual([]);
  const codes = [...lists, ...counted].join(' ').match(/(?<=')[a-z-]+(?=')/g);
  expect(new Set(codes)).toEqual(new Set(unreadCodes));
});

test('a problem of the collector is recognised with what stands in it, and another one stays', () => {
  for (const language of ['ko', 'ja', 'id'] as const) {
    const speech = flowSpeechOf(language);
    for (const name of flowProblemLines) {
      const said = flowSpeechOf('en').line(name, places);
      expect([name, flowProblemText(said, speech)]).toEqual([name, speech.line(name, places)]);
    }
    expect(flowProblemText('something else', speech)).toBe('something else');
    expect(flowUnreadText('made-up', speech)).toBe('made-up');
  }
  expect(flowProblemText('flows are not written: ENOSPC', flowSpeechOf('en'))).toBe('flows are not written: ENOSPC');
});

test('what is newer than the reader is said as it came', () => {
  const speech = flowSpeechOf('ja');
  const newer = { code: 'made-up', values: {}, text: 'something new' } as unknown as FlowNoteFact;
  expect(flowNoteText(newer, speech)).toBe('something new');
  const insight = { ...common, code: 'made-up', summary: 'it is so' } as unknown as FlowFinding;
  expect([flowInsightText(insight, speech), flowInsightHelp(insight, speech)]).toEqual(['it is so', []]);
});

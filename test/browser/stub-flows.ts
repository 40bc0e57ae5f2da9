import { problemOf } from '../../src/server/http/problem.ts';
import { countryText } from '../../src/explain/flows/country.ts';
import { naive } from '../../src/explain/flows/filter/naive.fixture.ts';
import { parseFilter } from '../../src/explain/flows/filter/parse.ts';
import { protocolName } from '../../src/explain/flows/protocols.ts';
import {
  flowInsight,
  flowKinds,
  flowNote,
  QwError,
  type FlowAnswer,
  type FlowCosts,
  type FlowInsight,
  type FlowKey,
  type FlowLatencyAnswer,
  type FlowLatencyQuestion,
  type FlowQuestion,
  type FlowRecord,
  type FlowRecordsAnswer,
  type FlowRow,
  type FlowSqlAnswer,
  type FlowStatus,
} from '../../src/model/index.ts';
import { isClient, manyTalks, officeTalks, type Talk } from './flow-data.ts';

/** `/api/v1/flows…` over a small office: filters and groupings change the figures as they would with real records. */

export interface FlowsStub {
  status: FlowStatus;
  /** The questions about amounts so far. */
  questions: FlowQuestion[];
  /** So many clients more than the office has. */
  clients: number;
  /** Whoever is signed in may not see who talks to whom. */
  refused: boolean;
  /** Prices are configured. */
  priced: boolean;
  reset: () => void;
  /** Undefined where there is no such thing. */
  answer: (parts: readonly string[], method: string, body: unknown) => object | undefined;
}

const names = ['edge', 'core'];
const numbers = {
  exporters: (text: string) => [names.indexOf(text) + 1].filter((number) => number > 0),
  numbers: () => [],
  interfaces: () => [],
};
const steps = 60;
/** Two digits are right where 1 of 1000 packets was looked at. */
const sampledError = 0.021;

/** The past was quieter. */
const pastShare = 0.8;

function statusNow(): FlowStatus {
  const seen = (ms: number) => new Date(Date.now() - ms).toISOString();
  const common = { protocol: 'IPFIX', domain: 0, messages: 12_000, templates: 3, lastSeen: seen(2000) };
  return {
    enabled: true,
    listening: ['udp:0.0.0.0:2055', 'udp:0.0.0.0:6343'],
    exporters: [
      {
        ...common,
        number: 1,
        name: 'edge',
        address: '192.0.2.1',
        records: 310_000,
        lost: 0,
        lostShare: 0,
        sampling: 1,
        clockAheadMs: -12,
        interfaces: { 1: 'lan', 2: 'wan1' },
      },
      {
        ...common,
        number: 2,
        name: 'core',
        address: '192.0.2.2',
        protocol: 'NetFlow v9',
        domain: 7,
        records: 42_000,
        lost: 130,
        lostShare: 0.003,
        sampling: 1000,
        clockAheadMs: 92_000,
        interfaces: {},
      },
    ],
    recordsPerSecond: 812,
    dropped: 12,
    malformed: { 'bad-set-length': 3 },
    waitingRows: 400,
    store: { rows: 352_000, bytes: 8_100_000, from: seen(14 * 86_400_000), to: seen(1000) },
    problems: [],
  };
}

export function createFlowsStub(): FlowsStub {
  const stub: FlowsStub = {
    status: statusNow(),
    questions: [],
    clients: 0,
    refused: false,
    priced: true,
    reset: () => {
      stub.status = statusNow();
      stub.questions.length = 0;
      stub.clients = 0;
      stub.refused = false;
      stub.priced = true;
    },
    answer: (parts, method, body) => {
      const talks = () => [...officeTalks(), ...manyTalks(stub.clients)];
      if (stub.refused && parts[1] !== 'status')
        return { type: 'about:blank', title: 'Not allowed', status: 403, code: 'FORBIDDEN', detail: 'operators only' };
      try {
        switch (`${method} ${parts[1]}`) {
          case 'GET status':
            return stub.status;
          case 'GET names':
            return { items: names.map((text) => ({ kind: 'exporter', text })) };
          case 'GET costs':
            return stub.priced ? costs() : { ...noPrices };
          case 'GET insights':
            return { items: insights() };
          case 'POST query':
            stub.questions.push(body as FlowQuestion);
            return amounts(body as FlowQuestion, talks());
          case 'POST latency':
            return latency(body as FlowLatencyQuestion, talks());
          case 'POST records':
            return records(body as FlowQuestion & { before?: string }, talks());
          case 'POST sql':
            return sql((body as { sql: string }).sql, talks());
          default:
            return undefined;
        }
      } catch (thrown) {
        if (!(thrown instanceof QwError)) throw thrown;
        // As the watcher's server says it.
        return problemOf(thrown);
      }
    },
  };
  return stub;
}

function fitting(filter: string, talks: readonly Talk[]): Talk[] {
  const parsed = parseFilter(filter);
  return talks.filter(({ record }) => naive(parsed, record, numbers));
}

type Side = 'source' | 'destination';

const ofSide: Readonly<Record<string, (talk: Talk, side: Side) => string>> = {
  '': (talk, side) => talk[side],
  '-subnet': (talk, side) => talk[side].replace(/\.\d+$/, '.0/24'),
  '-port': ({ record }, side) => String(record[`${side}_port`]),
  '-name': (talk, side) => talk[`${side}Name`],
  '-country': ({ record }, side) => {
    const number = Number(record[`${side}_country`]);
    return number === 0 ? '' : (countryText(number) ?? '');
  },
  '-as': ({ record }, side) => (record[`${side}_as`] === 0n ? '' : String(record[`${side}_as`])),
};

function valueOf(talk: Talk, key: FlowKey, view: FlowQuestion['view']): string {
  const [, end, rest = ''] = /^(source|destination)(-.*)?$/.exec(key) ?? [];
  if (end !== undefined) {
    const swapped = view === 'client-server' && !isClient(talk);
    const side: Side = (end === 'source') === swapped ? 'destination' : 'source';
    return ofSide[rest]?.(talk, side) ?? '';
  }
  if (key === 'protocol') return protocolName(Number(talk.record.protocol));
  if (key === 'service') return talk.service;
  if (key === 'exporter') return names[Number(talk.record.exporter) - 1] ?? '';
  if (key === 'input' || key === 'output') return String(talk.record[key]);
  if (key === 'kind') return flowKinds[Number(talk.record.kind)] ?? '';
  return key === 'reason' ? talk.reason : '';
}

const words: Readonly<Partial<Record<FlowKey, string>>> = {
  protocol: 'proto',
  exporter: 'exporter',
  kind: 'kind',
};

/** What narrows a filter to a value; '' for what the language has no word for. */
function termOf(key: FlowKey, value: string, view: FlowQuestion['view']): string {
  if (value === '') return '';
  const [, end, rest = ''] = /^(source|destination)(-.*)?$/.exec(key) ?? [];
  if (end === undefined) return words[key] === undefined ? '' : `${words[key]} ${value}`;
  const isSource = end === 'source';
  const word = view === 'client-server' ? (isSource ? 'client' : 'server') : isSource ? 'src' : 'dst';
  if (rest === '-name') return '';
  return `${word} ${rest === '' ? 'host' : rest === '-subnet' ? 'net' : rest.slice(1)} ${value}`;
}

const rateOf = ({ bytesPerSecond, packetsPerSecond }: Talk, measure: FlowQuestion['measure']) =>
  measure === 'bytes' ? bytesPerSecond : measure === 'packets' ? packetsPerSecond : 0.1;

/** A wave of an hour over the rate, with a pause where it is lowest. */
function shapeAt({ phase }: Talk, atMs: number): number {
  const wave = 0.5 + 0.5 * Math.sin(2 * Math.PI * (atMs / 3_600_000 + phase));
  return wave < 0.05 ? 0 : wave;
}

const quantile = (values: readonly number[], share: number) =>
  values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

function statisticsOf(rates: readonly number[], stepMs: number): FlowRow['statistics'] {
  const active = rates.filter((rate) => rate > 0).toSorted((one, other) => one - other);
  const sum = active.reduce((whole, rate) => whole + rate, 0);
  return {
    total: (sum * stepMs) / 1000,
    average: active.length === 0 ? 0 : sum / active.length,
    median: quantile(active, 0.5),
    p95: quantile(active, 0.95),
    max: active.at(-1) ?? 0,
    activeSteps: active.length,
  };
}

const isSampled = ({ record }: Talk) => record.sampling > 1n;

function amounts(question: FlowQuestion, all: readonly Talk[]): FlowAnswer {
  const { view, groupBy, measure, samplingPoint, statistic, limit, charted, compareMs } = question;
  const fromMs = Date.parse(question.from);
  const stepMs = Math.max(1000, Math.ceil((Date.parse(question.to) - fromMs) / steps / 1000) * 1000);
  const at = Array.from({ length: steps }, (_, step) => fromMs + step * stepMs);
  const talks = fitting(question.filter, all);
  const ratesOf = (group: readonly Talk[], of: FlowQuestion['measure'], shiftMs: number) =>
    at.map((ms) =>
      group.reduce((sum, talk) => {
        const reports = samplingPoint === 'sum' && talk.twice ? 2 : 1;
        const growth = shiftMs > 0 ? pastShare : 1;
        return sum + rateOf(talk, of) * reports * growth * shapeAt(talk, ms - shiftMs);
      }, 0),
    );
  const totals = (group: readonly Talk[], shiftMs: number) => {
    const total = (of: FlowQuestion['measure']) =>
      Math.round(ratesOf(group, of, shiftMs).reduce((sum, rate) => sum + (rate * stepMs) / 1000, 0));
    return { bytes: total('bytes'), packets: total('packets'), flows: total('flows') };
  };
  const groups = Map.groupBy(talks, (talk) => groupBy.map((key) => valueOf(talk, key, view)).join('\n'));
  const errorOf = (group: readonly Talk[]) => (group.some(isSampled) ? sampledError : 0);
  const ranked = [...groups.values()]
    .map((group) => ({ group, statistics: statisticsOf(ratesOf(group, measure, 0), stepMs) }))
    .toSorted((one, other) => other.statistics[statistic] - one.statistics[statistic]);
  const rows = ranked.slice(0, limit).map(({ group, statistics }): FlowRow => {
    const [first] = group;
    const values = groupBy.map((key) => (first ? valueOf(first, key, view) : ''));
    const terms = groupBy.map((key, index) => termOf(key, values[index] ?? '', view));
    return {
      values,
      labels: groupBy.map((key) => (key === 'destination' ? (first?.destinationName ?? '') : '')),
      ...totals(group, 0),
      statistics,
      error: errorOf(group),
      ...(compareMs > 0 && { past: totals(group, compareMs + 600_000) }),
      filter: terms.filter((term) => term !== '').join(' and '),
    };
  });
  const course = (row: number, group: readonly Talk[]) => ({
    row,
    rates: ratesOf(group, measure, 0),
    ...(compareMs > 0 && { pastRates: ratesOf(group, measure, compareMs + 600_000) }),
  });
  const rest = ranked.slice(charted).flatMap(({ group }) => group);
  return {
    from: question.from,
    to: question.to,
    stepMs,
    at,
    groupBy,
    rows,
    omitted: Math.max(0, ranked.length - limit),
    courses: [
      ...ranked.slice(0, charted).map(({ group }, row) => course(row, group)),
      ...(rest.length > 0 && charted > 0 ? [course(-1, rest)] : []),
    ],
    total: { ...totals(talks, 0), statistics: statisticsOf(ratesOf(talks, measure, 0), stepMs) },
    bytesOf: 'packets',
    trust: {
      error: errorOf(talks),
      unknownSampling: 0.04,
      lost: 0.003,
      dropped: 12,
      notes: [flowNote({ code: 'late-records', values: { lateShare: 0.0131 } })],
    },
    sql: `SELECT ${groupBy.join(', ').replaceAll('-', '_')}, sum(bytes * sampling) AS bytes FROM flows GROUP BY ALL`,
    resolution: 'records',
    elapsedMs: 42,
  };
}

function latency(question: FlowLatencyQuestion, all: readonly Talk[]): FlowLatencyAnswer {
  const { view, groupBy, by, limit } = question;
  const talks = fitting(question.filter, all).filter(({ rttMs }) => rttMs > 0);
  const groups = Map.groupBy(talks, (talk) => groupBy.map((key) => valueOf(talk, key, view)).join('\n'));
  const rows = [...groups.values()].map((group) => {
    const times = group.map(({ rttMs }) => rttMs);
    const averageMs = times.reduce((sum, time) => sum + time, 0) / times.length;
    const [first] = group;
    const values = groupBy.map((key) => (first ? valueOf(first, key, view) : ''));
    return {
      values,
      labels: values.map(() => ''),
      records: group.length * 40,
      averageMs,
      medianMs: averageMs * 0.9,
      p95Ms: averageMs * 1.7,
      p99Ms: averageMs * 2.4,
      maxMs: averageMs * 4,
      deviationMs: averageMs * 0.3,
      filter: groupBy.map((key, index) => termOf(key, values[index] ?? '', view)).join(' and '),
    };
  });
  const ranked = rows.toSorted((one, other) => other[`${by}Ms`] - one[`${by}Ms`]);
  const trust = { unknownSampling: 0, dropped: 0, notes: [] };
  return { groupBy, rows: ranked.slice(0, limit), omitted: Math.max(0, ranked.length - limit), trust };
}

function records(question: FlowQuestion & { before?: string }, all: readonly Talk[]): FlowRecordsAnswer {
  const toMs = Date.parse(question.before?.split('~')[0] ?? question.to);
  const fromMs = Date.parse(question.from);
  const items = fitting(question.filter, all)
    .map((talk, index): FlowRecord => {
      const endMs = toMs - 1000 - index * 7000;
      const { record } = talk;
      return {
        start: new Date(endMs - 5000).toISOString(),
        end: new Date(endMs).toISOString(),
        source: talk.source,
        sourcePort: Number(record.source_port),
        destination: talk.destination,
        destinationPort: Number(record.destination_port),
        protocol: protocolName(Number(record.protocol)),
        bytes: String(record.bytes * 5n),
        packets: String(record.packets * 5n),
        sampling: Number(record.sampling),
        tcpFlags: record.tcp_flags === 0n ? '' : 'FSPA',
        exporter: names[Number(record.exporter) - 1] ?? '',
        input: String(record.input),
        output: String(record.output),
        kind: flowKinds[Number(record.kind)] ?? '',
        event: '',
        communityId: `1:${Buffer.from(`${talk.source} ${talk.destination} ${index}`).toString('base64')}`,
        more: { tos: '0' },
      };
    })
    .filter(({ end }) => Date.parse(end) >= fromMs);
  const shown = items.slice(0, question.limit);
  const last = shown.at(-1);
  return { items: shown, ...(question.before === undefined && last && { next: `${last.end}~1` }) };
}

function sql(statement: string, all: readonly Talk[]): FlowSqlAnswer {
  if (statement.slice(0, 6).toLowerCase() !== 'select')
    throw new QwError('TELEMETRY_QUERY', 'only SELECT may be asked');
  const ports = Map.groupBy(all, ({ record }) => Number(record.destination_port));
  const rows = [...ports].map(([port, talks]) => [port, talks.reduce((sum, one) => sum + one.bytesPerSecond, 0)]);
  return { columns: ['destination_port', 'bytes'], rows: rows.slice(0, 10), more: rows.length > 10, elapsedMs: 17 };
}

const noPrices = {
  type: 'about:blank',
  title: 'There is no such thing',
  status: 404,
  code: 'NOT_FOUND',
  detail: 'there are no prices',
};

function costs(): FlowCosts {
  const gib = 2 ** 30;
  const items = [
    { to: 'dst country DE', pricePerGiB: 0.02, bytes: 120 * gib, cost: 2.4 },
    { to: '', pricePerGiB: 0.08, bytes: 40 * gib, cost: 3.2 },
  ];
  const at = new Date().toISOString();
  return { from: at, to: at, currency: 'EUR', items, total: { bytes: 160 * gib, cost: 5.6 } };
}

function insights(): FlowInsight[] {
  const at = (ms: number) => new Date(Date.now() - ms).toISOString();
  return [
    flowInsight({
      code: 'port-scan',
      kind: 'port-scan',
      severity: 'warning',
      subject: '198.51.100.99',
      names: { host: '198.51.100.99', victim: '10.0.0.11' },
      figures: { ports: 214, flows: 230, packets: 230 },
      thresholds: { leastPorts: 50, manyPorts: 500, mostPackets: 4 },
      firstAt: at(1_900_000),
      lastAt: at(1_860_000),
      filter: 'src host 198.51.100.99',
    }),
    flowInsight({
      code: 'new-peer',
      kind: 'new-peer',
      severity: 'notice',
      subject: '172.16.0.5',
      names: { host: '172.16.0.5' },
      figures: { bytes: 250_000, flows: 3 },
      thresholds: { days: 7, leastBytes: 100_000, muchBytes: 100_000_000 },
      firstAt: at(600_000),
      lastAt: at(600_000),
      filter: 'host 10.0.0.30 and host 172.16.0.5',
    }),
  ];
}

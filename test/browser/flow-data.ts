import { isSourceClient, noRecord, type PlainRecord } from '../../src/explain/flows/filter/naive.fixture.ts';
import { countryNumber } from '../../src/explain/flows/country.ts';
import { parseAddress } from '../../src/model/index.ts';

/** A small office and its web server, as flow records: who talks to whom, as a rate that goes up and down. */

export interface Talk {
  source: string;
  destination: string;
  sourceName: string;
  destinationName: string;
  service: string;
  reason: string;
  bytesPerSecond: number;
  packetsPerSecond: number;
  rttMs: number;
  /** Both ends report it. */
  twice: boolean;
  /** Where its wave begins, 0 to 1. */
  phase: number;
  record: PlainRecord;
}

interface Given {
  from: string;
  to: string;
  port: number;
  protocol?: number;
  service?: string;
  rate: number;
  /** Of what comes back. */
  back?: number;
  exporter?: number;
  country?: string;
  as?: bigint;
  rttMs?: number;
  name?: string;
  kind?: number;
  reason?: string;
}

const addressOf = (text: string, side: 'source' | 'destination') => {
  const { high, low } = parseAddress(text) ?? { high: 0n, low: 0n };
  return { [`${side}_high`]: high, [`${side}_low`]: low };
};

/** One way of a conversation as it would be exported. */
function talk(given: Given, index: number, isBack: boolean): Talk {
  const { from, to, port, protocol = 6, rate, back = 0, exporter = 1, country = '', as = 0n, kind = 0 } = given;
  const ends = isBack ? { source: to, destination: from } : { source: from, destination: to };
  const clientPort = BigInt(40_000 + index);
  const number = BigInt(countryNumber(country) ?? 0);
  const far = isBack ? 'source' : 'destination';
  const bytesPerSecond = isBack ? back : rate;
  return {
    ...ends,
    sourceName: isBack ? (given.name ?? '') : '',
    destinationName: isBack ? '' : (given.name ?? ''),
    service: given.service ?? `tcp/${port}`,
    reason: given.reason ?? '',
    bytesPerSecond,
    packetsPerSecond: bytesPerSecond / 700,
    rttMs: given.rttMs ?? 0,
    twice: exporter === 1,
    phase: (index * 0.37) % 1,
    record: {
      ...noRecord,
      ...addressOf(ends.source, 'source'),
      ...addressOf(ends.destination, 'destination'),
      source_port: isBack ? BigInt(port) : clientPort,
      destination_port: isBack ? clientPort : BigInt(port),
      protocol: BigInt(protocol),
      bytes: BigInt(Math.round(bytesPerSecond)),
      packets: BigInt(Math.round(bytesPerSecond / 700)),
      sampling: exporter === 2 ? 1000n : 1n,
      exporter: BigInt(exporter),
      input: isBack ? 2n : 1n,
      output: isBack ? 1n : 2n,
      kind: BigInt(kind),
      tcp_flags: protocol === 6 ? 0x1bn : 0n,
      rtt_us: BigInt(Math.round((given.rttMs ?? 0) * 1000)),
      [`${far}_country`]: number,
      [`${far}_as`]: as,
    },
  };
}

export const webServer = '10.0.0.80';
const office: Given[] = [
  {
    from: '10.0.0.11',
    to: webServer,
    port: 443,
    service: 'https',
    rate: 2000,
    back: 90_000,
    rttMs: 0.6,
    name: 'web-1',
  },
  {
    from: '10.0.0.12',
    to: webServer,
    port: 443,
    service: 'https',
    rate: 1500,
    back: 52_000,
    rttMs: 0.7,
    name: 'web-1',
  },
  {
    from: '198.51.100.7',
    to: webServer,
    port: 443,
    service: 'https',
    rate: 9000,
    back: 240_000,
    rttMs: 48,
    name: 'web-1',
  },
  { from: '203.0.113.9', to: webServer, port: 80, service: 'http', rate: 700, back: 8000, rttMs: 181, name: 'web-1' },
  {
    from: '10.0.0.11',
    to: '1.1.1.1',
    port: 53,
    protocol: 17,
    service: 'dns',
    rate: 90,
    back: 210,
    country: 'AU',
    as: 13_335n,
  },
  {
    from: '10.0.0.12',
    to: '1.1.1.1',
    port: 53,
    protocol: 17,
    service: 'dns',
    rate: 70,
    back: 160,
    country: 'AU',
    as: 13_335n,
  },
  {
    from: '10.0.0.13',
    to: '93.184.216.34',
    port: 443,
    service: 'https',
    rate: 4000,
    back: 30_000,
    country: 'US',
    as: 15_133n,
    rttMs: 95,
    exporter: 2,
  },
  {
    from: '10.0.0.14',
    to: '93.184.216.34',
    port: 443,
    service: 'https',
    rate: 800,
    back: 5000,
    country: 'US',
    as: 15_133n,
    rttMs: 97,
    exporter: 2,
  },
  {
    from: '10.0.0.13',
    to: '10.0.0.20',
    port: 445,
    service: 'smb',
    rate: 60_000,
    back: 4000,
    rttMs: 0.4,
    name: 'files',
  },
  {
    from: '10.0.0.15',
    to: '10.0.0.20',
    port: 445,
    service: 'smb',
    rate: 21_000,
    back: 1500,
    rttMs: 0.5,
    name: 'files',
  },
  { from: '10.0.0.30', to: '172.16.0.5', port: 22, service: 'ssh', rate: 300, back: 400, rttMs: 12 },
  { from: '2001:db8::11', to: '2001:db8::80', port: 443, service: 'https', rate: 1000, back: 11_000, rttMs: 0.8 },
  {
    from: '198.51.100.99',
    to: '10.0.0.11',
    port: 23,
    service: 'telnet',
    rate: 20,
    kind: 2,
    reason: '\u202e<b>policy deny</b>',
  },
];

const bothWays = (given: Given, index: number): Talk[] =>
  given.back === undefined ? [talk(given, index, false)] : [talk(given, index, false), talk(given, index, true)];

export const officeTalks = (): Talk[] => office.flatMap(bothWays);

/** So many clients more, each a little less busy than the one before. */
export const manyTalks = (count: number): Talk[] =>
  Array.from({ length: count }, (_, index) =>
    talk(
      {
        from: `10.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`,
        to: webServer,
        port: 443,
        service: 'https',
        rate: 1000 / (index + 1),
      },
      index,
      false,
    ),
  );

export const isClient = ({ record }: Talk): boolean => isSourceClient(record);

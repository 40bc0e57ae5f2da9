import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSflow } from '../../src/observe/flows/decode/sflow/describe.ts';
import { SflowDecoder } from '../../src/observe/flows/decode/sflow/decoder.ts';
import { datagramsOf, filesBelow, fixtures, fixturesMissing } from './fixtures.ts';

/** Samples of sFlow as tshark reads them. */

interface Tree {
  [key: string]: Tree | string;
}

/** The first value under this key, however deep; samples within are not looked into. */
function find(tree: Tree, key: string): string | undefined {
  for (const [name, value] of Object.entries(tree)) {
    if (name === key && typeof value === 'string') return value;
    if (typeof value === 'object') {
      const found = find(value, key);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** What both say of a sample's packet. */
const summary = (values: (string | number | undefined)[]) => values.map((value) => value ?? '-').join(' ');

function oracleSamples(file: string): string[] {
  const packets = JSON.parse(readFileSync(file, 'utf8')) as { sflow?: Tree | Tree[] }[];
  return packets
    .flatMap(({ sflow }): Tree[] => (sflow === undefined ? [] : [sflow].flat()))
    .flatMap((sflow) =>
      Object.entries(sflow).flatMap(([name, value]) => {
        if (!/^(Flow|Expanded flow) sample/.test(name) || typeof value !== 'object') return [];
        const header = find(value, 'ip.src') ?? find(value, 'ipv6.src');
        if (header === undefined) return [];
        return [
          summary([
            Number(find(value, 'sflow.flow_sample.sampling_rate')),
            header,
            find(value, 'ip.dst') ?? find(value, 'ipv6.dst'),
            find(value, 'tcp.srcport') ?? find(value, 'udp.srcport'),
            find(value, 'tcp.dstport') ?? find(value, 'udp.dstport'),
            find(value, 'ip.len') ?? String(Number(find(value, 'ipv6.plen')) + 40),
          ]),
        ];
      }),
    )
    .sort();
}

interface OurHeaders {
  source?: string;
  destination?: string;
  sourcePort?: number;
  destinationPort?: number;
  totalBytes?: number;
  protocol?: number;
}

function ourSamples(file: string): string[] {
  return datagramsOf(file)
    .flatMap(({ payload }) => describeSflow(payload)?.samples ?? [])
    .flatMap((sample) => {
      if (sample['kind'] !== 'flow') return [];
      const records = sample['records'] as { kind: string; headers?: OurHeaders }[];
      const headers = records.find(({ kind }) => kind === 'header')?.headers;
      if (headers?.source === undefined) return [];
      const hasPorts = headers.protocol === 6 || headers.protocol === 17;
      return [
        summary([
          Number(sample['rate']),
          headers.source,
          headers.destination,
          hasPorts ? headers.sourcePort : undefined,
          hasPorts ? headers.destinationPort : undefined,
          headers.totalBytes,
        ]),
      ];
    })
    .sort();
}

describe.skipIf(fixturesMissing !== undefined)('sFlow as tshark reads it', () => {
  const pairs =
    fixturesMissing === undefined
      ? [...filesBelow('pcap', '.pcap'), ...filesBelow('lab-exporters', '.pcap')].flatMap((file) => {
          const name = basename(file, '.pcap');
          const oracle = ['', 'lab-'].map((prefix) => join(fixtures, 'oracle-tshark-4.0.17', `${prefix}${name}.json`));
          const present = oracle.find((path) => existsSync(path));
          return present !== undefined && /sflow/i.test(name) ? [{ file, oracle: present }] : [];
        })
      : [];
  let compared = 0;

  test.each(pairs)('$file', ({ file, oracle }) => {
    const theirs = oracleSamples(oracle);
    const ours = ourSamples(file);
    expect(ours).toEqual(theirs);
    compared += ours.length;
  });

  test('there was much to compare', () => {
    expect(compared).toBeGreaterThan(100);
  });

  test('drop notifications name where packets were dropped', () => {
    const kinds = filesBelow('pcap', '.pcap')
      .filter((file) => /Drop|15375/.test(file))
      .flatMap((file) => {
        let rows = 0;
        const decoder = new SflowDecoder({
          onRows: (full) => {
            rows += full.rows;
            expect(full.narrow.kind[0]).toBe(3);
          },
        });
        return datagramsOf(file).flatMap(({ payload, source, at }) => {
          decoder.decode(payload, { exporter: source, receivedAt: at });
          decoder.flush();
          expect(rows).toBe(1);
          const sample = describeSflow(payload)!.samples[0]!;
          return (sample['records'] as { kind: string }[]).map(({ kind }) => `${String(sample['kind'])} ${kind}`);
        });
      });
    expect(kinds.sort()).toEqual(['drop egress-queue', 'drop egress-queue', 'drop function', 'drop rule']);
  });
});

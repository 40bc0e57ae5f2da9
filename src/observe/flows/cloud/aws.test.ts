import { expect, test } from 'vitest';
import { readLog } from './cloud.fixture.ts';

const accepted = '2 123456789010 eni-1 172.31.16.139 203.0.113.12 49761 443 6 20 4249 1418530010 1418530070 ACCEPT OK';

test('a line of the default format', () => {
  const { rows, counts } = readLog('aws', `${accepted}\n`, { receivedAt: 1_418_530_370_000 });
  expect(rows).toEqual([
    {
      ts: 1_418_530_070_000,
      duration_ms: 60_000,
      lateness_ms: 300_000,
      exporter: 'aws-vpc 123456789010/eni-1 0',
      kind: 'traffic',
      reporter: 'unknown',
      direction: 255,
      bytes_of: 'packets',
      sampling: 1,
      sampling_from: 'unsampled',
      source: '172.31.16.139',
      destination: '203.0.113.12',
      source_port: 49_761,
      destination_port: 443,
      protocol: 6,
      bytes: 4249,
      packets: 20,
    },
  ]);
  expect(counts).toMatchObject({ entries: 1, rows: 1, noData: 0, skippedData: 0 });
});

test('what was refused is a drop, and lines about health are no traffic', () => {
  const { rows, counts } = readLog(
    'aws',
    [
      accepted.replace('ACCEPT', 'REJECT'),
      '2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA',
      '2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - SKIPDATA',
    ].join('\n'),
  );
  expect(rows).toMatchObject([{ kind: 'drop', reason: 'REJECT', forwarding: 130, bytes: 4249 }]);
  expect(counts).toMatchObject({ entries: 3, rows: 1, noData: 1, skippedData: 1 });
});

test('the first line of a file says which fields there are, and only of that file', () => {
  const header =
    'srcaddr dstaddr flow_direction instance-id vpc-id subnet-id pkt-srcaddr pkt-dstaddr end tcp-flags bytes\n';
  const line = '10.0.1.5 10.0.0.220 egress i-1 vpc-1 subnet-1 10.0.1.5 203.0.113.5 1431280934 18 9007199254740993\n';
  const { rows, malformed, counts } = readLog('aws', header + line);
  expect(rows).toMatchObject([
    {
      source: '10.0.1.5',
      destination: '203.0.113.5',
      next_hop: '10.0.0.220',
      source_name: 'i-1',
      source_network: 'vpc-1/subnet-1',
      reporter: 'source',
      direction: 1,
      tcp_flags: 18,
      bytes: 9_007_199_254_740_992,
    },
  ]);
  expect(malformed).toEqual({});
  expect(counts.entries).toBe(1);
  expect(readLog('aws', line).malformed).toEqual({ 'field-count': 1 });
  const given = header.trim().replaceAll('_', '-').replaceAll(/(\S+)/g, '${$1}');
  expect(readLog('aws', line, { formatString: given }).rows).toEqual(rows);
  expect(() => readLog('aws', line, { formatString: 'no such thing' })).toThrow(SyntaxError);
});

test('what came from CloudWatch has a time before it', () => {
  expect(readLog('aws', `2016-11-01T10:28:28.000Z ${accepted}`).rows).toHaveLength(1);
});

test('a transit gateway says what it carried and what it lost', () => {
  const header =
    'tgw-id tgw-attachment-id tgw-src-vpc-id tgw-dst-vpc-id srcaddr dstaddr end packets packets-lost-no-route';
  const { rows } = readLog('aws', `${header}\ntgw-1 att-1 vpc-1 vpc-2 10.0.0.1 2001:db8::1 1431280934 7 3`);
  expect(rows).toMatchObject([
    {
      kind: 'traffic',
      exporter: 'aws-vpc tgw-1/att-1 0',
      packets: 7,
      source_network: 'vpc-1',
      destination_network: 'vpc-2',
    },
    { kind: 'drop', packets: 3, reason: 'no-route', destination: '2001:db8::1' },
  ]);
});

test('lines that cannot be read are counted by what is wrong with them', () => {
  const lines = [
    accepted.replace('172.31.16.139', '172.31.16.339'),
    accepted.replace('49761', '65536'),
    accepted.replace('4249', '-1'),
    accepted.replace('1418530070', '-'),
    `${accepted} more`,
    'x'.repeat(1_100_000),
    accepted,
  ];
  const { rows, malformed, counts } = readLog('aws', lines.join('\n'));
  expect(rows).toHaveLength(1);
  expect(malformed).toEqual({
    'bad-address': 1,
    'bad-number': 2,
    'missing-field': 1,
    'field-count': 1,
    'too-long': 1,
  });
  expect(counts.entries).toBe(7);
});

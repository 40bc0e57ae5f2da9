import { expect, test } from 'vitest';
import { readLog } from './cloud.fixture.ts';

const groupId = '/SUBSCRIPTIONS/1/RESOURCEGROUPS/FRONT/PROVIDERS/MICROSOFT.NETWORK/NETWORKSECURITYGROUPS/WEB';
const byGroup = (version: number, ...flowTuples: string[]) => ({
  records: [
    {
      time: '2018-11-13T12:00:35.3899262Z',
      category: 'NetworkSecurityGroupFlowEvent',
      resourceId: groupId,
      properties: {
        Version: version,
        flows: [{ rule: 'DefaultRule_AllowInternet', flows: [{ mac: '000D3AF87856', flowTuples }] }],
      },
    },
  ],
});
const byNetwork = (...flowTuples: string[]) => ({
  time: '2022-09-14T09:00:52.5625085Z',
  flowLogVersion: 4,
  category: 'FlowLogFlowEvent',
  targetResourceID: '/subscriptions/1/resourceGroups/front/providers/Microsoft.Network/virtualNetworks/net/subnets/web',
  flowRecords: { flows: [{ aclID: '1', flowGroups: [{ rule: 'AllowWeb', flowTuples }] }] },
});

test('a security group says what it let through and what it refused, without amounts in version 1', () => {
  const { rows } = readLog(
    'azure',
    JSON.stringify(
      byGroup(1, '1542110377,10.0.0.4,13.67.143.118,44931,443,T,O,A', '1542110379,185.1.1.1,10.0.0.4,39012,22,T,I,D'),
    ),
  );
  expect(rows).toEqual([
    {
      ts: 1_542_110_377_000,
      exporter: 'azure-nsg FRONT/WEB 0',
      kind: 'firewall',
      event: 1,
      reason: 'DefaultRule_AllowInternet',
      reporter: 'source',
      direction: 1,
      bytes_of: 'packets',
      sampling: 1,
      sampling_from: 'unsampled',
      source: '10.0.0.4',
      destination: '13.67.143.118',
      source_port: 44_931,
      destination_port: 443,
      protocol: 6,
    },
    expect.objectContaining({ kind: 'firewall', event: 3, forwarding: 130, reporter: 'destination' }),
  ]);
});

test('version 2 adds amounts of both directions, which are a row each', () => {
  const { rows } = readLog(
    'azure',
    JSON.stringify(
      byGroup(
        2,
        '1542110377,10.0.0.4,13.67.143.118,44931,443,T,O,A,B,,,,',
        '1542110437,10.0.0.4,13.67.143.118,44931,443,T,O,A,C,30,16978,24,14008',
        '1542110438,10.0.0.4,13.67.143.118,44931,53,U,O,A,E,1,70,0,0',
      ),
    ),
  );
  expect(rows).toMatchObject([
    { kind: 'firewall', event: 1 },
    { kind: 'traffic', source: '10.0.0.4', packets: 30, bytes: 16_978, reporter: 'source', direction: 1 },
    {
      kind: 'traffic',
      source: '13.67.143.118',
      destination: '10.0.0.4',
      source_port: 443,
      destination_port: 44_931,
      packets: 24,
      bytes: 14_008,
      reporter: 'destination',
    },
    { kind: 'traffic', packets: 1, protocol: 17, end_reason: 3 },
  ]);
});

test('virtual networks, as lines or as documents behind each other', () => {
  const record = byNetwork(
    '1663146003599,10.0.0.6,192.0.2.180,23956,443,6,O,B,NX,0,0,0,0',
    '1663146003606,10.0.0.6,192.0.2.180,23956,443,6,O,E,NX,3,767,2,1580',
    '1663146003637,203.0.113.17,10.0.0.6,22,22,6,I,D,NX,0,0,0,0',
  );
  const documents = JSON.stringify({ records: [record] }, undefined, 1);
  const { rows } = readLog('azure', `${documents}\n${documents}`);
  expect(rows).toHaveLength(8);
  expect(rows.slice(0, 4)).toMatchObject([
    { ts: 1_663_146_003_599, kind: 'firewall', event: 1, exporter: 'azure-vnet front/net/web 0', reason: 'AllowWeb' },
    { kind: 'traffic', packets: 3, bytes: 767, source_network: 'front/net/web' },
    { kind: 'traffic', packets: 2, bytes: 1580, destination_network: 'front/net/web' },
    { kind: 'firewall', event: 3, destination_network: 'front/net/web' },
  ]);
  expect(readLog('azure', `${JSON.stringify(record)}\n${JSON.stringify(record)}`).rows).toEqual(rows);
});

test('a tuple that cannot be read leaves the others alone', () => {
  const good = '1542110377,10.0.0.4,13.67.143.118,44931,443,T,O,A';
  const { rows, malformed } = readLog(
    'azure',
    JSON.stringify(
      byGroup(2, good.replace('10.0.0.4', '10.0.0'), `${good},Q,,,,`, good.replace('T', 'X'), '1,2', good),
    ),
  );
  expect(rows).toHaveLength(1);
  expect(malformed).toEqual({ 'bad-address': 1, 'missing-field': 2, 'field-count': 1 });
  expect(readLog('azure', '{"records":[{"time":"x"},3]}{"records":{}}').malformed).toEqual({ 'not-an-entry': 2 });
  expect(readLog('azure', '{"records":[{"time":"x"').malformed).toEqual({ 'cut-off': 1 });
});

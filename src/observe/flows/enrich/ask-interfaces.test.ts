import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import snmp from 'net-snmp';
import { afterAll, expect, test, vi } from 'vitest';
import { freePorts, ManualClock, systemClock } from '../../../platform/index.ts';
import { askInterfaces } from './ask-interfaces.ts';
import { InterfacePoller } from './interface-poller.ts';

const folder = mkdtempSync(join(tmpdir(), 'qw-snmp-'));
const [port = 0, silentPort = 0] = await freePorts(2);
const agent = snmp.createAgent({ port, address: '127.0.0.1' }, () => undefined);
afterAll(() => {
  agent.close();
  rmSync(folder, { recursive: true, force: true });
});
agent.getAuthorizer().addCommunity('open sesame');
agent.getAuthorizer().addUser({
  name: 'watch',
  level: snmp.SecurityLevel.authPriv,
  authProtocol: snmp.AuthProtocols.sha256,
  authKey: 'authentication',
  privProtocol: snmp.PrivProtocols.aes,
  privKey: 'private thoughts',
});
const access = snmp.MaxAccess['read-only'];
agent.getMib().registerProvider({
  name: 'ifXEntry',
  type: snmp.MibProviderType.Table,
  oid: '1.3.6.1.2.1.31.1.1.1',
  maxAccess: snmp.MaxAccess['not-accessible'],
  tableColumns: [
    { number: 1, name: 'ifName', type: snmp.ObjectType.OctetString, maxAccess: access },
    { number: 15, name: 'ifHighSpeed', type: snmp.ObjectType.Gauge32, maxAccess: access },
    { number: 18, name: 'ifAlias', type: snmp.ObjectType.OctetString, maxAccess: access },
    { number: 30, name: 'index', type: snmp.ObjectType.Integer32, maxAccess: access },
  ],
  tableIndex: [{ columnName: 'index' }],
});
// Not in the order of their numbers, as devices have them; one with what terminals obey in its name.
agent.getMib().addTableRow('ifXEntry', ['xe-0/0/1', 10_000, 'to the provider', 517]);
agent.getMib().addTableRow('ifXEntry', ['lo0', 0, '', 1]);
agent.getMib().addTableRow('ifXEntry', ['ge\u001b[31m-0', 1000, '', 20]);

const expected = [
  [1, { name: 'lo0', bitsPerSecond: 0 }],
  [20, { name: expect.not.stringContaining('\u001b') as string, bitsPerSecond: 1e9 }],
  [517, { name: 'xe-0/0/1 (to the provider)', bitsPerSecond: 1e10 }],
];
const target = { address: '127.0.0.1', port };

test.each([
  ['a community', { community: 'open sesame' }],
  ['a user', { user: 'watch', auth: 'authentication', privacy: 'private thoughts' }],
])('a device tells names and speeds of its interfaces to who has %s', async (_, credentials) => {
  const found = await askInterfaces({ ...target, credentials }, systemClock);
  expect([...found].sort(([a], [b]) => a - b)).toEqual(expected);
});

test('who is not told says so', async () => {
  const credentials = { user: 'watch', auth: 'something else', privacy: 'private thoughts' };
  await expect(askInterfaces({ ...target, credentials }, systemClock)).rejects.toThrow();
  const silent = { address: '127.0.0.1', port: silentPort, credentials: { community: 'open sesame' } };
  await expect(askInterfaces(silent, systemClock, 50)).rejects.toThrow(/50 ms|refused|timed out/i);
});

test('exporters are asked every hour, and sooner after one that did not answer', async () => {
  const file = join(folder, 'community');
  const snmpSettings = { port, 'community-file': file };
  const clock = new ManualClock(0);
  const asked: string[] = [];
  const poller = new InterfacePoller(
    [
      { name: 'edge', addresses: ['192.0.2.1', '192.0.2.2'], snmp: snmpSettings },
      { name: 'left alone', addresses: ['192.0.2.3'], snmp: undefined },
    ],
    clock,
    (to) => {
      asked.push(JSON.stringify(to.credentials));
      return Promise.resolve(new Map([[1, { name: 'lo0', bitsPerSecond: 0 }]]));
    },
  );
  await vi.waitFor(() => expect(poller.problems).toEqual([expect.stringContaining('edge does not tell')]));
  writeFileSync(file, 'open sesame');
  await vi.waitFor(() => {
    clock.advance(300_000);
    expect(asked).toEqual(['{"community":"open sesame"}']);
  });
  expect([...poller.interfacesOf('192.0.2.2')]).toEqual([[1, { name: 'lo0', bitsPerSecond: 0 }]]);
  expect([poller.interfacesOf('192.0.2.3').size, poller.problems]).toEqual([0, []]);
  await vi.waitFor(() => {
    clock.advance(3_600_000);
    expect(asked.length).toBeGreaterThan(1);
  });
  poller.close();
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discoverNetwork, parseResolvers, parseRoute4, parseRoute6 } from './discover.ts';

const route4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
wan2	00000000	014BA8C0	0003	0	0	200	00000000	0	0	0
wan1	00000000	014CA8C0	0003	0	0	100	00000000	0	0	0
lan0	0001A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
ppp0	00000000	00000000	0001	0	0	300	00000000	0	0	0
lan0	00000000	FE01A8C0	0203	0	0	0	00000000	0	0	0
`;
const zero = '0'.repeat(32);
const route6 = `${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
${zero} 00 ${zero} 00 20010db8000000000000000000000001 00000100 00000001 00000000 00000003     eth1
20010db8000000000000000000000000 40 ${zero} 00 ${zero} 00000100 00000001 00000000 00000001     eth0
${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo
`;

test('default gateways come in the order of their metric', () => {
  expect(parseRoute4(route4)).toEqual([
    { address: '192.168.76.1', family: 4, device: 'wan1' },
    { address: '192.168.75.1', family: 4, device: 'wan2' },
  ]);
});

test('a link-local gateway carries its device', () => {
  expect(parseRoute6(route6)).toEqual([
    { address: '2001:db8::1', family: 6, device: 'eth1' },
    { address: 'fe80::1%eth0', family: 6, device: 'eth0' },
  ]);
});

test('resolvers come once, the stub stays', () => {
  const text = `# made by hand
nameserver 127.0.0.53
nameserver 127.0.0.54
nameserver 192.0.2.53
nameserver 192.0.2.53
 nameserver fe80::1%eth0
options edns0
nameserver not-an-address
`;
  expect(parseResolvers(text)).toEqual(['127.0.0.53', '192.0.2.53', 'fe80::1%eth0']);
});

test('nothing in these files can break the parsers', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(route4, route6), fc.nat(600), (noise, text, at) => {
      const mixed = text.slice(0, at) + noise + text.slice(at);
      parseRoute4(mixed);
      parseRoute6(mixed);
      parseResolvers(mixed);
    }),
  );
});

test('files that are missing count as empty', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'qw-discover-'));
  try {
    await writeFile(join(folder, 'route'), route4);
    const files = { route4: join(folder, 'route'), route6: join(folder, 'none'), resolvers: join(folder, 'none') };
    const network = await discoverNetwork(files);
    expect(network.gateways).toHaveLength(2);
    expect(network.resolvers).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

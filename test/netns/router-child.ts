import { readFileSync } from 'node:fs';
import { MockRouter } from '../../src/act/routeros/router.fixture.ts';

/** Our mock of a router in a process of its own, so that it can stand in a namespace: `KEY CERT`, prints its address. */
const [, , key = '', cert = ''] = process.argv;
const router = new MockRouter();
for (const [comment, gateway, distance] of [
  ['To-ISP1', '192.168.76.1', '1'],
  ['To-ISP2', '192.168.75.1', '2'],
] as const) {
  const named = { comment, 'dst-address': '0.0.0.0/0', gateway };
  router.add('ip/route', { ...named, disabled: 'false', distance, dynamic: 'false' });
}
router.choose('ip/route');
const url = await router.start({ key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') });
process.stdout.write(`${url}\n`);

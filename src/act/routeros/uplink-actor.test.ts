import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  uplinkRouterSchema,
  uplinksSchema,
  type UplinkOrder,
  type UplinkReceipt,
  type UplinkRouter,
} from '../../model/index.ts';
import { ManualClock, nodeDisk, silentLog, systemClock, type Clock } from '../../platform/index.ts';
import { MockRouter, selfSigned } from './router.fixture.ts';
import { removeRouterLeftovers } from './uplink-leftovers.ts';
import { createRouterOsUplinkActor, type RouterOsUplinkActor } from './uplink-actor.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: '192.0.2.1', anchors: ['192.0.2.9'] },
  { name: 'isp2', device: 'wan2', gateway: '198.51.100.1', anchors: ['192.0.2.9'] },
]);
const pair = selfSigned();
const both: UplinkOrder = { family: 4, serving: ['isp1', 'isp2'], leaving: [] };
const failed: UplinkOrder = { family: 4, serving: ['isp2'], leaving: ['isp1'] };
const only1: UplinkOrder = { family: 4, serving: ['isp1'], leaving: ['isp2'] };

let mock = new MockRouter();
let folder = '';
let url = '';
let seen: string[] = [];
let repairs: UplinkReceipt[] = [];
const actors: RouterOsUplinkActor[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qw-router-uplinks-'));
  await writeFile(join(folder, 'password'), 'router-password', { mode: 0o600 });
  mock = new MockRouter();
  for (const [name, distance] of [
    ['isp1', '1'],
    ['isp2', '2'],
  ] as const) {
    const gateway = name === 'isp1' ? '192.0.2.1' : '198.51.100.1';
    const named = { comment: `To ${name}`, 'dst-address': '0.0.0.0/0', gateway };
    mock.add('ip/route', { ...named, disabled: 'false', distance, dynamic: 'false' });
  }
  mock.choose('ip/route');
  url = await mock.start(pair);
});
afterEach(async () => {
  mock.fault = () => false;
  mock.delayMs = 0;
  for (const actor of actors.splice(0)) await actor.release();
  await mock.stop();
  await rm(folder, { recursive: true });
});

interface Given extends Partial<UplinkRouter> {
  dryRun?: boolean;
  sha256?: string;
  timeout?: string;
  clock?: Clock;
  ways?: typeof uplinks;
}
function actor({
  dryRun = false,
  sha256,
  timeout = '300ms',
  clock = systemClock,
  ways = uplinks,
  ...given
}: Given = {}): RouterOsUplinkActor {
  const pin = sha256 ?? pair?.sha256;
  const routeros = {
    url,
    user: 'qw',
    'password-file': join(folder, 'password'),
    timeout,
    ...(pin !== undefined && { 'certificate-sha256': pin }),
  };
  const routes = { isp1: 'To isp1', isp2: 'To isp2' };
  seen = [];
  repairs = [];
  const created = createRouterOsUplinkActor({
    uplinks: ways,
    failover: { mode: 'failover', 'dry-run': dryRun, grace: 1 },
    router: uplinkRouterSchema.parse({ routeros, routes, ...given }),
    clock,
    disk: nodeDisk,
    folder: join(folder, 'data'),
    log: { ...silentLog, info: (text) => seen.push(text), warning: (text) => seen.push(text) },
    stillGone: () => true,
    onInterference: ({ text, repair }) => {
      seen.push(text);
      if (repair) repairs.push(repair);
    },
  });
  actors.push(created);
  return created;
}
async function prepared(given: Given = {}): Promise<RouterOsUplinkActor> {
  const created = actor(given);
  expect(await created.prepare([both])).toEqual([]);
  mock.asked = [];
  return created;
}
const writes = () => mock.asked.filter(({ method }) => method !== 'GET').map(({ method, body }) => `${method} ${body}`);
const distances = () => ['To isp1', 'To isp2'].map((comment) => mock.route(comment)['distance']);
const journal = () => existsSync(join(folder, 'data/uplinks-router.json'));
/** The first requests that change something are treated so, the others answered. */
const faultOnce = (treat: (response: ServerResponse) => void, skip = 0, times = 1) => {
  let count = 0;
  mock.fault = ({ method }, response) => {
    if (method === 'GET' || count++ < skip || count > skip + times) return false;
    treat(response);
    return true;
  };
};
const refusal = (status: number) => (response: ServerResponse) =>
  response.writeHead(status).end(JSON.stringify({ error: status, message: 'Refused', detail: 'because' }));

test('a dead uplink is left with one request on the kept connection, read back, and taken up again', async () => {
  const acting = await prepared();
  const { connections } = mock;
  expect(acting.foresee(failed).commands).toEqual(['PATCH /rest/ip/route/*1 {"distance":"101"}']);
  expect(await acting.serve(failed)).toMatchObject({
    commands: ['PATCH /rest/ip/route/*1 {"distance":"101"}'],
    verified: true,
    problems: [],
    left: ['isp1'],
  });
  expect(mock.asked.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
  expect([distances(), mock.route('To isp2')['active'], mock.connections]).toEqual([['101', '2'], 'true', connections]);
  expect(await acting.serve(both)).toMatchObject({ verified: true });
  expect(distances()).toEqual(['1', '2']);
});

test('what comes into use is changed first, by either method', async () => {
  for (const method of ['distance', 'disable'] as const) {
    const acting = await prepared({ method });
    await acting.serve(failed);
    mock.asked = [];
    await acting.serve(only1);
    const changed =
      method === 'distance'
        ? ['{"distance":"1"}', '{"distance":"102"}']
        : ['{"disabled":"false"}', '{"disabled":"true"}'];
    expect(writes()).toEqual(changed.map((body) => `PATCH ${body}`));
    await acting.release();
    expect([distances(), journal()]).toEqual([['1', '2'], false]);
  }
});

test('a dry run says the requests and makes none', async () => {
  const acting = await prepared({ dryRun: true });
  const receipt = await acting.serve(failed);
  expect(receipt).toMatchObject({
    dryRun: true,
    verified: false,
    commands: ['PATCH /rest/ip/route/*1 {"distance":"101"}'],
  });
  expect([mock.asked, journal()]).toEqual([[], false]);
});

test('when the second of two changes is refused the first is changed back', async () => {
  for (const status of [400, 401, 406, 500]) {
    const acting = await prepared();
    await acting.serve(failed);
    mock.asked = [];
    faultOnce(refusal(status), 1, status === 500 ? 2 : 1);
    const { verified, problems } = await acting.serve(only1);
    expect([verified, problems]).toEqual([false, [`To isp2: answered ${status}: because`]]);
    expect(distances()).toEqual(['101', '2']);
    mock.fault = () => false;
    await acting.release();
    expect(distances()).toEqual(['1', '2']);
  }
});

test('ids that changed in a restart are looked up again, also when they are another row’s now', async () => {
  for (const shuffle of [false, true]) {
    const acting = await prepared();
    mock.restart({ shuffle });
    // A connection that was cut is noticed before the next switch.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await acting.serve(failed)).toMatchObject({ verified: true, problems: [] });
    expect(distances()).toEqual(['101', '2']);
    await acting.release();
    expect(distances()).toEqual(['1', '2']);
  }
});

test('a router that restarts in the middle of a switch is asked once more', async () => {
  const acting = await prepared();
  faultOnce(() => mock.restart());
  expect(await acting.serve(failed)).toMatchObject({ verified: true, problems: [] });
  expect(distances()).toEqual(['101', '2']);
});

test('a slow router is waited for twice, and a newer order overtakes an older one', async () => {
  const acting = await prepared();
  mock.delayMs = 500;
  const late = await acting.serve(failed);
  expect(late.verified).toBe(false);
  expect(late.problems[0]).toContain('did not answer within 300 ms');
  mock.delayMs = 100;
  const [first, second, third] = await Promise.all([
    acting.serve({ ...failed }),
    acting.serve(both),
    acting.serve(failed),
  ]);
  expect([first, second].map(({ verified }) => verified)).toEqual([false, false]);
  expect(second.problems).toEqual(['superseded by a newer order']);
  expect(third).toMatchObject({ verified: true, problems: [] });
  expect(distances()).toEqual(['101', '2']);
});

test('an order that is overtaken on its way stops before its next request, and is not rolled back', async () => {
  const acting = await prepared();
  await acting.serve(failed);
  mock.asked = [];
  mock.delayMs = 60;
  const older = acting.serve(only1);
  await expect.poll(() => mock.asked.length).toBe(1);
  const newer = acting.serve(both);
  expect(await older).toMatchObject({ verified: false, problems: ['superseded by a newer order'] });
  expect(await newer).toMatchObject({ verified: true, problems: [] });
  expect(writes()).toEqual(['PATCH {"distance":"1"}']);
  expect(distances()).toEqual(['1', '2']);
});

test('IPv6 routes are switched in their own menu, apart from IPv4', async () => {
  const ways = uplinks.map((uplink) => ({ ...uplink, gateways: [...uplink.gateways, '2001:db8::1'] }));
  for (const [comment, distance] of [
    ['To isp1', '1'],
    ['To isp2', '2'],
  ] as const) {
    mock.add('ipv6/route', { comment, 'dst-address': '::/0', gateway: comment, disabled: 'false', distance });
  }
  mock.choose('ipv6/route');
  const acting = await prepared({ ways });
  expect(await acting.serve({ ...failed, family: 6 })).toMatchObject({
    commands: ['PATCH /rest/ipv6/route/*3 {"distance":"101"}'],
    verified: true,
  });
  expect(mock.tables['ipv6/route'].map((row) => row['distance'])).toEqual(['101', '2']);
  expect(distances()).toEqual(['1', '2']);
});

test('garbage, endless answers and half answers are no success', async () => {
  const answers: [(response: ServerResponse) => void, string][] = [
    [(response) => response.end('<html>'), 'did not answer in JSON'],
    [(response) => response.end('['.padEnd(5_000_000, ' ')), 'answered with more than 4194304 bytes'],
    [
      (response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        setTimeout(() => response.destroy(), 10);
      },
      'closed the connection',
    ],
  ];
  for (const [answer, why] of answers) {
    const acting = await prepared();
    faultOnce(answer, 0, 2);
    const { verified, problems } = await acting.serve(failed);
    expect([verified, problems[0]]).toEqual([false, expect.stringContaining(why) as string]);
    expect(distances()).toEqual(['1', '2']);
    mock.fault = () => false;
    await acting.release();
  }
});

test('a change that is taken and not made is found out', async () => {
  const acting = await prepared();
  faultOnce((response) => response.end('{}'));
  const { verified, problems } = await acting.serve(failed);
  expect(verified).toBe(false);
  expect(problems).toEqual(['To isp1: took the change, but reads back disabled=false distance=1 active=true']);
});

test('after a crash the next start knows what was there before, and puts it back at its end', async () => {
  await (await prepared()).serve(failed);
  actors.length = 0;
  const next = actor();
  expect(await next.prepare([failed])).toEqual([]);
  await next.release();
  expect([distances(), journal()]).toEqual([['1', '2'], false]);
});

test('what somebody else changed meanwhile is left at the end; what cannot be put back stays written down', async () => {
  const acting = await prepared();
  await acting.serve(failed);
  mock.route('To isp1')['distance'] = '7';
  await acting.release();
  expect([distances(), journal()]).toEqual([['7', '2'], false]);
  mock.route('To isp1')['distance'] = '1';
  const again = await prepared();
  await again.serve(failed);
  mock.fault = (_asked, response) => {
    refusal(500)(response);
    return true;
  };
  await again.release();
  expect(journal()).toBe(true);
});

test('what somebody else changed is seen within ten seconds, said, and repaired; an outage of the router is said once', async () => {
  const clock = new ManualClock();
  const acting = await prepared({ clock });
  await acting.serve(failed);
  mock.route('To isp1')['distance'] = '1';
  clock.advance(10_000);
  await expect
    .poll(() => seen)
    .toEqual(['our routes were changed by somebody else: To isp1 has disabled=false distance=1']);
  expect(distances()).toEqual(['101', '2']);
  expect(repairs).toMatchObject([{ family: 4, serving: ['isp2'], verified: true, dryRun: false, problems: [] }]);
  expect(repairs[0]?.commands).toMatchObject([expect.stringMatching(/^PATCH .*distance.*101/)]);
  seen.length = 0;
  mock.fault = (_asked, response) => {
    refusal(500)(response);
    return true;
  };
  for (let round = 1; round <= 2; round++) {
    mock.asked = [];
    clock.advance(10_000);
    await expect.poll(() => mock.asked.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  expect(seen).toEqual(['the router of the uplinks: answered 500: because']);
});

test('a route that somebody removed and made again is found under its new id, said, and repaired', async () => {
  const clock = new ManualClock();
  const acting = await prepared({ clock });
  await acting.serve(failed);
  Object.assign(mock.route('To isp1'), { '.id': '*77', distance: '1' });
  clock.advance(10_000);
  await expect.poll(() => repairs).toHaveLength(1);
  expect(seen[0]).toMatch(/^our routes were changed by somebody else: To isp1 has the id \*77 now, no longer \*\w+$/);
  expect(distances()).toEqual(['101', '2']);
  expect(repairs).toMatchObject([{ verified: true, problems: [] }]);
  expect(acting.problem()).toBeUndefined();
});

test('a router that was started anew has other ids, which is nobody’s doing', async () => {
  const clock = new ManualClock();
  const acting = await prepared({ clock });
  await acting.serve(failed);
  mock.restart();
  clock.advance(10_000);
  await expect.poll(() => acting.problem()).toBeDefined();
  await expect
    .poll(() => {
      clock.advance(10_000);
      return acting.problem();
    })
    .toBeUndefined();
  expect(repairs).toEqual([]);
  expect(seen.filter((text) => text.includes('somebody else'))).toEqual([]);
  expect(await acting.serve(both)).toMatchObject({ verified: true });
});

test('connections of the uplink that died are removed by their mark, and no others', async () => {
  for (let i = 0; i < 450; i++) mock.add('ip/firewall/connection', { 'connection-mark': i < 430 ? 'one' : 'two' });
  const acting = await prepared({ 'connection-marks': { isp1: 'one' } });
  await acting.serve(failed);
  await expect.poll(() => seen).toEqual(['removed 430 of 430 connections of uplink isp1']);
  expect(mock.tables['ip/firewall/connection']).toHaveLength(20);
});

test.skipIf(!pair)(
  `speaks only to the pinned certificate${pair ? '' : ' (skipped: openssl is not installed)'}`,
  async () => {
    await expect(actor({ sha256: 'ab'.repeat(32) }).prepare([both])).rejects.toThrow(
      'another certificate than the one',
    );
    expect(mock.asked).toEqual([]);
  },
);

test('refuses routes that it could not switch rightly', async () => {
  const refuse = async (row: Record<string, string>, why: string) => {
    const route = mock.route('To isp1');
    const before = { ...route };
    Object.assign(route, row);
    await expect(actor().prepare([both])).rejects.toThrow(why);
    Object.assign(route, before);
  };
  await refuse({ distance: '2' }, 'the router prefers To isp2 (distance 2) to To isp1 (distance 2), or shares');
  await refuse({ distance: '150' }, 'the route To isp1 has the distance 150');
  await refuse({ dynamic: 'true' }, 'made the route with the comment To isp1 itself');
  await expect(actor({ routes: { isp1: 'To isp1' } }).prepare([both])).rejects.toThrow('belongs to the uplink isp2');
  await expect(actor({ routes: { isp1: 'none', isp2: 'To isp2' } }).prepare([both])).rejects.toThrow('no route with');
  expect(writes()).toEqual([]);
});

test('plain http is for loopback, or on purpose', () => {
  const given = (routeros: Record<string, unknown>) =>
    uplinkRouterSchema.safeParse({ routeros: { user: 'qw', 'password-file': 'p', ...routeros }, routes: {} }).success;
  expect(given({ url: 'http://192.0.2.1' })).toBe(false);
  expect(given({ url: 'http://127.0.0.1@192.0.2.1' })).toBe(false);
  expect(given({ url: 'http://192.0.2.1', insecure: true })).toBe(true);
  expect(given({ url: 'http://[::1]:8080' })).toBe(true);
  expect(given({ url: 'https://192.0.2.1', 'certificate-sha256': 'AB:'.repeat(31) + 'CD' })).toBe(true);
  expect(given({ url: 'https://192.0.2.1', 'certificate-sha256': 'abcd' })).toBe(false);
});

test('a router that is configured no more gets back what a crash left, with the access of then', async () => {
  await prepared({ method: 'disable', clock: new ManualClock() }).then((acting) => acting.serve(failed));
  // It ends without a word.
  actors.length = 0;
  expect(mock.route('To isp1')['disabled']).toBe('true');
  const place = { disk: nodeDisk, folder: join(folder, 'data'), log: silentLog };
  expect(await removeRouterLeftovers(place, undefined)).toBe(true);
  expect(mock.route('To isp1')['disabled']).toBe('false');
  expect(journal()).toBe(false);
  expect(await removeRouterLeftovers(place, undefined)).toBe(false);
});

test('where there is no access any more, the routes to look at are named; the next actor of that router takes over', async () => {
  await prepared().then((acting) => acting.serve(failed));
  const place = { disk: nodeDisk, folder: join(folder, 'data'), log: silentLog };
  const same = uplinkRouterSchema.parse({ routeros: { url, user: 'qw', 'password-file': 'p' }, routes: {} });
  expect(await removeRouterLeftovers(place, same)).toBe(false);
  await rm(join(folder, 'password'));
  await expect(removeRouterLeftovers(place, undefined)).rejects.toMatchObject({
    code: 'CONFLICT',
    hint: expect.stringContaining('/ip route "To isp1" 0.0.0.0/0 via 192.0.2.1 distance=1 disabled=no'),
  });
  expect(journal()).toBe(true);
});

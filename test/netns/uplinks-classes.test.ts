import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { labMissing } from '../support/shared.ts';
import { officeUplinks, UplinksOffice } from '../support/uplinks-office.ts';

/** Kinds of traffic with an uplink of their own, and what becomes of them when a thin uplink carries everything. */

const missing = labMissing();
if (missing !== undefined) process.stderr.write(`uplink class tests: ${missing}\n`);

describe.skipIf(missing !== undefined)('classes of traffic in the lab', () => {
  const office = new UplinksOffice();
  let before = '';
  const thinSecond = [officeUplinks[0] ?? {}, { ...officeUplinks[1], thin: true }];
  const guests = { name: 'guests', device: 'wlan-g', uplink: 'isp2' };
  /** Which ISP's address the web server on the Internet sees. */
  const seenFrom = (host: string, path = '/') => {
    const script = `fetch('http://203.0.113.80${path}', { signal: AbortSignal.timeout(3000) }).then((r) => r.text()).then(console.log, (e) => console.log('failed: ' + (e.cause?.code ?? e.name)))`;
    return office.on(host, process.execPath, '-e', script);
  };

  /** Of sixteen packets of a thousand bytes sent at once, how many came back. */
  const echoed = (host: string) => {
    const script = `const socket = require('node:dgram').createSocket('udp4'); let back = 0;
      socket.on('message', () => back++);
      for (let sent = 0; sent < 16; sent++) socket.send(Buffer.alloc(1000), 7, '1.1.1.1');
      setTimeout(() => { console.log(back); process.exit(0); }, 900);`;
    return Number(office.on(host, process.execPath, '-e', script));
  };

  beforeAll(() => {
    office.up();
    before = office.state();
  });
  afterEach(async () => {
    await office.end();
    expect(office.state()).toBe(before);
  });
  afterAll(() => office.down());

  test('guests go by their own uplink, over to the other when it dies, and back', async () => {
    const watch = await office.start({ classes: [guests] });
    await office.allUp(watch);
    expect(seenFrom('pc')).toContain('192.168.76.2');
    expect(seenFrom('guest')).toContain('192.168.75.2');
    const from = watch.events.length;
    office.lab.fault('isp2', 'upstream');
    const receipt = await watch.until((event) => event.event === 'receipt' && event['family'] === 4, from);
    expect(receipt).toMatchObject({ verified: true, problems: [], serving: ['isp1'] });
    expect(JSON.stringify(receipt['commands'])).toContain('route del default via 192.168.75.1 dev wan2 table 7717');
    expect(seenFrom('guest')).toContain('192.168.76.2');
    office.lab.clear();
    await office.allUp(watch);
    expect(seenFrom('guest')).toContain('192.168.75.2');
    office.lab.fault('isp1', 'upstream');
    await office.becomes(watch, 'isp1', 4, 'dead');
    expect(seenFrom('pc')).toContain('192.168.75.2');
  }, 60_000);

  test('by address, by port: the first class that fits counts', async () => {
    const classes = [
      { name: 'office-web', from: ['192.168.1.0/24', 'fd00:1::/64'], protocol: 'tcp', ports: [81], uplink: 'isp1' },
      { name: 'office', from: '192.168.1.11', uplink: 'isp2' },
    ];
    const watch = await office.start({ classes });
    await office.allUp(watch);
    expect(seenFrom('pc')).toContain('192.168.75.2');
    expect(seenFrom('nas')).toContain('192.168.76.2');
    const marked = office.router('nft', 'list', 'chain', 'inet', 'quorumwatch', 'choosing');
    expect(marked).toMatch(/ip saddr 192.168.1.0\/24 tcp dport 81 .*0x00200000 return/);
  }, 40_000);

  test('a thin uplink that carries everything is kept for what matters, until a better one is back', async () => {
    const classes = [
      { name: 'dns', ports: 53, degraded: 'first' },
      { ...guests, degraded: 'block' },
      { name: 'bulk', protocol: 'udp', ports: 7, degraded: { limit: '64kbit' } },
    ];
    const watch = await office.start({ classes, degraded: { limit: '800kbit' } }, thinSecond);
    await office.allUp(watch);
    expect(echoed('guest')).toBe(16);
    // Its own class's traffic may use it while it is not needed for all.
    expect(seenFrom('guest')).toContain('192.168.75.2');
    const from = watch.events.length;
    office.lab.fault('isp1', 'upstream');
    const said = 'degraded profile on isp2: first dns; blocked guests; bulk at most 64 kbit/s; all others together';
    await watch.until((event) => JSON.stringify(event).includes(said), from);
    await office.becomes(watch, 'isp1', 6, 'dead');
    await pause(300);
    expect(seenFrom('guest')).toContain('failed: ECONNREFUSED');
    expect(office.on('guest', 'ping', '-c', '1', '-W', '1', '8.8.8.8')).toMatch(/filtered|prohibited/);
    expect(seenFrom('pc')).toContain('192.168.75.2');
    // A second's 8000 bytes at once: of sixteen packets of a thousand most go over the limit.
    expect(echoed('pc')).toBeLessThan(12);
    office.lab.clear();
    await office.allUp(watch);
    await watch.until((event) => JSON.stringify(event).includes('the degraded profile is over'), from);
    expect(seenFrom('guest')).toContain('192.168.75.2');
    expect(office.router('nft', 'list', 'chain', 'inet', 'quorumwatch', 'thin')).not.toContain('wan2');
  }, 60_000);
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { labMissing } from '../support/shared.ts';
import { UplinksOffice } from '../support/uplinks-office.ts';

/** With profile: lossless, nothing that clients start is lost when an uplink dies. */

const missing = labMissing();
if (missing !== undefined) process.stderr.write(`uplink replay tests: ${missing}\n`);

describe.skipIf(missing !== undefined)('packets on their way when an uplink dies', () => {
  const office = new UplinksOffice();
  let before = '';

  beforeAll(() => {
    office.up();
    before = office.state();
  });
  afterEach(async () => {
    await office.end();
    expect(office.state()).toBe(before);
  });
  afterAll(() => office.down());

  test.each([
    ['IPv4', '8.8.8.8'],
    ['IPv6', '2001:4860:4860::8888'],
  ])('no ping of a hundred a second is lost over %s', async (_family, address) => {
    const watch = await office.start({ profile: 'lossless' });
    await office.allUp(watch);
    await pause(1500);
    const from = watch.events.length;
    const pinging = office.ping('pc', 3, 10, address);
    await pause(1000);
    office.lab.fault('isp1', 'upstream');
    expect(await pinging).toMatchObject({ sent: 300, lost: 0 });
    expect(watch.logged(from)).toMatch(/sent \d+ packets again that uplink isp1 did not answer/);
  });

  test('DNS queries and connections that were on their way are answered', async () => {
    const watch = await office.start({ profile: 'lossless' });
    await office.allUp(watch);
    await pause(1500);
    // Each question is asked once, and each connection opened with the first retry a second away.
    const script = `const dns = require('node:dgram'), net = require('node:net');
      const labels = ['www', 'example', 'test'].flatMap((word) => [word.length, ...Buffer.from(word)]);
      const query = Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
      let asked = 0, answered = 0, opened = 0, connected = 0, slowestMs = 0;
      const timer = setInterval(() => {
        if (asked >= 150) { clearInterval(timer); setTimeout(() => { console.log(JSON.stringify({ asked, answered, opened, connected, slowestMs })); process.exit(0); }, 900); return; }
        asked++;
        const socket = dns.createSocket('udp4');
        query.writeUInt16BE(asked, 0);
        socket.once('message', () => { answered++; socket.close(); });
        socket.send(Buffer.from(query), 53, '1.1.1.1');
        const startMs = performance.now();
        opened++;
        const tcp = net.connect(80, '203.0.113.80', () => { connected++; slowestMs = Math.max(slowestMs, performance.now() - startMs); tcp.destroy(); });
        tcp.on('error', () => undefined);
      }, 15);`;
    const child = office.background('pc', process.execPath, '-e', script);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await pause(1200);
    office.lab.fault('isp1', 'upstream');
    await new Promise((resolve) => child.once('close', resolve));
    const found = JSON.parse(output) as { slowestMs: number };
    expect(found).toMatchObject({ asked: 150, answered: 150, opened: 150, connected: 150 });
    // Sooner than the client's own second try: it was the copy that came through.
    expect(found.slowestMs).toBeLessThan(950);
  });

  test('a group that somebody else listens to is named, and switching goes on without copies', async () => {
    const listen = `import { openLibc } from './src/platform/linux/ffi.ts';
      import { openPacketLog } from './src/platform/linux/netlink/packet-log.ts';
      openPacketLog(openLibc(), 7700, 64); console.log('listening'); setInterval(() => undefined, 1000);`;
    const other = office.background('rtr', process.execPath, '--input-type=module', '-e', listen);
    await new Promise((resolve) => other.stdout?.once('data', resolve));
    try {
      const watch = await office.start({ profile: 'lossless' });
      expect(watch.logged()).toContain('another program listens to group 7700 of the packet log');
      expect(office.router('nft', 'list', 'table', 'inet', 'quorumwatch')).not.toContain('chain copying');
      await office.allUp(watch);
      office.lab.fault('isp1', 'upstream');
      await watch.until(({ event }) => event === 'receipt');
    } finally {
      other.kill('SIGKILL');
    }
  });
});

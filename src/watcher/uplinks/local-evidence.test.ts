import { expect, test } from 'vitest';
import { failoverSchema, uplinksSchema } from '../../model/index.ts';
import { ManualClock, nodeDisk, silentLog, type LinuxParts, type Pinger } from '../../platform/index.ts';
import { createLocalEvidence } from './local-evidence.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1', anchors: [{ address: '1.1.1.1', types: ['icmp'] }] },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', anchors: [{ address: '1.1.1.1', types: ['icmp'] }] },
]);

/** A judge whose echoes through some devices cannot leave this machine. */
function judge(blocked: ReadonlySet<string>) {
  const clock = new ManualClock();
  const refuse = (): never => {
    throw new Error('nothing is switched here');
  };
  const pinger = {
    method: 'ping-socket',
    echo: ({ device = '' }, callback) => {
      const address = '1.1.1.1';
      clock.after(1, () => {
        if (blocked.has(device)) callback({ kind: 'error', code: 'ENETUNREACH', text: 'no route' } as never);
        else callback({ kind: 'reply', from: address, rttMs: 1 } as never);
      });
    },
    statistics: refuse,
    close: () => undefined,
  } satisfies Pinger as Pinger;
  const device = (name: string, index: number) => ({ index, device: name, up: true, carrier: true, mtuBytes: 1500 });
  const parts = {
    limits: [],
    network: {
      method: 'netlink' as const,
      links: () => ['wan1', 'wan2'].map(device),
      addresses: () => [],
      routes: () => [],
      rules: () => [],
      lookup: () => undefined,
      counts: () => undefined,
      apply: refuse,
      close: () => undefined,
    },
    settings: { read: () => undefined, write: refuse },
    conntrack: { list: refuse, flush: refuse, remove: refuse },
    applyNft: refuse,
    listNftTable: refuse,
    openRawSender: refuse,
    openPacketLog: refuse,
    monitor: () => ({ close: () => undefined }),
    close: () => undefined,
  } satisfies LinuxParts;
  const evidence = createLocalEvidence({
    uplinks,
    failover: failoverSchema.parse({ act: 'off', hint: false }),
    parts,
    pinger,
    clock,
    disk: nodeDisk,
    folder: '/nowhere',
    log: silentLog,
    onOpinion: () => undefined,
    onReceipt: () => undefined,
  });
  const pass = async (seconds: number) => {
    for (let step = 0; step < seconds * 20; step++) {
      clock.advance(50);
      await Promise.resolve();
    }
  };
  return { evidence, pass, serving: () => evidence.orders().map((order) => order.serving) };
}

test('an uplink of which nothing is known any more is passed over after a while, also long after the start', async () => {
  const blocked = new Set<string>();
  const { evidence, pass, serving } = judge(blocked);
  await evidence.start();
  await pass(30);
  expect(serving()).toEqual([['isp1', 'isp2']]);
  blocked.add('wan1');
  await pass(8);
  expect(evidence.opinions().map(({ state }) => state)).toEqual(['unknown', 'up']);
  // Unknown is not down.
  expect(serving()).toEqual([['isp1', 'isp2']]);
  await pass(12);
  expect(serving()).toEqual([['isp2']]);
  blocked.clear();
  await pass(30);
  expect(serving()).toEqual([['isp1', 'isp2']]);
  await evidence.stop();
});

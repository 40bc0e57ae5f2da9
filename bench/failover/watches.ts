import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UplinksProcess } from '../../test/support/uplinks-process.ts';
import { end, type Office } from './office.ts';

/** Somebody who watches over the office: ours, or what one would use instead. */
export interface Watch {
  name: string;
  /** Until it is ready to see a fault. */
  start(office: Office): Promise<Running>;
}

interface Running {
  /** Of ours only. */
  uplinks?: UplinksProcess;
  stop(): Promise<void>;
}

const anchors = ['1.1.1.1', '8.8.8.8', '8.8.4.4'];
export const officeUplinks = [
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1', anchors },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', anchors },
];
const settleMs = 1500;

/** Judge and actor of this project. */
export function ours(name: string, failover: Record<string, unknown> = {}): Watch {
  return {
    name,
    start: async (office) => {
      const folder = mkdtempSync(join(tmpdir(), 'qw-failover-'));
      const file = join(folder, 'office.yaml');
      const settings = { act: 'local-evidence', 'probe-interval': '50ms', ...failover };
      writeFileSync(file, JSON.stringify({ uplinks: officeUplinks, failover: settings }));
      const process = new UplinksProcess(office.lab.namespace('rtr'), file, join(folder, 'data'));
      await Promise.all(
        ['isp1', 'isp2'].map((uplink) =>
          process.until((event) => event.event === 'opinion' && event['uplink'] === uplink && event['state'] === 'up'),
        ),
      );
      await pause(settleMs);
      return {
        uplinks: process,
        stop: async () => {
          await process.stop();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

/** The paper's Netwatch as a shell loop: one ping every 5 s, one second of patience. */
export const paper: Watch = {
  name: 'shell Netwatch 5 s / 1 s',
  start: async (office) => {
    const child = office.start('rtr', 'bash', './nw-shell.sh', '1.1.1.1', '5', '1');
    // Anywhere between two of its pings.
    await pause(1000 + 5000 * Math.random());
    return { stop: () => end(child) };
  },
};

export const fpingLoop: Watch | undefined =
  spawnSync('which', ['fping']).status === 0
    ? {
        name: 'fping loop 50 ms, 3 misses',
        start: async (office) => {
          const child = office.start('rtr', 'bash', './peers/fping-loop.sh', '50', '3');
          await pause(settleMs);
          return { stop: () => end(child) };
        },
      }
    : undefined;

/** BGP with BFD over several hops, to a router beyond the provider that few have. */
export const multihopBfd: Watch | undefined = existsSync('/usr/lib/frr/bfdd')
  ? {
      name: 'FRR, multihop BFD 50 ms x 3',
      start: async (office) => {
        office.script('./peers/frr.sh', 'start', 'multihop');
        if (office.on('rtr', 'ip', 'route', 'show', 'default', 'proto', 'bgp') === '')
          throw new Error('FRR has not learnt its route, so it cannot be compared');
        await pause(settleMs);
        return {
          stop: () => {
            office.script('./peers/frr.sh', 'stop');
            return Promise.resolve();
          },
        };
      },
    }
  : undefined;

import { spawn, spawnSync } from 'node:child_process';
import { QwError } from '../../model/index.ts';
import { kernelSettings } from './kernel-settings.ts';
import type { MarkFilter } from './netlink/conntrack.ts';
import { IpNetwork } from './netlink/ip-network.ts';
import type { AddressFamily } from './netlink/objects.ts';
import { applyNft, listNftTable } from './nftables.ts';
import type { LinuxParts } from './parts.ts';

/** A hanging program must not hold the watch. */
const timeoutMs = 2000;
/** Several lines of `ip monitor` that belong together are one event. */
const settleMs = 20;

/**
 * The same parts by the programs `ip`, `nft` and `conntrack`, where system calls cannot be had: a switch takes
 * milliseconds instead of microseconds, and nothing can be sent on behalf of others. Throws UNSUPPORTED without `ip`.
 */
export function openProgramParts(reason: string): LinuxParts {
  const network = new IpNetwork();
  return {
    limits: [
      `${reason}: routes are switched by the program ip, in milliseconds`,
      'clients of connections that are cut are not told, and wait until they find out themselves',
    ],
    network,
    settings: kernelSettings,
    conntrack: {
      list: () => [],
      flush,
      remove: () => {
        throw new QwError('UNSUPPORTED', 'single connections cannot be forgotten without system calls');
      },
    },
    applyNft,
    listNftTable,
    openRawSender: () => ({ send: () => false, close: () => undefined }),
    openPacketLog: () => {
      throw new QwError('UNSUPPORTED', 'the packet log cannot be read without system calls');
    },
    monitor: (onEvent) => watchByProgram(() => onEvent({ kind: 'lost' })),
    close: () => network.close(),
  };
}

/** `conntrack` ends with 1 when there was nothing to forget. */
function flush(family: AddressFamily, { mark, mask }: MarkFilter): void {
  const words = ['-D', '-f', `ipv${family}`, '-m', `${mark}/${mask}`];
  const run = spawnSync('conntrack', words, { encoding: 'utf8', timeout: timeoutMs });
  if (run.error) throw new QwError('UNSUPPORTED', `the program conntrack: ${run.error.message}`);
  if (run.status !== 0 && !/0 flow entries/.test(run.stderr))
    throw new QwError('UNSUPPORTED', `conntrack: ${run.stderr.trim()}`);
}

/** Any line says that something has changed; what, is read anew. */
function watchByProgram(onChange: () => void): { close(): void } {
  const child = spawn('ip', ['monitor', 'link', 'address', 'route', 'rule'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange();
    }, settleMs);
  });
  // Without it changes are found out at the next switch.
  child.once('error', () => undefined);
  return {
    close: () => {
      clearTimeout(timer);
      child.kill();
    },
  };
}

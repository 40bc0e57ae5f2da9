import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';

export const root = resolve(import.meta.dirname, '../..');

/** The folder of shared material beside the project, where there is one. */
export const sharedFolder = join(root, '..', 'shared');

/** Says why tests of network namespaces cannot run here; undefined when they can. */
function namespacesMissing(tools: readonly string[] = []): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const tool of ['ip', 'nsenter', 'sysctl', ...tools]) {
    if (spawnSync('which', [tool]).status !== 0) return `${tool} is not installed`;
  }
  const name = `qwprobe${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return 'this machine allows no network namespaces';
  spawnSync('ip', ['netns', 'del', name]);
  return undefined;
}

/** Says why tests in the lab cannot run here; undefined when they can. */
export function labMissing(): string | undefined {
  if (!existsSync(join(sharedFolder, 'netlab/lab.sh'))) return 'skipped: netlab not found beside the project';
  return namespacesMissing(['nft', 'dnsmasq', 'conntrack', 'python3', 'tc']);
}

import { resolve } from 'node:path';
import { createLog } from '../../platform/index.ts';
import { ClusterLauncher } from './cluster-launcher.ts';
import type { UpOptions } from './options.ts';
import { prepareLaunch } from './prepare-launch.ts';
import { untilStopped } from './stopping.ts';

/** Runs all members of a cluster on this machine, a process each, until it is asked to stop. */
export async function launch(options: UpOptions, count: number | undefined): Promise<void> {
  const stopped = untilStopped();
  const format = options.json ? 'json' : 'text';
  const log = createLog({ level: options.log, format, write: (line) => process.stderr.write(line) });
  const data = resolve(options.data);
  const file = await prepareLaunch(data, options, count, log);
  const program = process.argv[1] ?? '';
  const launcher = new ClusterLauncher({ up: options, data, file, log, program });
  try {
    await Promise.race([launcher.start(), stopped]);
    await stopped;
  } finally {
    await launcher.stop();
  }
  process.exit();
}

import type { FailoverSettings, UplinkSettings } from '../../model/index.ts';
import type { KernelSettings } from '../../platform/index.ts';

export interface SettingChange {
  path: string;
  before: string;
  after: string;
}

/** Strict reverse-path filtering drops what returns by an uplink that is not the best one: probes, and connections that stay. */
const strict = 1;
const loose = '2';

/** The kernel's settings that must change, with what they are now. */
export function settingChanges(
  uplinks: readonly UplinkSettings[],
  { mode }: Pick<FailoverSettings, 'mode'>,
  settings: KernelSettings,
): SettingChange[] {
  const changes: SettingChange[] = [];
  const want = (path: string, after: string) => {
    const before = settings.read(path);
    if (before !== undefined && before !== after) changes.push({ path, before, after });
  };
  for (const { device } of uplinks) {
    // Without it the kernel goes on sending into a wire that is known to be down.
    for (const family of ['ipv4', 'ipv6']) want(`${family}/conf/${device}/ignore_routes_with_linkdown`, '1');
    const own = `ipv4/conf/${device}/rp_filter`;
    // The kernel takes the larger of the two.
    const filter = Math.max(Number(settings.read('ipv4/conf/all/rp_filter') ?? 0), Number(settings.read(own) ?? 0));
    if (filter === strict) want(own, loose);
  }
  if (mode === 'balance') {
    // By addresses and ports, so that each connection stays on its uplink and many connections of two hosts share.
    for (const family of ['ipv4', 'ipv6']) want(`${family}/fib_multipath_hash_policy`, '1');
  }
  return changes;
}

/** Puts back what was, except where somebody has changed it since. */
export function restoreSettings(changes: readonly SettingChange[], settings: KernelSettings): void {
  for (const { path, before, after } of changes.toReversed()) {
    if (settings.read(path) === after) settings.write(path, before);
  }
}

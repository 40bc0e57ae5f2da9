import type { VerdictMachine } from '../../agree/index.ts';
import { gatewayOf, uplinkCheck, type FailoverSettings, type UplinkSettings } from '../../model/index.ts';

/** What the configuration in force asks of one watcher. */
export interface UplinkTask {
  uplinks: readonly UplinkSettings[];
  failover: FailoverSettings;
  /** Its opinions count. */
  judges: boolean;
  /** It switches, if this machine lets it. */
  acts: boolean;
}

type View = ReturnType<VerdictMachine['view']>;

/** Undefined when the watcher has nothing to do with uplinks. */
export function taskOf(view: View, self: string): UplinkTask | undefined {
  const { configuration } = view;
  if (!configuration || configuration.uplinks.length === 0) return undefined;
  const { uplinks, failover } = configuration;
  const judges = uplinks.some((uplink) =>
    ([4, 6] as const).some(
      (family) =>
        gatewayOf(uplink, family) !== undefined && view.watchersOf(uplinkCheck(uplink.name, family)).includes(self),
    ),
  );
  const isActor = view.uplinkActor === self;
  if (!judges && !isActor) return undefined;
  return { uplinks, failover, judges, acts: isActor && failover.act !== 'off' };
}

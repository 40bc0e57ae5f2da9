import { messageOf, replayWanted, type FailoverSettings } from '../../model/index.ts';
import type { Clock, LinuxParts, Log } from '../../platform/index.ts';
import type { Numbers } from './numbers.ts';
import { Replayer, replayCopyBytes } from './replayer.ts';

/** Undefined where no copies are wanted, or where they cannot be had: they are a luxury, and switching goes on without. */
export function openReplayer(
  failover: FailoverSettings,
  { parts, clock, numbers, log }: { parts: LinuxParts; clock: Clock; numbers: Numbers; log: Log },
): Replayer | undefined {
  if (!replayWanted(failover) || failover['dry-run']) return undefined;
  const { group, keep: keepMs, bytes: limitBytes } = failover.replay;
  try {
    const packetLog = parts.openPacketLog(group, replayCopyBytes);
    const classMarks = new Set(failover.classes.map((_one, place) => numbers.classMark(place)));
    return new Replayer({ parts, packetLog, clock, numbers, keepMs, limitBytes, classMarks });
  } catch (error) {
    log.warning(`packets on their way will not be sent again when an uplink dies: ${messageOf(error)}`);
    return undefined;
  }
}

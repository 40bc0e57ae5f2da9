import { setTimeout as pause } from 'node:timers/promises';
import type { Office } from './office.ts';
import type { Watch } from './watches.ts';

/** For how long a client was offline after the fault, which comes at any moment; Infinity is told as all of the time. */
export async function outage(
  office: Office,
  watch: Watch,
  fault: string,
  seconds: number,
  delayMs = 0,
): Promise<number | undefined> {
  if (delayMs > 0) office.lab.fault('isp1', 'delay', String(delayMs), '0');
  const running = await watch.start(office);
  try {
    const pings = office.ping(seconds, 10);
    await pause(700 + 300 * Math.random());
    office.lab.fault('isp1', fault);
    const { outageMs } = await pings;
    // It has not ended: it counts as all of the time.
    return outageMs === Infinity ? seconds * 1000 : outageMs;
  } finally {
    await running.stop();
  }
}

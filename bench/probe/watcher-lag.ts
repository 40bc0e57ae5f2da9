import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into the watcher under test (`node --import`): answers each message of its parent with how late the event
 * loop was since the last one, and with what keeps the process alive.
 */
const resolutionMs = 20;
const delay = monitorEventLoopDelay({ resolution: resolutionMs });
delay.enable();
process.on('message', () => {
  // The histogram holds whole periods of the timer, its resolution included.
  const lateMs = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  const handles = process.getActiveResourcesInfo();
  process.send?.({ lagP99Ms: lateMs(delay.percentile(99)), lagMaxMs: lateMs(delay.max), handles: handles.length });
  delay.reset();
});
process.channel?.unref();

import { useEffect, useMemo, useState } from 'preact/hooks';
import { clockAheadMs } from '../api/live.ts';
import { rangeFrom, type Range } from '../charts/range.ts';
import { refreshFrom } from '../charts/pace.ts';
import type { Window } from '../charts/question.ts';
import { query } from '../router.ts';

/** The watcher's clock: its figures carry its times. */
export const watcherNow = (): number => Date.now() + clockAheadMs.peek();

/** Ends of windows are whole seconds, so that charts that ask in the same moment ask the same. */
const second = (ms: number) => Math.floor(ms / 1000) * 1000;

/** What part of time all charts show, from the address; the last so-and-so-long moves on with each reading. */
export function useWindow(
  usualMs: number,
  /** How often so long a time is read again when the address says nothing, in milliseconds. */
  pace?: (lengthMs: number) => number,
): { range: Range; window: Window; refreshMs: number | undefined; paceMs: number | undefined } {
  const address = query.value;
  const text = ['from', 'to', 'range'].map((key) => address.get(key)).join();
  const range = useMemo(() => rangeFrom(address, usualMs), [text, usualMs]);
  const paceMs = range.kind === 'last' ? pace?.(range.lengthMs) : undefined;
  const refreshMs = refreshFrom(address, paceMs);
  const [nowMs, setNowMs] = useState(() => second(watcherNow()));
  useEffect(() => setNowMs(second(watcherNow())), [range]);
  useEffect(() => {
    if (range.kind !== 'last' || refreshMs === undefined) return undefined;
    let readAt = watcherNow();
    const read = () => {
      readAt = watcherNow();
      setNowMs(second(readAt));
    };
    // Nobody looks at a hidden page; it is read anew when it is shown.
    const timer = setInterval(() => !document.hidden && read(), refreshMs);
    const onShown = () => {
      if (!document.hidden && watcherNow() - readAt >= refreshMs) read();
    };
    document.addEventListener('visibilitychange', onShown);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onShown);
    };
  }, [range, refreshMs]);
  const window = useMemo(
    () =>
      range.kind === 'last'
        ? { fromMs: nowMs - range.lengthMs, toMs: nowMs }
        : { fromMs: range.fromMs, toMs: range.toMs },
    [range, nowMs],
  );
  return { range, window, refreshMs, paceMs };
}

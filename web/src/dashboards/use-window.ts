import { useEffect, useMemo, useState } from 'preact/hooks';
import { clockAheadMs } from '../api/live.ts';
import { rangeFrom, type Range } from '../charts/range.ts';
import { refreshFrom } from '../charts/time-controls.tsx';
import type { Window } from '../charts/question.ts';
import { query } from '../router.ts';

/** The watcher's clock: its figures carry its times. */
export const watcherNow = (): number => Date.now() + clockAheadMs.peek();

/** Ends of windows are whole seconds, so that charts that ask in the same moment ask the same. */
const second = (ms: number) => Math.floor(ms / 1000) * 1000;

/** What part of time all charts show, from the address; the last so-and-so-long moves on with each reading. */
export function useWindow(usualMs: number): { range: Range; window: Window; refreshMs: number | undefined } {
  const address = query.value;
  const text = ['from', 'to', 'range'].map((key) => address.get(key)).join();
  const range = useMemo(() => rangeFrom(address, usualMs), [text, usualMs]);
  const refreshMs = refreshFrom(address);
  const [nowMs, setNowMs] = useState(() => second(watcherNow()));
  useEffect(() => setNowMs(second(watcherNow())), [range]);
  useEffect(() => {
    if (range.kind !== 'last' || refreshMs === undefined) return undefined;
    const timer = setInterval(() => {
      // Nobody looks at a hidden page; it is read anew when it is shown.
      if (!document.hidden) setNowMs(second(watcherNow()));
    }, refreshMs);
    return () => clearInterval(timer);
  }, [range, refreshMs]);
  const window = useMemo(
    () =>
      range.kind === 'last'
        ? { fromMs: nowMs - range.lengthMs, toMs: nowMs }
        : { fromMs: range.fromMs, toMs: range.toMs },
    [range, nowMs],
  );
  return { range, window, refreshMs };
}

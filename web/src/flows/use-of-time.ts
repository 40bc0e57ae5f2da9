import { request } from '../api/session.ts';
import type { Window } from '../charts/question.ts';
import type { Range } from '../charts/range.ts';
import { paceOf } from '../charts/pace.ts';
import { useResource, type Resource } from '../parts/use-resource.ts';

/** These questions look at much more than a chart does. */
const leastRefreshMs = 60_000;

/**
 * What the API says of a time as a whole. A time that moves on with the clock stays the same question, so that what was
 * found stays on screen while it is asked again.
 */
export function useOfTime<Answer>(
  path: `/${'flows' | 'nat'}/${string}`,
  range: Range,
  window: Window,
  isPaused: boolean,
  more: Readonly<Record<string, string | number>> = {},
): Resource<Answer> {
  const times = { from: new Date(window.fromMs).toISOString(), to: new Date(window.toMs).toISOString() };
  const isMoving = range.kind === 'last';
  return useResource(
    `${path} ${isMoving ? range.lengthMs : `${times.from} ${times.to}`} ${JSON.stringify(more)}`,
    (signal) => request<Answer>('GET', path, { query: { ...times, ...more }, signal }),
    isMoving && !isPaused ? { refreshMs: Math.max(leastRefreshMs, paceOf(range.lengthMs)) } : {},
  );
}

import { signal } from '@preact/signals';
import type { ApiCheckSummary, ApiEvent, ApiPage, ApiProblem } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { rowOf, sortByName, type CheckRow } from './rows.ts';

/** All checks, as the overview needs them: read page by page, kept fresh, patched at once when a verdict changes. */

const pageSize = 250;
/** More rows than this are not kept; the overview then says so. */
export const maxRows = 20_000;
/** Between two full readings; with many pages longer, so that the watcher is not kept busy by onlookers. */
const minRefreshMs = 5000;
const refreshMsPerPage = 1250;
const flushAfterMs = 200;

export interface CheckList {
  rows: readonly CheckRow[];
  /** All rows were read once. */
  complete: boolean;
  /** The watcher has more than the page keeps. */
  cut: boolean;
  problem?: ApiProblem;
}

export const checkList = signal<CheckList>({ rows: [], complete: false, cut: false });

async function readAll(abort: AbortSignal): Promise<number> {
  // By name: the list may change its order between two pages, and a check then comes twice.
  const rows = new Map<string, CheckRow>();
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page: ApiPage<ApiCheckSummary> = await request('GET', '/checks', {
      query: { limit: pageSize, cursor },
      signal: abort,
    });
    for (const check of page.items) rows.set(check.name, rowOf(check));
    pages++;
    cursor = page.items.length > 0 ? page.next : undefined;
    // The first reading shows what it has; later ones replace the list at their end, so that nothing flickers.
    if (!checkList.value.complete && cursor !== undefined)
      checkList.value = { rows: sortByName([...rows.values()]), complete: false, cut: false };
  } while (cursor !== undefined && rows.size < maxRows);
  checkList.value = { rows: sortByName([...rows.values()]), complete: true, cut: cursor !== undefined };
  return pages;
}

/** What of a transition's body is certain enough to show before the next reading. */
export function patched(row: CheckRow, event: ApiEvent): CheckRow {
  const body = event.body as {
    to?: unknown;
    since?: unknown;
    reason?: { code?: unknown; text?: unknown };
    flapping?: unknown;
  };
  const to = (['up', 'degraded', 'partial', 'down', 'unknown'] as const).find((state) => state === body.to);
  if (to === undefined) return row;
  const since = new Date(typeof body.since === 'number' || typeof body.since === 'string' ? body.since : event.time);
  const { reason: _, ...rest } = row;
  const { code, text } = body.reason ?? {};
  return {
    ...rest,
    verdict: to,
    state: row.disabled ? 'disabled' : to,
    ...(Number.isNaN(since.getTime()) ? {} : { since: since.toISOString() }),
    ...(typeof code === 'string' && typeof text === 'string' ? { reason: { code, text } } : {}),
    flapping: body.flapping === true,
  };
}

/** Transitions since the list was last drawn, the newest of each check. */
const pending = new Map<string, ApiEvent>();
let flushTimer: ReturnType<typeof setTimeout> | undefined;

function flush(): void {
  flushTimer = undefined;
  const list = checkList.value;
  const rows = list.rows.map((row) => {
    const event = pending.get(row.name);
    return event ? patched(row, event) : row;
  });
  pending.clear();
  checkList.value = { ...list, rows };
}

/** In a great outage transitions come by the hundred: they are drawn together. */
function onEvent(event: ApiEvent): void {
  if (event.kind !== 'transition') return;
  const name = (event.body as { check?: unknown } | null)?.check;
  if (typeof name !== 'string' || (pending.size >= maxRows && !pending.has(name))) return;
  pending.set(name, event);
  flushTimer ??= setTimeout(flush, flushAfterMs);
}

/** Keeps the list fresh until the returned function is called. */
export function startCheckList(): () => void {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopEvents = onLedgerEvent(onEvent);
  const round = async () => {
    let pages = 1;
    try {
      if (!document.hidden) pages = await readAll(abort.signal);
    } catch (thrown) {
      if (abort.signal.aborted) return;
      checkList.value = { ...checkList.value, problem: problemOf(thrown) };
    }
    if (!abort.signal.aborted) timer = setTimeout(() => void round(), Math.max(minRefreshMs, pages * refreshMsPerPage));
  };
  void round();
  return () => {
    abort.abort();
    clearTimeout(timer);
    stopEvents();
  };
}

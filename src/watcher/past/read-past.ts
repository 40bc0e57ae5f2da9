import type { LedgerEntry } from '../../agree/index.ts';
import type { EpochMs } from '../../model/index.ts';
import type { IncidentPlace } from '../../store/index.ts';
import type { IncidentHistory } from '../incidents/history.ts';
import type { PastBook } from './past-book.ts';

interface Reader {
  read: (from: number, limit: number) => Promise<LedgerEntry[]>;
  entries: () => number;
}

const batch = 500;
const relevant: ReadonlySet<string> = new Set(['transition', 'incident', 'configuration', 'membership']);

/**
 * Fills the book from the ledger, from the entry that was the last one at `since` on. Reads batch by batch, so that the
 * watch goes on in between; resolves to the position up to which it has read, which may be behind by then.
 */
export async function readPast(
  book: PastBook,
  { read, entries }: Reader,
  since: EpochMs,
  signal: AbortSignal,
): Promise<number> {
  let next = await positionAt({ read, entries }, since);
  // The configuration in force at that time stands before it.
  for (let at = next; at > 0 && !signal.aborted;) {
    const from = Math.max(0, at - batch);
    const found = (await read(from, at - from)).findLast(({ kind }) => kind === 'configuration');
    if (found) {
      book.add(found);
      break;
    }
    at = from;
  }
  while (next < entries() && !signal.aborted) {
    const found = await read(next, batch);
    if (found.length === 0) break;
    for (const entry of found) if (relevant.has(entry.kind)) book.add(entry);
    next = (found.at(-1)?.position ?? next) + 1;
  }
  return next;
}

const indexPage = 100;
/** Incidents of all checks together that are looked at. */
const maxLookedAt = 20_000;

/** Adds resolved incidents since then from the index. False while that has not seen the whole ledger. */
export async function readOlderIncidents(
  book: PastBook,
  history: Pick<IncidentHistory, 'index' | 'behind'>,
  since: EpochMs,
): Promise<boolean> {
  const { index } = history;
  if (!index || history.behind > 0) return false;
  let after: IncidentPlace | undefined;
  for (let seen = 0; seen < maxLookedAt && !book.isFull; seen += indexPage) {
    const { items, next } = await index.find({ state: 'resolved', from: since, limit: indexPage, after });
    for (const incident of items) {
      if (!book.isFull && book.incident(incident.id) === undefined) book.addIncident(incident);
      // Newest first: all of those after this one are known by now.
      book.incidentsSince = Math.min(book.incidentsSince, incident.openedAt);
    }
    after = next;
    if (!next) {
      book.incidentsSince = Math.min(book.incidentsSince, since);
      break;
    }
  }
  return true;
}

/** The first position whose time is not before the given one; agreed time never goes back. */
async function positionAt({ read, entries }: Reader, time: EpochMs): Promise<number> {
  let low = 0;
  let high = entries();
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await read(middle, 1);
    if (!entry || entry.time >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}

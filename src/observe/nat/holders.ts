import {
  formatInstant,
  parseAddress,
  QwError,
  type NatHolder,
  type NatHolders,
  type NatHoldersQuestion,
  type NatLogEntry,
} from '../../model/index.ts';
import type { Predicate, QueryLimits } from '../../store/index.ts';
import { readEntries, scopeOf, type NatLogSource } from './read-log.ts';

/** Connections that last longer than this are found by their end alone, if it says how long they were. */
const lookedAtMs = 86_400_000;
const mostEntries = 20_000;

const begins = new Set(['created', 'binding-created']);

const is = (column: string, value: number | bigint): Predicate => ({
  left: { column },
  is: '=',
  right: { literal: typeof value === 'bigint' ? String(value) : value },
});

/**
 * Who had an address of the outside at a moment, out of what the log says of a day before and after. Rejects with
 * BAD_INPUT on what is no address, and as the store does.
 */
export async function findNatHolders(
  question: NatHoldersQuestion,
  source: NatLogSource,
  limits: QueryLimits = {},
): Promise<NatHolders> {
  const address = parseAddress(question.address);
  if (!address)
    throw new QwError('BAD_INPUT', `expected an address, found ${JSON.stringify(question.address.slice(0, 50))}`);
  const at = Date.parse(question.at);
  const [from, to] = [at - lookedAtMs - question.slackMs, at + lookedAtMs + question.slackMs];
  const where: Predicate = {
    all: [
      is('nat_source_high', address.high),
      is('nat_source_low', address.low),
      ...(question.port === undefined ? [] : [is('nat_source_port', question.port)]),
      ...(question.protocol === undefined ? [] : [is('protocol', question.protocol)]),
      scopeOf('translations', source.labels),
    ],
  };
  const { entries, more } = await readEntries({ from, to, where, limit: mostEntries }, source, limits);
  const holders = holdersAt(entries, at, question.slackMs);
  return { holders, from: formatInstant(from), to: formatInstant(to), more };
}

interface Open {
  holder: NatHolder;
  fromMs: number;
}

/**
 * Those whose connection had begun by then and had not ended. `entries` are newest first. One whose end was not logged
 * counts from its beginning on; one whose beginning was not logged counts for as long as its end says that it was.
 */
function holdersAt(entries: readonly NatLogEntry[], at: number, slackMs: number): NatHolder[] {
  const open = new Map<string, Open>();
  const found: NatHolder[] = [];
  const keep = (holder: NatHolder, fromMs: number, toMs: number) => {
    if (fromMs <= at + slackMs && toMs >= at - slackMs) found.push(holder);
  };
  for (const entry of entries.toReversed()) {
    const { protocol, source, sourcePort, destination, destinationPort, gateway } = entry;
    const { translatedSource, translatedSourcePort } = entry;
    const ends = { protocol, source, sourcePort, destination, destinationPort, translatedSource, translatedSourcePort };
    const key = JSON.stringify({ ...ends, gateway });
    const ms = Date.parse(entry.at);
    const before = open.get(key);
    if (begins.has(entry.event)) {
      // A connection whose end was lost has ended when another one has its place.
      if (before) keep(before.holder, before.fromMs, ms);
      open.set(key, { holder: { ...ends, from: entry.at, gateway }, fromMs: ms });
      continue;
    }
    open.delete(key);
    const fromMs = before?.fromMs ?? (entry.durationMs > 0 ? ms - entry.durationMs : ms);
    const known = before !== undefined || entry.durationMs > 0;
    keep({ ...ends, ...(known && { from: formatInstant(fromMs) }), to: entry.at, gateway }, fromMs, ms);
  }
  for (const { holder, fromMs } of open.values()) keep(holder, fromMs, Infinity);
  return found.toSorted((one, other) => ((one.from ?? '') < (other.from ?? '') ? 1 : -1));
}

import type { EpochMs } from '../../../model/index.ts';
import type { ConntrackEntry, DirectionCounters } from '../../../platform/index.ts';

/** What a connection did since it was last reported. */
export interface Progress {
  since: EpochMs;
  original: DirectionCounters;
  reply: DirectionCounters;
}

interface Known {
  originalPackets: number;
  originalBytes: number;
  replyPackets: number;
  replyBytes: number;
  since: EpochMs;
  /** The last listing that had it. */
  listing: number;
}

/** Missing from so many listings in a row, a connection has ended unheard. */
const missedListings = 2;
const nothing: DirectionCounters = { packets: 0, bytes: 0 };

/**
 * What was reported of each connection, so that each packet is reported once: by a listing while the connection goes on,
 * and the rest by its end. It holds a bounded number; what finds no room reports all when it ends.
 */
export class Connections {
  /** Ended without being heard; what they did since their last report is not known. */
  missedEnds = 0;
  /** Ended with counters of which nobody knows how much is from before the beginning. */
  unattributed = 0;
  readonly #known = new Map<string, Known>();
  /** Ended while they were being listed: the list may still have them. */
  readonly #ended = new Set<string>();
  readonly #beganAt: EpochMs;
  readonly #most: number;
  #listing = 1;
  /** Before the first listing is over, what is found may have been there before. */
  #isFirst = true;
  #wasFull = false;

  constructor(beganAt: EpochMs, most: number) {
    this.#beganAt = beganAt;
    this.#most = most;
  }

  get size(): number {
    return this.#known.size;
  }

  begun({ key, startedAt }: ConntrackEntry, now: EpochMs): void {
    this.#ended.delete(key);
    // A listing may have had it before its beginning was heard.
    if (this.#known.has(key)) return;
    this.#keep(key, nothing, nothing, startedAt ?? now);
  }

  /** Undefined for what did nothing. */
  listed(entry: ConntrackEntry, now: EpochMs): Progress | undefined {
    if (this.#ended.has(entry.key) || !entry.original || !entry.reply) return undefined;
    const known = this.#known.get(entry.key);
    if (!known && this.#isOld(entry)) {
      this.#keep(entry.key, entry.original, entry.reply, now);
      return undefined;
    }
    const progress = progressOf(entry, known, entry.startedAt ?? this.#beganAt);
    // Without room for what was reported it would be reported again.
    if (!known && !this.#keep(entry.key, entry.original, entry.reply, now)) return undefined;
    if (known) {
      remember(known, entry.original, entry.reply, this.#listing);
      known.since = now;
    }
    return progress;
  }

  /** A listing is complete. */
  listedAll(): void {
    this.#isFirst = false;
    this.#ended.clear();
    for (const [key, { listing }] of this.#known) {
      if (this.#listing - listing < missedListings) continue;
      this.#known.delete(key);
      this.missedEnds++;
    }
    this.#listing++;
  }

  /** Undefined for what did nothing since it was last reported. */
  ended(entry: ConntrackEntry, now: EpochMs): Progress | undefined {
    const known = this.#known.get(entry.key);
    this.#known.delete(entry.key);
    if (this.#ended.size < this.#most) this.#ended.add(entry.key);
    if (!entry.original || !entry.reply) return undefined;
    if (!known && (entry.startedAt === undefined ? this.#wasFull : entry.startedAt < this.#beganAt)) {
      this.unattributed++;
      return undefined;
    }
    return progressOf(entry, known, entry.startedAt ?? now);
  }

  /** Some of its counters are from before anybody looked. */
  #isOld({ startedAt }: ConntrackEntry): boolean {
    return startedAt === undefined ? this.#isFirst : startedAt < this.#beganAt;
  }

  #keep(key: string, original: DirectionCounters, reply: DirectionCounters, since: EpochMs): boolean {
    if (this.#known.size >= this.#most && !this.#known.has(key)) {
      this.#wasFull ||= this.#isFirst;
      return false;
    }
    const known = { originalPackets: 0, originalBytes: 0, replyPackets: 0, replyBytes: 0, since, listing: 0 };
    remember(known, original, reply, this.#listing);
    this.#known.set(key, known);
    return true;
  }
}

function remember(known: Known, original: DirectionCounters, reply: DirectionCounters, listing: number): void {
  known.originalPackets = original.packets;
  known.originalBytes = original.bytes;
  known.replyPackets = reply.packets;
  known.replyBytes = reply.bytes;
  known.listing = listing;
}

function progressOf(entry: ConntrackEntry, known: Known | undefined, startedAt: EpochMs): Progress | undefined {
  const { original = nothing, reply = nothing } = entry;
  const since = (now: number, before = 0) => Math.max(0, now - before);
  const progress = {
    since: known?.since ?? startedAt,
    original: {
      packets: since(original.packets, known?.originalPackets),
      bytes: since(original.bytes, known?.originalBytes),
    },
    reply: { packets: since(reply.packets, known?.replyPackets), bytes: since(reply.bytes, known?.replyBytes) },
  };
  return progress.original.packets === 0 && progress.reply.packets === 0 ? undefined : progress;
}

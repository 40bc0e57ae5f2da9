import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import type { FlowRows } from './flow-rows.ts';
import type { Malformed } from './message.ts';
import type { NameOption } from './options.ts';
import type { Session } from './session.ts';

/** What a decoder is given, and what it counts. */

export interface FlowDecoderOptions {
  /** Takes rows that are full; an empty one follows them. */
  onRows(rows: FlowRows): void;
  onName?(session: Session, option: NameOption): void;
  /** A session is over, and what it counted with it. */
  onEnd?(session: Session): void;
  rowsAtOnce?: number;
  /** A template that was not said for so long is void; 3 hours by default. */
  templateLifetimeMs?: Milliseconds;
  /** Exporters and domains together; the one that was silent for longest makes room. 5000 by default. */
  maxSessions?: number;
  /** Of templates, of all sessions together and of those of one exporter: 1,500,000 and 300,000 by default. */
  maxFields?: number;
  maxFieldsOfExporter?: number;
  /** Of records that wait for their template, of all sessions together. 16 MiB by default. */
  maxParkedBytes?: number;
  /** Gives the number of a new session; 0 refuses it, and what it says is counted and dropped. */
  takeNumber?: (scope: SessionScope) => number;
  /** Gives rows to fill, empty ones; made anew by default. */
  takeRows?: () => FlowRows;
  /** A flow that ended longer ago has a clock that was never set: 366 days by default. */
  furthestBehindMs?: Milliseconds;
}

/** Whose templates and sequence numbers a session holds. */
export interface SessionScope {
  exporter: string;
  version: number;
  domain: number;
}

/** Where a datagram came from and when. For IPFIX over TCP the exporter is the connection. */
export interface Origin {
  exporter: string;
  receivedAt: EpochMs;
}

/** What came, since the beginning. */
export interface DecoderCounts {
  messages: number;
  /** Rows: a record that tells of both directions is two. */
  rows: number;
  optionsRecords: number;
  templates: number;
  /** Records that waited for their template, in bytes, and those that found no room. */
  parkedSets: number;
  discardedSets: number;
  /** Templates and sessions beyond the bounds. */
  refusedTemplates: number;
  evictedSessions: number;
  /** Messages of exporters and domains that were not let in. */
  refusedMessages: number;
  /** Of these in `malformed`, nobody knows the session. */
  malformedHeaders: number;
  malformed: Map<Malformed, number>;
}

export function noCounts(): DecoderCounts {
  return {
    messages: 0,
    rows: 0,
    optionsRecords: 0,
    templates: 0,
    parkedSets: 0,
    discardedSets: 0,
    refusedTemplates: 0,
    evictedSessions: 0,
    refusedMessages: 0,
    malformedHeaders: 0,
    malformed: new Map(),
  };
}

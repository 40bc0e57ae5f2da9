import {
  errorTable,
  messageOf,
  QwError,
  type EpochMs,
  type ErrorCode,
  type FlowKind,
  type FlowSettings,
  type FlowStatus,
  type NatStatus,
  type TelemetrySettings,
} from '../../../model/index.ts';
import type { Answer, Labels, Query, QueryLimits, SelectedRows, SelectLimits } from '../../../store/index.ts';
import type { DeletionReceipt } from './retention.ts';
import type { TrafficFigures } from './traffic-figures.ts';

/** What watcher and collector say to each other over their pipe: one JSON text a message. */

export interface CollectorSettings {
  /** Of the watcher, for the name of its database on servers. */
  self: string;
  /** Where flows are kept, and what the collector remembers; absolute. */
  directory: string;
  flows: FlowSettings;
  /** The engine of telemetry is the one of flows too. */
  telemetry: Pick<TelemetrySettings, 'engine' | 'clickhouse'>;
}

export type CollectorRequest =
  | { kind: 'open'; settings: CollectorSettings }
  | { kind: 'query'; id: number; query: Query; limits: Omit<QueryLimits, 'signal'> }
  /** A person's statement. */
  | { kind: 'select'; id: number; sql: string; limits: Omit<SelectLimits, 'signal'> }
  | { kind: 'delete'; id: number; records: FlowKind; before: EpochMs }
  /** Flow logs of a cloud that were posted to a name. */
  | { kind: 'push'; id: number; name: string; body: string }
  /** The ledger has these receipts, by what `receiptText` says of them. */
  | { kind: 'deletions-told'; texts: readonly string[] }
  | { kind: 'cancel'; id: number }
  | { kind: 'close' };

export type CollectorReply =
  | { kind: 'opened' }
  | { kind: 'unusable'; error: SentError }
  | { kind: 'status'; status: FlowStatus; figures: FlowFigures; traffic: TrafficFigures; nat?: NatStatus }
  /** Labels by number, those that are new. */
  | { kind: 'names'; names: readonly (readonly [number: number, labels: Labels])[] }
  | { kind: 'answer'; id: number; answer: Answer }
  | { kind: 'selected'; id: number; selected: SelectedRows }
  | { kind: 'failed'; id: number; error: SentError }
  /** Single records are gone, for whatever reason. */
  | { kind: 'deleted'; receipts: readonly DeletionReceipt[] }
  /** What a request to delete did. */
  | { kind: 'removed'; id: number; receipts: readonly DeletionReceipt[] }
  /** What was pushed outlives a crash. */
  | { kind: 'pushed'; id: number }
  | { kind: 'closed' };

/** Counts since the collector began, and what is at present. */
export interface FlowFigures {
  messages: number;
  records: number;
  stored: number;
  refused: number;
  waiting: number;
  kernelDrops: number;
  malformed: Readonly<Record<string, number>>;
  exporters: number;
  templates: number;
  residentBytes: number;
}

/** With sums of what was collected. */
export type CollectedFigures = FlowFigures & { traffic: TrafficFigures };

export interface SentError {
  code: string;
  message: string;
  where?: string | undefined;
  hint?: string | undefined;
}

export function encode(message: CollectorRequest | CollectorReply): Uint8Array[] {
  return [Buffer.from(JSON.stringify(message))];
}

/** The shape is the sender's word, who is the other half of this file. */
export function decodeRequest(body: Buffer): CollectorRequest {
  return JSON.parse(body.toString()) as CollectorRequest;
}

export function decodeReply(body: Buffer): CollectorReply {
  return JSON.parse(body.toString()) as CollectorReply;
}

export function sentError(thrown: unknown): SentError {
  const error = thrown instanceof QwError ? thrown : undefined;
  return {
    code: error?.code ?? 'TELEMETRY_UNAVAILABLE',
    message: messageOf(thrown),
    where: error?.where,
    hint: error?.hint,
  };
}

export function receivedError({ code, message, where, hint }: SentError): QwError {
  const known = code in errorTable ? (code as ErrorCode) : 'TELEMETRY_UNAVAILABLE';
  return new QwError(known, message, { ...(where !== undefined && { where }), ...(hint !== undefined && { hint }) });
}

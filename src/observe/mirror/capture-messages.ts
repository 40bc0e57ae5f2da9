import type { EpochMs, ErrorCode, MirrorDirection, MirrorEnding, MirrorFile, MirrorRule } from '../../model/index.ts';

/** What passes between the watcher and the process that captures, as JSON. */

export interface CaptureSettings {
  interfaces: readonly string[];
  rules: readonly MirrorRule[];
  direction: MirrorDirection;
  snapBytes: number;
  /** Of the ring; it exists and is empty. */
  directory: string;
  sizeBytes: number;
  application: string;
  comment: string;
  endsAt: EpochMs;
}

export type CaptureOrder = { kind: 'open'; settings: CaptureSettings } | { kind: 'stop' };

export interface CaptureFigures {
  packets: number;
  dropped: number;
  overwritten: number;
  /** Those that are complete. */
  files: readonly MirrorFile[];
}

export type CaptureAnswer =
  | { kind: 'began' }
  | { kind: 'refused'; code: ErrorCode; message: string; hint: string }
  | ({ kind: 'figures' } & CaptureFigures)
  | ({ kind: 'ended'; why: MirrorEnding; text: string } & CaptureFigures);

import type { EpochMs } from './time.ts';

/** Somebody takes the turn of another in a rota; ordered, so that every member tells the same person. */
export interface OnCallOverride {
  /** The ledger position of its first entry. */
  id: string;
  rota: string;
  /** Who is on call instead. */
  receiver: string;
  from: EpochMs;
  /** Not included. */
  to: EpochMs;
  by: string;
  /** Taken back before its time. */
  ended?: { by: string; at: EpochMs };
}

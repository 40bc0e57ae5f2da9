import type { EpochMs, NotificationBody, NotificationKind } from '../../../model/index.ts';
import { canonicalJson } from '../../../model/index.ts';

/** When a group was told something last, by receiver and group: what lets the next message wait for its interval. */
export interface Gate {
  toldAt?: EpochMs;
  resolvedAt?: EpochMs;
}

/** More groups than these at a time are not slowed down; the one that was told longest ago goes first. */
export const maxGates = 10_000;

export function gateKey(receiver: string, groupKey: string): string {
  return JSON.stringify([receiver, groupKey]);
}

/** Steps of escalations and assignments wait for nothing, and let nothing wait. */
export function gateTime(gate: Gate | undefined, message: NotificationKind): EpochMs | undefined {
  return message === 'resolved' ? gate?.resolvedAt : gate?.toldAt;
}

/** What an intended message makes of the gate of its group; undefined where it has none. */
export function gateOf(
  { receiver, message, group }: NotificationBody,
  at: EpochMs,
): { key: string; change: Gate } | undefined {
  if (!group || message === 'escalated' || message === 'assigned') return undefined;
  const key = gateKey(receiver, canonicalJson(group));
  return { key, change: message === 'resolved' ? { resolvedAt: at } : { toldAt: at } };
}

import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import { u32, unsigned } from './bytes.ts';
import type { FlowRows } from './flow-rows.ts';

/** What the times of records rest on. */
export interface TimeBasis {
  /** When the exporter says that it sent the message. */
  exportedAt: EpochMs;
  /** Milliseconds that the exporter had been up then: NetFlow only. */
  uptimeMs?: Milliseconds;
  /** When the exporter says that it began: IPFIX element 160. */
  startedAt?: EpochMs;
}

/** Reads a time at `at`; NaN where the basis for it is unknown. */
export type ReadTime = (bytes: Uint8Array, at: number, basis: TimeBasis) => EpochMs;

/** From 1900 to 1970 (RFC 5905, section 6). */
const ntpToUnixSeconds = 2_208_988_800;

/** Seconds since 1900 and a fraction of 2^32, whatever the element's name says of its unit (RFC 7011, 6.1.9 and 6.1.10). */
function ntp(bytes: Uint8Array, at: number): EpochMs {
  return (u32(bytes, at) - ntpToUnixSeconds) * 1000 + (u32(bytes, at + 4) * 1000) / 0x1_0000_0000;
}

/**
 * Milliseconds of uptime, which begin again after 49.7 days: the difference to the uptime of the message, as a signed
 * number of 32 bits, is right on both sides of the turn, and for flows that seem to be a little ahead.
 */
function ofUptime(bytes: Uint8Array, at: number, { exportedAt, uptimeMs, startedAt }: TimeBasis): EpochMs {
  const value = u32(bytes, at);
  if (uptimeMs !== undefined) return exportedAt - ((uptimeMs - value) | 0);
  return startedAt === undefined ? Number.NaN : startedAt + value;
}

const readers: Readonly<Record<number, { length: number; read: ReadTime }>> = {
  21: { length: 4, read: ofUptime },
  22: { length: 4, read: ofUptime },
  150: { length: 4, read: (bytes, at) => u32(bytes, at) * 1000 },
  151: { length: 4, read: (bytes, at) => u32(bytes, at) * 1000 },
  152: { length: 8, read: (bytes, at) => unsigned(bytes, at, 8) },
  153: { length: 8, read: (bytes, at) => unsigned(bytes, at, 8) },
  154: { length: 8, read: ntp },
  155: { length: 8, read: ntp },
  156: { length: 8, read: ntp },
  157: { length: 8, read: ntp },
  // Microseconds before the export.
  158: { length: 4, read: (bytes, at, { exportedAt }) => exportedAt - u32(bytes, at) / 1000 },
  159: { length: 4, read: (bytes, at, { exportedAt }) => exportedAt - u32(bytes, at) / 1000 },
  // What was observed at one time: events.
  323: { length: 8, read: (bytes, at) => unsigned(bytes, at, 8) },
};

/** Elements that say when a flow began and ended, the best first. */
export const startElements = [152, 156, 154, 150, 22, 158, 323];
export const endElements = [153, 157, 155, 151, 21, 159, 323];

/** Undefined for an element that is no time, or not of the length that it has. */
export function timeReader(element: number, length: number): ReadTime | undefined {
  const reader = readers[element];
  return reader?.length === length ? reader.read : undefined;
}

/** Times of an exporter beyond these come from a clock that was never set: it stands in 1970, or in 2036. */
const furthestAheadMs = 86_400_000;
export const furthestBehindMs = 366 * 86_400_000;
const longestMs = 2 ** 32 - 1;

/** Fills `ts`, `duration_ms` and `lateness_ms` from what the records said. */
export function settleTimes(
  rows: FlowRows,
  from: number,
  to: number,
  { exportedAt, receivedAt, behindMs }: { exportedAt: EpochMs; receivedAt: EpochMs; behindMs: Milliseconds },
): void {
  const { start, end, words, narrow } = rows;
  const { ts } = words;
  for (let row = from; row < to; row++) {
    let last = end[row] as number;
    let first = start[row] as number;
    if (Number.isNaN(last)) last = Number.isNaN(first) ? exportedAt : first;
    // It still sends at once, so the time of arrival is the better one.
    if (last > receivedAt + furthestAheadMs || last < receivedAt - behindMs) {
      first = Number.isNaN(first) ? first : receivedAt - (last - first);
      last = receivedAt;
    }
    const whole = Math.floor(last);
    ts[2 * row] = whole % 0x1_0000_0000;
    ts[2 * row + 1] = Math.floor(whole / 0x1_0000_0000);
    narrow.duration_ms[row] = first < last ? Math.min(longestMs, Math.round(last - first)) : 0;
    narrow.lateness_ms[row] = Math.min(longestMs, Math.max(0, Math.round(receivedAt - last)));
  }
}

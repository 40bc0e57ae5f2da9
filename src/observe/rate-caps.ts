import type { Limits, Milliseconds } from '../model/index.ts';
import { parseAddress } from '../platform/index.ts';

/**
 * Caps on packets a second to one address and to one network, so that no configuration makes the watch a nuisance.
 * Each is a GCRA (ITU-T I.371): one number a key, the time at which the packets promised so far are paid off.
 */

/** A whole second's packets may leave at once; more only in one run that cannot be divided. */
const toleranceMs = 1000;
/** Keys that are idle are dropped beyond this many. */
const maximumKeys = 50_000;

interface Cap {
  key: string;
  perSecond: number;
}

export class RateCaps {
  #limits: Limits;
  readonly #paidMs = new Map<string, Milliseconds>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** From now on these; what was promised before stays promised. */
  setLimits(limits: Limits): void {
    this.#limits = limits;
  }

  /**
   * How long so many packets to these addresses have to wait. They are promised if the wait is at most `patienceMs`,
   * otherwise nothing changes.
   */
  admit(addresses: readonly string[], packets: number, nowMs: Milliseconds, patienceMs: Milliseconds): Milliseconds {
    const caps = addresses.flatMap((address) => this.capsOf(address));
    let waitMs = 0;
    for (const { key, perSecond } of caps) {
      const costMs = (1000 * packets) / perSecond;
      const paidMs = Math.max(this.#paidMs.get(key) ?? 0, nowMs);
      waitMs = Math.max(waitMs, paidMs + Math.min(costMs, toleranceMs) - toleranceMs - nowMs);
    }
    if (waitMs > patienceMs) return waitMs;
    for (const { key, perSecond } of caps) {
      this.#paidMs.set(key, Math.max(this.#paidMs.get(key) ?? 0, nowMs) + (1000 * packets) / perSecond);
    }
    if (this.#paidMs.size > maximumKeys) this.#forgetIdle(nowMs);
    return waitMs;
  }

  /** The caps that packets to an address fall under. Names that are not resolved yet have none. */
  capsOf(text: string): Cap[] {
    const address = parseAddress(text);
    if (!address) return [];
    const key = address.bytes.join('.');
    if (isPrivate(address.bytes)) return [{ key: `host ${key}`, perSecond: this.#limits['packets-private'] }];
    const network = address.bytes.subarray(0, address.family === 4 ? 3 : 8).join('.');
    return [
      { key: `host ${key}`, perSecond: this.#limits['packets-per-target'] },
      { key: `network ${network}`, perSecond: this.#limits['packets-per-network'] },
    ];
  }

  #forgetIdle(nowMs: Milliseconds): void {
    for (const [key, paidMs] of this.#paidMs) if (paidMs <= nowMs) this.#paidMs.delete(key);
  }
}

/** Loopback, private (RFC 1918, RFC 4193, RFC 6598) and link-local addresses: nobody else's network. */
export function isPrivate(bytes: Uint8Array): boolean {
  const [a = 0, b = 0] = bytes;
  if (bytes.length === 4) {
    return (
      a === 10 ||
      a === 127 ||
      (a === 172 && b >> 4 === 1) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >> 6 === 1)
    );
  }
  if (a >> 1 === 0x7e || (a === 0xfe && b >> 6 === 2)) return true;
  return bytes.subarray(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
}

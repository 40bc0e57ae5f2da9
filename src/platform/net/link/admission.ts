import type { Milliseconds } from '../../../model/index.ts';
import type { Clock } from '../../clock.ts';

/** Bounds on connections whose handshake is not done. A handshake costs us about a millisecond and some ten kilobytes. */
export interface AdmissionLimits {
  /** Handshakes under way with addresses that nobody expects, together. */
  maxStrangers: number;
  /** Connections of those addresses that are let in, together; each second, and at once. */
  strangersPerSecond: number;
  strangersBurst: number;
  /** The same for each single address from which somebody known is expected. */
  maxExpected: number;
  expectedPerSecond: number;
  expectedBurst: number;
}

export const admissionLimits: AdmissionLimits = {
  maxStrangers: 32,
  strangersPerSecond: 20,
  strangersBurst: 40,
  maxExpected: 16,
  expectedPerSecond: 20,
  expectedBurst: 40,
};

/** Accounts kept for single addresses; those without a pending handshake are the first to be forgotten. */
const maxAccounts = 1024;

interface Account {
  pending: number;
  tokens: number;
  atMs: Milliseconds;
}

/**
 * Decides which connections may begin a handshake. Strangers share one account, so that whoever floods the port takes
 * room from other strangers only: an address from which a known peer calls has an account of its own.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #limits: AdmissionLimits;
  readonly #strangers: Account;
  readonly #expected = new Map<string, Account>();

  constructor(clock: Clock, limits: AdmissionLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#strangers = { pending: 0, tokens: limits.strangersBurst, atMs: clock.monotonic() };
  }

  /** How many handshakes are under way. */
  get pending(): number {
    let count = this.#strangers.pending;
    for (const account of this.#expected.values()) count += account.pending;
    return count;
  }

  /** What to call when the handshake has ended, whichever way; undefined when the connection is to be closed. */
  enter(address: string, expected: boolean): (() => void) | undefined {
    const limits = this.#limits;
    const account = expected ? this.#account(address) : this.#strangers;
    const perSecond = expected ? limits.expectedPerSecond : limits.strangersPerSecond;
    const nowMs = this.#clock.monotonic();
    const earned = ((nowMs - account.atMs) * perSecond) / 1000;
    account.tokens = Math.min(expected ? limits.expectedBurst : limits.strangersBurst, account.tokens + earned);
    account.atMs = nowMs;
    if (account.tokens < 1 || account.pending >= (expected ? limits.maxExpected : limits.maxStrangers))
      return undefined;
    account.tokens -= 1;
    account.pending += 1;
    let left = false;
    return () => {
      if (!left) account.pending -= 1;
      left = true;
    };
  }

  #account(address: string): Account {
    const known = this.#expected.get(address);
    if (known) return known;
    if (this.#expected.size >= maxAccounts) {
      for (const [other, { pending }] of this.#expected) if (pending === 0) this.#expected.delete(other);
    }
    const account = { pending: 0, tokens: this.#limits.expectedBurst, atMs: this.#clock.monotonic() };
    this.#expected.set(address, account);
    return account;
  }
}

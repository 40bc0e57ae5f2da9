import { createHash, randomBytes } from 'node:crypto';
import { formatInstant, type ApiSessionEntry, type EpochMs, type Milliseconds } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Principal } from '../../watcher/index.ts';

/** Whose session it is: what is looked up again at each request, so that a session lasts no longer than its reason. */
export type Holder =
  | { identity: 'token'; sha256: string }
  | { identity: 'user'; name: string; generation: number }
  | { identity: 'oidc'; principal: Principal };

export interface Session {
  /** A name that opens nothing. */
  readonly id: string;
  readonly holder: Holder;
  readonly openedAt: EpochMs;
  readonly from: string;
  readonly browser: string;
  /** Monotonic: a clock that is set neither ends a session nor prolongs it. */
  readonly openedMs: Milliseconds;
  usedMs: Milliseconds;
}

export const sessionMs = 12 * 3_600_000;
const idleMs = 2 * 3_600_000;
const maxSessions = 1000;
/** So that one of many users cannot push the others out. */
const maxSessionsOfOne = 20;
const maxBrowserLength = 200;

/** The sessions of browsers, in memory: they end with the process. */
export class Sessions {
  readonly #clock: Clock;
  /** By the hash of what stands in the cookie, the one that was opened first before. */
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Under a secret of its own, whatever the browser had: nobody can prepare one. Returns the secret. */
  open(holder: Holder, from: string, browser: string): string {
    this.#forgetOld();
    const own = [...this.#sessions].filter(([, one]) => ownerOf(one.holder) === ownerOf(holder));
    const oldest = own.length >= maxSessionsOfOne ? own[0]?.[0] : this.#sessions.keys().next().value;
    const isFull = own.length >= maxSessionsOfOne || this.#sessions.size >= maxSessions;
    if (isFull && oldest !== undefined) this.#sessions.delete(oldest);
    const secret = randomBytes(24).toString('base64url');
    const key = keyOf(secret);
    const now = this.#clock.monotonic();
    this.#sessions.set(key, {
      id: key.slice(0, 16),
      holder,
      openedAt: this.#clock.now(),
      from,
      browser: browser.slice(0, maxBrowserLength),
      openedMs: now,
      usedMs: now,
    });
    return secret;
  }

  /** Undefined for one that is over. To look counts as use. */
  use(secret: string): Session | undefined {
    const found = this.#sessions.get(keyOf(secret));
    if (!found || !this.#lasts(found)) return undefined;
    found.usedMs = this.#clock.monotonic();
    return found;
  }

  close(secret: string): void {
    this.#sessions.delete(keyOf(secret));
  }

  /** Ends those of one user that fit; tells how many. */
  closeOf(owner: string, fits: (session: Session) => boolean): number {
    let closed = 0;
    for (const [key, session] of this.#sessions) {
      if (ownerOf(session.holder) !== owner || !fits(session)) continue;
      this.#sessions.delete(key);
      closed++;
    }
    return closed;
  }

  /** Of one user, the newest first. */
  list(owner: string, current: Session | undefined): ApiSessionEntry[] {
    const ago = this.#clock.now() - this.#clock.monotonic();
    return [...this.#sessions.values()]
      .filter((one) => ownerOf(one.holder) === owner && this.#lasts(one))
      .map((one) => ({
        id: one.id,
        openedAt: formatInstant(one.openedAt),
        usedAt: formatInstant(ago + one.usedMs),
        endsAt: formatInstant(ago + Math.min(one.openedMs + sessionMs, one.usedMs + idleMs)),
        from: one.from,
        browser: one.browser,
        current: one === current,
      }))
      .toReversed();
  }

  #lasts({ openedMs, usedMs }: Session): boolean {
    const now = this.#clock.monotonic();
    return now - openedMs < sessionMs && now - usedMs < idleMs;
  }

  #forgetOld(): void {
    for (const [key, session] of this.#sessions) if (!this.#lasts(session)) this.#sessions.delete(key);
  }
}

/** Sessions with equal owners belong together. */
export function ownerOf(holder: Holder): string {
  switch (holder.identity) {
    case 'token':
      return `token ${holder.sha256}`;
    case 'user':
      return `user ${holder.name}`;
    default:
      return `oidc ${holder.principal.name}`;
  }
}

function keyOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

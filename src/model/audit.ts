import type { EpochMs } from './time.ts';

/** Who did what to a watcher over its API, as the ledger keeps it. No secrets, and addresses shortened. */

export const auditOutcomes = ['done', 'refused', 'failed'] as const;
export const auditIdentities = ['user', 'token', 'oidc', 'nobody'] as const;

export interface AuditEvent {
  /** The watcher's own clock. */
  at: EpochMs;
  /** The name of a user or token; empty for somebody who did not show who they are. */
  by: string;
  identity: (typeof auditIdentities)[number];
  /** `sign-in`, `sign-out`, or method and path of the API such as `put /users/{name}`. */
  what: string;
  /** Which one of those it was done to. */
  on?: string;
  /** What changed, in words. */
  text?: string;
  /** An IPv4 network of 24 bits, an IPv6 network of 48 bits, or empty. */
  from: string;
  outcome: (typeof auditOutcomes)[number];
  /** Of the error, unless it was done. */
  code?: string;
  /** So many alike, which came too quickly to be written one by one; 1 when absent. */
  count?: number;
}

/** What one watcher saw. */
export interface AuditBody {
  watcher: string;
  events: readonly AuditEvent[];
}

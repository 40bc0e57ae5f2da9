import { z } from 'zod';
import { auditIdentities, auditOutcomes } from './audit.ts';

/** Shapes of `/api/v1/{session,account,users,tokens,audit}`: people, and what they did. */

const time = z.iso.datetime({ precision: 3 });
const role = z.enum(['viewer', 'operator', 'admin']);

/** Who asks. */
export const principalSchema = z.object({
  name: z.string(),
  role,
  /** A local user, a token, or somebody whom the identity provider knows. */
  identity: z.enum(['user', 'token', 'oidc']),
  displayName: z.string().optional(),
});

/** How people may sign in. */
export const signInMethodsSchema = z.object({ oidc: z.boolean() });

export const userSchema = z.object({
  name: z.string(),
  displayName: z.string().optional(),
  role,
  disabled: z.boolean(),
  createdAt: time,
  passwordChangedAt: time,
  lastSignInAt: time.optional(),
});

/** A session, under a name that opens nothing. */
export const sessionEntrySchema = z.object({
  id: z.string(),
  openedAt: time,
  usedAt: time,
  endsAt: time,
  /** Shortened. */
  from: z.string(),
  browser: z.string(),
  /** The one that asks. */
  current: z.boolean(),
});

export const tokenEntrySchema = z.object({
  name: z.string(),
  role,
  createdAt: time,
  expiresAt: time.optional(),
  /** To the hour. */
  lastUsedAt: time.optional(),
  /** The user whose token it is; it may no more than the user. */
  owner: z.string().optional(),
});

export const auditEntrySchema = z.object({
  /** Of the ledger entry. */
  position: z.int(),
  watcher: z.string(),
  at: time,
  by: z.string(),
  identity: z.enum(auditIdentities),
  what: z.string(),
  on: z.string().optional(),
  text: z.string().optional(),
  from: z.string(),
  outcome: z.enum(auditOutcomes),
  code: z.string().optional(),
  count: z.int(),
});

export type ApiPrincipal = z.output<typeof principalSchema>;
export type ApiSignInMethods = z.output<typeof signInMethodsSchema>;
export type ApiUser = z.output<typeof userSchema>;
export type ApiSessionEntry = z.output<typeof sessionEntrySchema>;
export type ApiTokenEntry = z.output<typeof tokenEntrySchema>;
export type ApiAuditEntry = z.output<typeof auditEntrySchema>;

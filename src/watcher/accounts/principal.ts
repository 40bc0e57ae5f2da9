/** Who asks over HTTP, and what they may. */

export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Principal {
  /** Names of users and tokens have no `@`; those of an identity provider always do. A user's token is `user/token`. */
  name: string;
  role: Role;
  identity: 'user' | 'token' | 'oidc';
  displayName?: string;
}

export function atLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/** The lesser of two. */
export function lesserRole(a: Role, b: Role): Role {
  return atLeast(a, b) ? b : a;
}

/** What a user or a token may be called: safe in addresses, in terminals and in file names. */
export const namePattern = /^[A-Za-z0-9_][\w.-]{0,59}$/;

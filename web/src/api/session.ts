import { signal } from '@preact/signals';
import type { ApiPrincipal } from '../../../src/model/index.ts';
import { createClient } from './client.ts';
import { t } from '../text/text.ts';
import { problemOf } from './problem.ts';

/** Who is signed in. The token itself is never kept: it is exchanged for a cookie that scripts cannot read. */

export interface Session {
  state: 'unknown' | 'signed-out' | 'signed-in';
  name?: string;
  displayName?: string;
  role?: string;
  identity?: 'user' | 'token' | 'oidc';
}

export const session = signal<Session>({ state: 'unknown' });

export const request = createClient({
  fetch: (address, init) => fetch(address, init),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  onUnauthorized: () => {
    session.value = { state: 'signed-out' };
  },
});

export type Credentials = { token: string } | { user: string; password: string };

export async function signIn(credentials: Credentials): Promise<void> {
  await request('POST', '/session', { body: credentials });
  await readSession();
}

export async function signOut(): Promise<void> {
  await request('DELETE', '/session');
  session.value = { state: 'signed-out' };
}

async function readSession(): Promise<void> {
  const { name, role, identity, displayName } = await request<ApiPrincipal>('GET', '/session');
  session.value = { state: 'signed-in', name, role, identity, ...(displayName !== undefined && { displayName }) };
}

/** Viewers look only; the server enforces it, the page says so before they try. */
export function mayAct(): boolean {
  return session.value.role !== 'viewer';
}

/** People and their tokens are for admins. */
export function isAdmin(): boolean {
  return session.value.role === 'admin';
}

const oidcProblems = ['refused', 'expired', 'no-role', 'unreachable'] as const;

/**
 * The address that the watcher prints carries a token behind `#token=`: it is taken out of the address bar and the
 * history before anything else happens. Resolves to what went wrong, if it was not simply "sign in first".
 */
export async function startSession(): Promise<string | undefined> {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get('token');
  // Only sentences of our own are shown, whatever stands in an address that somebody was sent.
  const failed = oidcProblems.find((one) => one === given.get('sign-in'));
  if (token !== null || given.has('sign-in')) history.replaceState(null, '', location.pathname + location.search);
  try {
    if (token !== null) await signIn({ token });
    else await readSession();
    return undefined;
  } catch (thrown) {
    session.value = { state: 'signed-out' };
    const problem = problemOf(thrown);
    if (failed) return t(`people.oidcProblems.${failed}`);
    return problem.status === 401 && token === null ? undefined : (problem.detail ?? problem.title);
  }
}

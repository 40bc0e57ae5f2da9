import { signal } from '@preact/signals';
import { createClient } from './client.ts';
import { problemOf } from './problem.ts';

/** Who is signed in. The token itself is never kept: it is exchanged for a cookie that scripts cannot read. */

export interface Session {
  state: 'unknown' | 'signed-out' | 'signed-in';
  name?: string;
  role?: string;
}

export const session = signal<Session>({ state: 'unknown' });

export const request = createClient({
  fetch: (address, init) => fetch(address, init),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  onUnauthorized: () => {
    session.value = { state: 'signed-out' };
  },
});

interface SessionAnswer {
  name: string;
  role: string;
}

export async function signIn(token: string): Promise<void> {
  await request('POST', '/session', { body: { token } });
  await readSession();
}

export async function signOut(): Promise<void> {
  await request('DELETE', '/session');
  session.value = { state: 'signed-out' };
}

async function readSession(): Promise<void> {
  const { name, role } = await request<SessionAnswer>('GET', '/session');
  session.value = { state: 'signed-in', name, role };
}

/** Viewers look only; the server enforces it, the page says so before they try. */
export function mayAct(): boolean {
  return session.value.role !== 'viewer';
}

/**
 * The address that the watcher prints carries a token behind `#token=`: it is taken out of the address bar and the
 * history before anything else happens. Resolves to what went wrong, if it was not simply "sign in first".
 */
export async function startSession(): Promise<string | undefined> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(null, '', location.pathname + location.search);
  try {
    if (token !== null) await signIn(token);
    else await readSession();
    return undefined;
  } catch (thrown) {
    session.value = { state: 'signed-out' };
    const problem = problemOf(thrown);
    return problem.status === 401 && token === null ? undefined : (problem.detail ?? problem.title);
  }
}

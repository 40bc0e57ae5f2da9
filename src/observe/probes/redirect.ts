import type { Location } from './location.ts';
import { urlOf } from './location.ts';

/** Where a redirect leads, and with which method (RFC 9110 section 15.4). */
export interface Redirect {
  to: Location;
  method: string;
}

const redirecting: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Undefined if the reply is no redirect; a sentence if it leads nowhere. The address is that of the host before. */
export function redirectOf(
  status: number,
  target: string | undefined,
  from: Location,
  method: string,
): Redirect | string | undefined {
  if (!redirecting.has(status)) return undefined;
  if (target === undefined) return `status ${status} without a Location`;
  if (target.length > 8000) return 'the Location of the redirect is above 8000 characters';
  const url = URL.parse(target, urlOf(from));
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return `the redirect leads to ${target.slice(0, 100)}, which is no http or https address`;
  }
  const secure = url.protocol === 'https:';
  const name = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const to = {
    secure,
    name,
    address: from.address,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
  };
  // As browsers do it: only 307 and 308 keep a method that sends something.
  const keeps = status === 307 || status === 308 || method === 'GET' || method === 'HEAD';
  return { to, method: keeps ? method : 'GET' };
}

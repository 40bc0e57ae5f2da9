import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';

/**
 * The address of who asks: of the connection, or what a trusted proxy says. The last entry that no trusted proxy made
 * counts: whatever stands before it, anybody may have written. Empty when it is not known.
 */
export function remoteAddress(context: Context, trustedProxies: readonly string[]): string {
  const { incoming } = (context.env ?? {}) as { incoming?: IncomingMessage };
  return addressOf(incoming, context.req.header('x-forwarded-for') ?? '', trustedProxies);
}

/** The same for a request that came no further than the server; `forwarded` is its header `x-forwarded-for`. */
export function addressOf(
  incoming: Pick<IncomingMessage, 'socket'> | undefined,
  forwarded: string,
  trustedProxies: readonly string[],
): string {
  const isTrusted = (address: string) => trustedProxies.includes(address);
  let address = plain(incoming?.socket.remoteAddress ?? '');
  const told = forwarded
    .slice(-1000)
    .split(',')
    .map((one) => plain(one.trim()));
  while (isTrusted(address)) {
    const next = told.pop();
    if (next === undefined || next === '') return address;
    address = next;
  }
  return address;
}

/** IPv4 as such, without the port that some proxies add. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
}

import { isIP } from 'node:net';
import type { Check, ProbeResult } from '../model/index.ts';
import { unresolved } from './probes/failures.ts';
import type { Probe, ProbeContext, ProbeTarget } from './probes/probe.ts';

/** A target to probe, or the result that stands in its place because its name does not resolve. */
export type Destination = { target: ProbeTarget } | { result: ProbeResult };

/** What it takes to resolve names. */
type Naming = Pick<ProbeContext, 'clock' | 'resolver' | 'signal'>;
type Common = Pick<ProbeTarget, 'timeoutMs' | 'sourceAddress' | 'device' | 'mark'>;

const fixed = new WeakMap<Check, readonly Destination[]>();

/**
 * What a check wants to be probed: each host or anchor, in each address family that was asked for. Without a name to
 * resolve that is always the same, and known at once.
 */
export function destinationsOf(
  check: Check,
  probe: Pick<Probe, 'hostIsSubject'>,
  { clock, resolver, signal }: Naming,
): readonly Destination[] | Promise<readonly Destination[]> {
  const known = fixed.get(check);
  if (known) return known;
  const hosts = check.anchors ?? (check.host === undefined ? [] : [check.host]);
  const common: Common = {
    timeoutMs: check.timeout,
    ...(check['src-address'] === undefined ? {} : { sourceAddress: check['src-address'] }),
    ...(check.device === undefined ? {} : { device: check.device }),
    ...(check.mark === undefined ? {} : { mark: check.mark }),
  };
  const literals = hosts.map((host): Destination | undefined => {
    const family = probe.hostIsSubject ? 4 : isIP(host);
    return family === 0 ? undefined : { target: { ...common, host, address: host, family: family === 6 ? 6 : 4 } };
  });
  if (literals.every((one) => one !== undefined)) {
    fixed.set(check, literals);
    return literals;
  }
  return Promise.all(
    hosts.map(async (host, index) => {
      const literal = literals[index];
      return literal ? [literal] : resolveHost(host, check, common, { clock, resolver, signal });
    }),
  ).then((found) => found.flat());
}

async function resolveHost(
  host: string,
  check: Check,
  common: Common,
  { clock, resolver, signal }: Naming,
): Promise<Destination[]> {
  const wanted = familiesOf(check);
  const startMs = clock.monotonic();
  const resolution = resolver.known(host) ?? (await resolver.resolve(host, check.timeout, signal));
  const resolvedInMs = clock.monotonic() - startMs;
  if (resolution.kind === 'failure') return wanted.map(() => ({ result: failed(host, unresolved(resolution)) }));
  return wanted.map((family): Destination => {
    const match = resolution.addresses.find((one) => family === 'any' || one.family === family);
    if (match) return { target: { ...common, host, ...match, resolvedInMs } };
    const text = `${host} has no IPv${family} address`;
    return { result: failed(host, unresolved({ code: 'ENOTFOUND', text })) };
  });
}

function familiesOf(check: Check): (4 | 6 | 'any')[] {
  const family = check['address-family'];
  if (family === 'both') return [4, 6];
  if (family !== 'auto') return [family === 'ipv4' ? 4 : 6];
  const source = isIP(check['src-address'] ?? '');
  return [source === 0 ? 'any' : source === 6 ? 6 : 4];
}

function failed(host: string, attempt: Pick<ProbeResult, 'outcome' | 'reason'>): ProbeResult {
  return { host, outcome: attempt.outcome, ...(attempt.reason && { reason: attempt.reason }), values: {} };
}

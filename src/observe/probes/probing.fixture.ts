import { expect, vi } from 'vitest';
import { z } from 'zod';
import { createResolver, systemClock, type Pinger, type Resolver } from '../../platform/index.ts';
import type { Probe, ProbeContext, ProbeFinding, ProbeTarget } from './probe.ts';

/** For tests: runs one probe against a server on this machine, its options read as the configuration reads them. */
export interface Probing extends Partial<Omit<ProbeTarget, 'family'>> {
  options?: Record<string, unknown>;
  pinger?: Pinger;
  resolver?: Resolver;
  signal?: AbortSignal;
  stalledMs?: () => number;
}

export function runProbe(probe: Probe, given: Probing = {}): Promise<ProbeFinding> {
  const { options = {}, pinger, resolver, signal, stalledMs = () => 0, ...target } = given;
  const address = target.address ?? '127.0.0.1';
  const context: ProbeContext = {
    clock: systemClock,
    pinger,
    resolver: resolver ?? createResolver({ clock: systemClock }),
    stalls: { stalledMs },
    signal: signal ?? new AbortController().signal,
  };
  const family = address.includes(':') ? 6 : 4;
  const full = { host: target.host ?? address, timeoutMs: 2000, ...target, address, family } as const;
  return probe.run(full, z.strictObject(probe.options).parse(options), context);
}

/** Waits until no more sockets and lookups are open than at the call of `handles`. */
export async function nothingLeft(before: ReadonlyMap<string, number>): Promise<void> {
  await vi.waitFor(
    () => {
      for (const [kind, count] of handles()) expect(`${kind} ${count - (before.get(kind) ?? 0)}`).toMatch(/ (0|-\d+)$/);
    },
    { timeout: 3000 },
  );
}

export function handles(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (/TCP|UDP|TLS|GetAddrInfo/.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

import { messageOf, type Check, type Milliseconds, type ProbeResult, type Sample } from '../model/index.ts';
import { roundMs } from './probes/statistics.ts';
import type { Probe, ProbeContext } from './probes/probe.ts';
import { destinationsOf, type Destination } from './targets.ts';

/** One execution of one check: all its hosts and address families side by side. */
export async function runCheck(
  check: Check,
  probe: Probe,
  latenessMs: Milliseconds,
  context: ProbeContext,
): Promise<Sample> {
  const { clock } = context;
  const startedAt = clock.now();
  const startMs = clock.monotonic();
  const found = destinationsOf(check, probe, context);
  const destinations = 'then' in found ? await found : found;
  const [only] = destinations;
  const results =
    only && destinations.length === 1
      ? [await probeOne(probe, only, check, context)]
      : await Promise.all(destinations.map((one) => probeOne(probe, one, check, context)));
  return { check: check.name, startedAt, latenessMs, durationMs: roundMs(clock.monotonic() - startMs), results };
}

async function probeOne(
  probe: Probe,
  destination: Destination,
  check: Check,
  context: ProbeContext,
): Promise<ProbeResult> {
  if ('result' in destination) return destination.result;
  const { target } = destination;
  const { host } = target;
  const address = probe.hostIsSubject ? {} : { address: target.address };
  try {
    return { host, ...address, ...(await probe.run(target, check.options, context)) };
  } catch (error) {
    // A mistake of ours is no outage of theirs.
    const reason = { code: 'internal-error', text: messageOf(error) };
    return { host, ...address, outcome: 'unknown', reason, values: {} };
  }
}

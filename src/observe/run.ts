import { messageOf, type Check, type Milliseconds, type ProbeResult, type Sample } from '../model/index.ts';
import type { Probe, ProbeContext, ProbeTarget } from './probes/probe.ts';
import { destinationsOf } from './targets.ts';

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
  const destinations = await destinationsOf(check, probe, context.resolver, () => clock.monotonic());
  const results = await Promise.all(
    destinations.map(async (one) => ('result' in one ? one.result : probeTarget(probe, one.target, check, context))),
  );
  return { check: check.name, startedAt, latenessMs, durationMs: clock.monotonic() - startMs, results };
}

async function probeTarget(
  probe: Probe,
  target: ProbeTarget,
  check: Check,
  context: ProbeContext,
): Promise<ProbeResult> {
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

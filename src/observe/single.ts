import { QwError, type Check, type Sample } from '../model/index.ts';
import { StallMeter, type Clock, type Pinger, type Resolver } from '../platform/index.ts';
import { probes } from './probes/registry.ts';
import { runCheck } from './run.ts';

export interface SingleProbeOptions {
  clock: Clock;
  pinger: Pinger | undefined;
  resolver: Resolver;
  signal: AbortSignal;
}

/** Runs a check that the configuration's schema has validated once, outside any schedule. Throws for an unknown type. */
export async function probeOnce(check: Check, options: SingleProbeOptions): Promise<Sample> {
  const probe = probes.find(({ type }) => type === check.type);
  if (!probe) {
    const known = probes.map(({ type }) => type).join(', ');
    throw new QwError('BAD_INPUT', `there is no probe type ${check.type}`, { hint: `the types are ${known}` });
  }
  const stalls = new StallMeter(options.clock);
  try {
    return await runCheck(check, probe, 0, { ...options, stalls });
  } finally {
    stalls.close();
  }
}

import { QwError, validateConfiguration, type Check, type Sample } from '../model/index.ts';
import { createResolver, openPinger, systemClock } from '../platform/index.ts';
import { probeOnce, probes } from '../observe/index.ts';
import { configuration } from './parts.ts';

/** Probes of one host from the command line, with the same options and the same code as a check. */

export interface Prober {
  once(): Promise<Sample>;
  close(): void;
}

export function probeTypes(): { type: string; summary: string; options: string[] }[] {
  return probes.map(({ type, summary, options }) => ({ type, summary, options: Object.keys(options) }));
}

/** `given` holds the keys of a check: type, host, and options. Throws BAD_INPUT. */
export function openProber(given: Readonly<Record<string, unknown>>): Prober {
  const result = validateConfiguration({ watch: [{ name: 'probe', ...given }] }, 'probe', configuration);
  if (!result.ok) {
    const issues = result.issues.map(({ path, message }) => `${path.replace(/^watch\[0\]\.?/, '')} ${message}`.trim());
    throw new QwError('BAD_INPUT', issues.join('; '), { hint: 'run `quorumwatch probe --list` for types and options' });
  }
  const check = result.configuration.watch[0] as Check;
  const ended = new AbortController();
  const context = {
    clock: systemClock,
    pinger: check.type === 'simple' || check.type === 'icmp' ? openPinger() : undefined,
    resolver: createResolver({ clock: systemClock }),
    signal: ended.signal,
  };
  return {
    once: () => probeOnce(check, context),
    close: () => {
      ended.abort();
      context.pinger?.close();
    },
  };
}

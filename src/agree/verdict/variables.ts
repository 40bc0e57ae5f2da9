import {
  formatDuration,
  formatInstant,
  type Check,
  type ProbeResult,
  type ProbeValue,
  type Transition,
} from '../../model/index.ts';

/**
 * Netwatch's script variables at a transition (RouterOS documentation, Netwatch, "Probe statistics/variables"), as text.
 * The values of the probe are those of the first result; round-trip times are microseconds there,
 * as RouterOS hands them to scripts. `done-tests` and `failed-tests` are among them when the watcher counts tests in its
 * results. `status` is the new state.
 */
export function scriptVariables(
  check: Check,
  transition: Pick<Transition, 'to' | 'since'>,
  results: readonly ProbeResult[],
): Record<string, string> {
  const result = results[0];
  const values = Object.entries(result?.values ?? {}).map(([name, value]) => [name, valueText(name, value)]);
  return {
    ...Object.fromEntries(values),
    name: check.name,
    comment: check.comment ?? '',
    host: result?.host ?? check.host ?? check.anchors?.[0] ?? '',
    type: check.type,
    interval: formatDuration(check.interval),
    timeout: formatDuration(check.timeout),
    since: formatInstant(transition.since),
    status: transition.to,
  };
}

function valueText(name: string, value: ProbeValue): string {
  if (typeof value === 'number' && name.startsWith('rtt-')) return String(Math.round(value * 1000));
  return Array.isArray(value) ? value.join(',') : String(value);
}

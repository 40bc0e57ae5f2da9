/** What of the address says which incidents are shown, and what the API is asked for it. */

export const severities = ['warning', 'error', 'critical'] as const;
export const impacts = ['none', 'minor', 'major', 'critical'] as const;
export const periods = ['1d', '7d', '30d', '365d'] as const;
export const tabs = ['open', 'resolved', 'all'] as const;

export const filterKeys = ['search', 'severity', 'impact', 'assignee', 'policy', 'period'] as const;

const dayMs = 86_400_000;
/** The start of a period is moved to the minute, so that the same view asks the same question for a while. */
const grainMs = 60_000;

/** Words of an address that mean nothing here are left out. */
export function apiQuery(address: URLSearchParams, nowMs: number): Record<string, string | number | undefined> {
  const known = (key: string, words: readonly string[]) => words.find((word) => word === address.get(key));
  const period = known('period', periods);
  const fromMs = period && Math.floor((nowMs - Number.parseInt(period, 10) * dayMs) / grainMs) * grainMs;
  return {
    state: stateOf(address),
    search: address.get('search')?.slice(0, 200) ?? undefined,
    severity: known('severity', severities),
    impact: known('impact', impacts),
    assignee: address.get('assignee')?.slice(0, 200) ?? undefined,
    policy: address.get('policy')?.slice(0, 200) ?? undefined,
    from: typeof fromMs === 'number' ? new Date(fromMs).toISOString() : undefined,
  };
}

export function stateOf(address: URLSearchParams): (typeof tabs)[number] {
  return tabs.find((tab) => tab === address.get('state')) ?? 'open';
}

/** Whether the address asks for fewer than the tab has. */
export function isNarrowed(address: URLSearchParams): boolean {
  return filterKeys.some((key) => (address.get(key) ?? '') !== '');
}

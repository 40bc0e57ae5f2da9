import type { EpochMs, Incident, Milliseconds } from '../../model/index.ts';
import { dayFigures, type CheckPast, type Span } from '../status-page/index.ts';
import type { Tally } from './budget.ts';

/** Time-based availability, from what the ledger says of verdicts. */

export interface Outage extends Span {
  check: string;
  /** It went on before or after the time that is looked at. */
  cut: boolean;
  /** The incident that was open then. */
  incident?: string;
}

/** Milliseconds of all checks together in each part; unknown and maintenance are in none. */
export function uptimeTallies(pasts: readonly CheckPast[], bounds: readonly EpochMs[]): Tally[] {
  return dayFigures(pasts, bounds).map(({ knownMs, downMs }) => ({ total: knownMs, bad: downMs }));
}

/** How long the checks together were unknown or in maintenance. */
export function apartMs(tallies: readonly Tally[], checks: number, { from, to }: Span): Milliseconds {
  return Math.max(0, checks * (to - from) - tallies.reduce((sum, { total }) => sum + total, 0));
}

/** When a check was down and not in maintenance, in the order of time. */
export function outagesOf(check: string, past: CheckPast, { from, to }: Span): Outage[] {
  const bounds = [
    ...new Set(
      [
        from,
        to,
        ...past.changes.map(({ at }) => at),
        ...past.maintenance.flatMap((span) => [span.from, span.to]),
      ].filter((at) => at >= from && at <= to),
    ),
  ].sort((a, b) => a - b);
  const outages: Outage[] = [];
  for (const { from: begin, to: end, downMs } of dayFigures([past], bounds)) {
    if (downMs === 0) continue;
    const last = outages.at(-1);
    if (last?.to === begin) outages[outages.length - 1] = { ...last, to: end };
    else outages.push({ check, from: begin, to: end, cut: false });
  }
  return outages.map((outage) => ({ ...outage, cut: outage.from === from || outage.to === to }));
}

/** Names for each outage the incident of its check, or one that affected it, that was open in that time. */
export function withIncidents(outages: readonly Outage[], incidents: readonly Incident[]): Outage[] {
  return outages.map((outage) => {
    const open = incidents.filter(
      ({ openedAt, resolvedAt }) => openedAt <= outage.to && (resolvedAt ?? Infinity) >= outage.from,
    );
    const found =
      open.find(({ check }) => check === outage.check) ?? open.find(({ affected }) => affected.includes(outage.check));
    return found ? { ...outage, incident: found.id } : outage;
  });
}

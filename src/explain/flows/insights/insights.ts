import { flowInsight, QwError, type FlowFinding, type FlowInsight } from '../../../model/index.ts';
import type { QueryLimits } from '../../../store/index.ts';
import { Asking } from '../ask.ts';
import { FlowBook } from '../book.ts';
import type { FlowSource } from '../source.ts';
import { beacons } from './beacons.ts';
import type { Looking } from './looking.ts';
import { natExhaustions } from './nat.ts';
import { newPeers } from './new-peers.ts';
import { saturations } from './saturation.ts';
import { hostScans, portScans } from './scans.ts';
import { insightThresholds } from './thresholds.ts';
import { volumes } from './volumes.ts';

const looks = [natExhaustions, portScans, hostScans, volumes, saturations, newPeers, beacons] as const;
const severities = ['critical', 'warning', 'notice'] as const;

/** What somebody who reads all records of a time would point out, the worst first. Throws as `analyze` does. */
export async function findInsights(
  source: FlowSource,
  range: { from: number; to: number },
  limits: QueryLimits = {},
): Promise<FlowInsight[]> {
  if (range.from >= range.to) throw new QwError('BAD_INPUT', 'expected `from` to be before `to`');
  const looking: Looking = { asking: new Asking(source, limits), book: new FlowBook(await source.names()), ...range };
  const found: FlowFinding[] = [];
  // One after the other, since each of them reads all records.
  for (const look of looks) found.push(...(await look(looking)).slice(0, insightThresholds.most));
  return found
    .map((one) => flowInsight(one))
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
}

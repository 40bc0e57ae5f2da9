import type { AlertCondition } from './config/alerts.ts';
import { formatDuration, type Milliseconds } from './time.ts';

/** What people read of a condition: the name that it was given, else what it asks for. */
export function conditionText(condition: AlertCondition): string {
  if (condition.name !== undefined) return condition.name;
  const { threshold, ratio, absent, forecast, verdict, quorum, 'rate-of-change': change } = condition;
  if (threshold) return `${seriesText(threshold)} ${limitText(threshold)} over ${formatDuration(threshold.window)}`;
  if (ratio) {
    const parts = `${seriesText(ratio.of)} to ${seriesText(ratio.to)}`;
    return `${parts} ${limitText(ratio)} over ${formatDuration(ratio.window)}`;
  }
  if (absent) return `no ${absent.metric} for ${formatDuration(absent.after)}`;
  if (change)
    return `change of ${seriesText(change)} ${limitText(change)} percent over ${formatDuration(change.window)}`;
  if (forecast) return `${seriesText(forecast)} ${limitText(forecast)} within ${formatDuration(forecast.within)}`;
  if (verdict) return `checks ${verdict.is.join(' or ')}`;
  return `quorum ${quorum?.is ?? ''}`;
}

interface Series {
  metric: string;
  aggregate?: string | undefined;
  'slower-than'?: Milliseconds | undefined;
}

function seriesText({ metric, aggregate, 'slower-than': slowerThan }: Series): string {
  if (slowerThan !== undefined) return `share of ${metric} of ${formatDuration(slowerThan)} and more`;
  return aggregate === undefined ? metric : `${aggregate} of ${metric}`;
}

function limitText({ above, below }: { above?: number | undefined; below?: number | undefined }): string {
  return above === undefined ? `below ${below}` : `above ${above}`;
}

import { clockAheadMs, now } from '../api/live.ts';
import { formatClock, formatDuration, formatMoment } from '../text/format.ts';
import { t } from '../text/text.ts';

/** How long ago; the exact time in the tooltip and for machines. */
export function Since({ time, ago }: { time: string | undefined; ago?: boolean }) {
  const at = Date.parse(time ?? '');
  if (time === undefined || Number.isNaN(at)) return <span class="quiet">–</span>;
  const duration = formatDuration(now.value + clockAheadMs.value - at);
  return (
    <time dateTime={time} title={formatMoment(time)}>
      {ago ? t('ago', { duration }) : duration}
    </time>
  );
}

/** A time of day, with the day when it is not today. */
export function At({ time }: { time: string | undefined }) {
  if (time === undefined) return <span class="quiet">–</span>;
  return (
    <time dateTime={time} title={formatMoment(time)}>
      {formatClock(time, now.peek())}
    </time>
  );
}

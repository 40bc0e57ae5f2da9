import { severities, type EpochMs, type QuietHours, type Severity } from '../../../model/index.ts';
import { offsetsOf, withinTimes } from './local-time.ts';

/** Whether a message about something of this severity has to wait at that time. */
export type IsQuiet = (severity: Severity, at: EpochMs) => boolean;

export function compileQuietHours({ times, 'time-zone': zone, 'except-severity': except }: QuietHours): IsQuiet {
  const within = withinTimes(times, offsetsOf(zone));
  const least = severities.indexOf(except);
  return (severity, at) => severities.indexOf(severity) < least && within(at);
}

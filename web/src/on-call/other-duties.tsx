import { Name } from '../parts/bidi.tsx';
import { formatList } from '../text/format.ts';
import { t } from '../text/text.ts';
import type { EscalationDocument, QuietHoursDocument, TimesDocument } from './routing-document.ts';

/** Who is told next while nobody takes care, and when what is not urgent waits. */

export function Escalations({ escalations }: { escalations: readonly EscalationDocument[] }) {
  if (escalations.length === 0) return <p class="quiet">{t('onCall.noEscalations')}</p>;
  return (
    <>
      {escalations.map(({ name, steps, repeat = 0 }) => (
        <div key={name} class="duty">
          <h3>
            <Name text={name} />
          </h3>
          <ol class="duty-steps">
            {steps.map(({ after, notify }, index) => (
              <li key={index}>
                <span class="quiet">
                  {after === undefined ? t('onCall.atOnce') : t('onCall.step', { duration: after })}
                </span>{' '}
                <bdi>{formatList(notify)}</bdi>
              </li>
            ))}
          </ol>
          {repeat > 0 && <p class="quiet">{t('onCall.repeats', { count: repeat })}</p>}
        </div>
      ))}
    </>
  );
}

const severities = ['warning', 'error', 'critical'] as const;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export function QuietHoursList({ quietHours }: { quietHours: readonly QuietHoursDocument[] }) {
  if (quietHours.length === 0) return <p class="quiet">{t('onCall.noQuietHours')}</p>;
  return (
    <>
      {quietHours.map((hours) => {
        const severity = severities.find((one) => one === hours['except-severity']) ?? 'critical';
        return (
          <div key={hours.name} class="duty">
            <h3>
              <Name text={hours.name} />
            </h3>
            <ul class="duty-steps">
              {hours.times.map((times, index) => (
                <li key={index}>
                  {daysText(times)} {times.from}–{times.to} <bdi class="quiet">{hours['time-zone']}</bdi>
                </li>
              ))}
            </ul>
            <p class="quiet">{t('onCall.exceptSeverity', { severity: t(`handling.severities.${severity}`) })}</p>
          </div>
        );
      })}
    </>
  );
}

function daysText({ days }: TimesDocument): string {
  const named = weekdays.filter((day) => days?.includes(day));
  if (named.length === 0 || named.length === weekdays.length) return t('onCall.everyDay');
  return formatList(named.map((day) => t(`onCall.days.${day}`)));
}

import { componentStatuses, type ComponentStatus } from './component-state.ts';
import { html, type Html } from './html.ts';
import { uptimePercent, worstOf, type DayFigures } from './past.ts';
import type { Speech } from './speech.ts';

/** The days of a component as a picture. The table of its own page says the same in words. */

const stepPixels = 10;
const heightPixels = 40;
/** Worse days are lower bars: what colour tells is told by height as well. */
const heights: Readonly<Record<ComponentStatus | 'unknown', number>> = {
  operational: 40,
  under_maintenance: 33,
  degraded_performance: 27,
  partial_outage: 20,
  major_outage: 13,
  unknown: 5,
};

export function dayBars(speech: Speech, component: string, days: readonly DayFigures[]): Html {
  const uptime = speech.uptime(uptimePercent(days));
  const label = speech.text.picture(component, days.length, uptime);
  return html`<svg
    class="days"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${days.length * stepPixels} ${heightPixels}"
    preserveAspectRatio="none"
  >
    ${days.map((day, at) => {
      const worst = worstOf(day);
      const height = heights[worst];
      return html`<g class="${worst}"
        ><title>${dayTitle(speech, day)}</title
        ><rect class="back" x="${at * stepPixels}" y="0" height="${heightPixels}" /><rect
          x="${at * stepPixels}"
          y="${heightPixels - height}"
          height="${height}"
      /></g>`;
    })}
  </svg>`;
}

/** `12 March 2026: 99.9 % uptime; Major outage 1 min` */
function dayTitle(speech: Speech, day: DayFigures): string {
  return `${speech.day(day.from)}: ${[speech.uptime(uptimePercent([day])), ...apartFrom(speech, day)].join('; ')}`;
}

/** How long it was anything but operational. */
export function apartFrom(speech: Speech, { ms }: DayFigures): string[] {
  return ([...componentStatuses, 'unknown'] as const)
    .filter((status) => status !== 'operational' && ms[status] > 0)
    .map((status) => `${speech.text.component[status]} ${speech.duration(ms[status])}`);
}

import { z } from 'zod';
import { duration, name } from '../scalars.ts';
import { severities } from './alerts.ts';
import { selector } from './check.ts';
import { instant, timeOfDay, timeZone, weekday } from './sections.ts';

/**
 * Who is told of an incident, when, and what happens if nobody takes care. A receiver is a person or a place with its
 * channels (section `notify`); a rota says which receiver is on call; an escalation goes from step to step until somebody
 * acknowledges. Incidents without a route go to the receivers that their check or policy names, as ever.
 */

const times = z.strictObject({
  days: z.array(weekday).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']),
  from: timeOfDay,
  to: timeOfDay.describe('Earlier than from: on the next day.'),
});

export const quietHoursSchema = z.strictObject({
  name: name(),
  times: z.array(times).min(1).max(50),
  'time-zone': timeZone,
  'except-severity': z
    .enum(severities)
    .default('critical')
    .describe('This severity and greater ones are told all the same; the others wait for the end of the quiet hours.'),
});
export type QuietHours = z.output<typeof quietHoursSchema>;

export const rotaSchema = z.strictObject({
  name: name().describe('Unique among receivers, rotas and escalations.'),
  'time-zone': timeZone,
  receivers: z.array(name()).min(1).max(100).describe('In the order of their turns.'),
  from: instant.describe('When the first turn began.'),
  every: duration({ min: '1h', max: '365d' })
    .prefault('7d')
    .describe('Length of a turn; whole days end at the same local time.'),
  times: z.array(times).max(50).optional().describe('On call only then; always without.'),
});
export type Rota = z.output<typeof rotaSchema>;

export const escalationSchema = z.strictObject({
  name: name().describe('Unique among receivers, rotas and escalations.'),
  steps: z
    .array(
      z.strictObject({
        after: duration({ max: '7d' }).prefault('0s').describe('Since the first step.'),
        notify: z.array(name()).min(1).max(20).describe('Receivers and rotas.'),
      }),
    )
    .min(1)
    .max(20),
  repeat: z.int().min(0).max(20).default(0).describe('How often it begins again while nobody acknowledges.'),
});
export type Escalation = z.output<typeof escalationSchema>;

const duties = {
  match: selector
    .optional()
    .describe('Labels of the incident (those of its check or policy, and check, policy, severity); all without this.'),
  notify: z.array(name()).max(20).default([]).describe('Receivers, rotas and escalations.'),
  continue: z.boolean().default(false).describe('Look at the routes after this one too, when it matches.'),
  'group-by': z
    .array(z.string().max(128))
    .max(10)
    .optional()
    .describe('Incidents that agree on these labels share messages.'),
  'group-wait': duration({ max: '1h' })
    .optional()
    .describe('The first message waits so long for more incidents; 0s by default.'),
  'group-interval': duration({ max: '1d' })
    .optional()
    .describe('Further incidents of the group are told at most so often; 5m by default.'),
  'repeat-interval': duration({ min: '1m', max: '30d' })
    .optional()
    .describe('Told again so often while it is open; never by default.'),
  'quiet-hours': z.array(name()).max(10).optional(),
};

/** What a route does not say it has from the one above it, as in Alertmanager. */
export interface Route extends z.output<z.ZodObject<typeof duties>> {
  routes: readonly Route[];
}

/** Deeper trees are refused, so that no document can exhaust the stack. */
const maxDepth = 8;

function routeAt(depth: number): z.ZodType<Route> {
  const below = depth < maxDepth ? z.array(routeAt(depth + 1)).max(200) : z.array(z.never()).max(0);
  return z.strictObject({
    ...duties,
    routes: below.default([]).describe('The first that matches goes before this one.'),
  });
}

export const routesSchema = z.array(routeAt(1)).max(200);
export const quietHoursSection = z.array(quietHoursSchema).max(100);
export const rotasSchema = z.array(rotaSchema).max(100);
export const escalationsSchema = z.array(escalationSchema).max(100);

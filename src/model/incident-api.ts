import { z } from 'zod';
import { actionStatusSchema, incidentSchema, incidentUpdateSchema, pageOf, transitionSchema } from './api.ts';

/** Shapes of the HTTP API about incidents and snoozes; `api.ts` says what all shapes have in common. */

const time = z.iso.datetime({ precision: 3 });

export const incidentPageSchema = pageOf(incidentSchema).extend({
  /** Ledger entries that the list does not know yet: it is being made again from the ledger. */
  behind: z.int().optional(),
});

/** What happened, oldest first: what people and watchers said, the verdicts with who saw what, what was done and came of it. */
export const incidentTimelineSchema = z.object({
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('update'), at: time, update: incidentUpdateSchema }),
      z.object({ kind: z.literal('transition'), at: time, transition: transitionSchema }),
      z.object({ kind: z.literal('action'), at: time, action: actionStatusSchema }),
    ]),
  ),
  /** Verdicts that are left out, the oldest ones. */
  omitted: z.int(),
});

export const snoozeSchema = z.object({
  id: z.string(),
  policy: z.string().optional(),
  check: z.string().optional(),
  select: z.string().optional(),
  incident: z.string().optional(),
  by: z.string(),
  comment: z.string(),
  from: time,
  until: time,
});

export type ApiIncidentPage = z.output<typeof incidentPageSchema>;
export type ApiIncidentTimeline = z.output<typeof incidentTimelineSchema>;
export type ApiSnooze = z.output<typeof snoozeSchema>;

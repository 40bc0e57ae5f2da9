import { z } from 'zod';

/** Shapes of `/api/v1/on-call`. */

const time = z.iso.datetime({ precision: 3 });
const onCall = z.object({
  /** Absent: nobody is on call. */
  receiver: z.string().optional(),
  /** The override by which, instead of by turn. */
  override: z.string().optional(),
});

export const rotaStateSchema = z.object({
  rota: z.string(),
  timeZone: z.string(),
  now: onCall,
  /** What it changes to, and when; absent where it does not. */
  next: onCall.extend({ at: time }).optional(),
  /** Of the two weeks from now on, one after the other; those behind the 200th are left out. */
  turns: z.array(onCall.extend({ from: time, to: time })),
});

export const onCallOverrideSchema = z.object({
  id: z.string(),
  rota: z.string(),
  receiver: z.string(),
  from: time,
  to: time,
  by: z.string(),
});

export const onCallSchema = z.object({
  /** In the order of the configuration. */
  items: z.array(rotaStateSchema),
  /** Those that count now or later, in the order of their making: of several the last one counts. */
  overrides: z.array(onCallOverrideSchema),
});

export type ApiOnCall = z.output<typeof onCallSchema>;
export type ApiOnCallOverride = z.output<typeof onCallOverrideSchema>;

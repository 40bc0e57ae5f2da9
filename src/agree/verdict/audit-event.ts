import { z } from 'zod';
import { auditIdentities, auditOutcomes } from '../../model/index.ts';

/** What one entry of an audit may say: bounded, since everybody who can reach a watcher adds to it. */
export const maxAuditEvents = 50;

const text = z.string().max(200);

export const auditEvent = z.strictObject({
  at: z.number().min(0).max(8.64e15),
  by: text,
  identity: z.enum(auditIdentities),
  what: text.min(1),
  on: text.optional(),
  text: z.string().max(500).optional(),
  from: z.string().max(60),
  outcome: z.enum(auditOutcomes),
  code: z.string().max(60).optional(),
  count: z.int().min(1).optional(),
});

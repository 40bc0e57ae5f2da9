import type { EpochMs } from '../../../model/index.ts';
import type { Field } from './element.ts';
import type { Plans } from './plan.ts';
import { Session } from './session.ts';

/**
 * What a session must know after a restart, as JSON: an exporter may say its templates every half hour only, and what it
 * sends until then could not be read.
 */
export interface SavedSession {
  exporter: string;
  version: number;
  domain: number;
  number: number;
  seenAt: EpochMs;
  startedAt?: EpochMs | undefined;
  samplers: [sampler: number, rate: number][];
  /** Each field as enterprise, number, length, and 1 for a scope of NetFlow v9. */
  templates: { id: number; scopes: number; seenAt: EpochMs; fields: [number, number, number, 0 | 1][] }[];
  /** Records that wait for their template, in base64. */
  parked: { id: number; bytes: string; exportedAt: EpochMs; uptimeMs?: number | undefined; receivedAt: EpochMs }[];
}

export function saveSession(session: Session, withParked: boolean): SavedSession {
  const { exporter, version, domain, number, seenAt, startedAt } = session;
  return {
    exporter,
    version,
    domain,
    number,
    seenAt,
    ...(startedAt !== undefined && { startedAt }),
    samplers: [...session.samplers],
    templates: [...session.templates.values()].map((template) => ({
      id: template.id,
      scopes: template.scopes,
      seenAt: template.seenAt,
      fields: template.fields.map(({ pen, id, length, isScopeOfV9 }) => [pen, id, length, isScopeOfV9 ? 1 : 0]),
    })),
    parked: withParked
      ? session.parked.map(({ uptimeMs, bytes, ...one }) => ({
          ...one,
          ...(uptimeMs !== undefined && { uptimeMs }),
          bytes: Buffer.from(bytes).toString('base64'),
        }))
      : [],
  };
}

/** Bounds hold for what was saved as for what is heard. */
export function restoreSession(saved: SavedSession, plans: Plans): Session {
  const session = new Session(saved.exporter, saved.version, saved.domain, saved.number, plans);
  session.seenAt = saved.seenAt;
  session.startedAt = saved.startedAt;
  for (const [sampler, rate] of saved.samplers) session.samplers.set(sampler, rate);
  for (const { id, scopes, seenAt, fields } of saved.templates) {
    session.learn({ id, scopes, fields: fields.map(fieldOf) }, seenAt);
  }
  for (const { uptimeMs, bytes, ...one } of saved.parked) {
    session.park({ ...one, uptimeMs, bytes: new Uint8Array(Buffer.from(bytes, 'base64')) });
  }
  return session;
}

function fieldOf([pen, id, length, scope]: [number, number, number, 0 | 1]): Field {
  return { pen, id, length, ...(scope === 1 && { isScopeOfV9: true }) };
}

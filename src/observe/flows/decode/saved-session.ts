import type { EpochMs } from '../../../model/index.ts';
import type { Field } from './element.ts';
import type { Plans } from './plan.ts';
import { SequenceTracker, type SavedSequence } from './sequence.ts';
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
  /** Which number is expected next. */
  sequence?: SavedSequence | undefined;
  /** Records that wait for their template, in base64. */
  parked: { id: number; bytes: string; exportedAt: EpochMs; uptimeMs?: number | undefined; receivedAt: EpochMs }[];
}

/** Which number a session expects next, for a process that may end at any time. */
export type ExpectedNext = Pick<SavedSession, 'exporter' | 'version' | 'domain' | 'number' | 'seenAt'> & {
  sequence: SavedSequence;
};

/** What may be kept at the end only: what comes afterwards would come twice, or seem to be missing. */
export interface KeptAtTheEnd {
  /** What waits for its template, as it came. */
  parked: boolean;
  /** Which number is expected next, of sessions that were heard since then. */
  sequencesSince: EpochMs;
}

export const nothingAtTheEnd: KeptAtTheEnd = { parked: false, sequencesSince: Infinity };

export function saveSession(session: Session, { parked, sequencesSince }: KeptAtTheEnd): SavedSession {
  const sequence = session.seenAt >= sequencesSince ? session.sequence.save() : undefined;
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
    ...(sequence && { sequence }),
    parked: parked
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
  if (saved.sequence) {
    session.sequence = new SequenceTracker(saved.sequence);
    session.awaySince = saved.seenAt;
  }
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

import { z } from 'zod';
import { canonicalJson } from '../canonical.ts';
import type { CertificateEntry } from './shape.ts';
import { Refused } from './reasons.ts';

/**
 * What the verifier reads of ledger entries. They come from a quorum by then; what it has no use for may have any shape,
 * so that a later version may say more.
 */
const name = z.string().min(1).max(200);
const time = z.number().min(-8.64e15).max(8.64e15);
const verdict = z.enum(['up', 'degraded', 'partial', 'down', 'unknown']);

const membership = z.object({
  epoch: z.int().min(1),
  protocol: z.enum(['solo', 'raft', 'pbft']),
  watchers: z
    .array(
      z.object({
        number: z.int().min(1).max(0xffff_ffff),
        id: name,
        publicKey: z.string().regex(/^[0-9a-f]{64}$/),
        role: z.enum(['member', 'observer']),
      }),
    )
    .max(1000),
  change: z.unknown(),
  authority: z
    .object({ operator: name, base: z.int().min(0), signature: z.string().regex(/^[A-Za-z0-9+/]{85}[AQgw]==$/) })
    .optional(),
});

const incident = z.object({
  id: name,
  check: name,
  title: z.string(),
  status: z.string(),
  openedAt: time,
  resolvedAt: time.optional(),
  transitions: z.array(z.int().min(0)),
});

const opinion = z.object({
  check: name,
  watcher: name,
  state: z.enum(['up', 'degraded', 'down', 'unknown']),
  since: time,
  reason: z.object({ code: z.string(), text: z.string() }).optional(),
  rounds: z.array(z.enum(['pass', 'degraded', 'fail', 'unknown'])),
  results: z.array(z.unknown()),
  /** Position of the entry in which it was said. */
  said: z.int().min(0),
});

const transition = z.object({
  check: name,
  from: verdict,
  to: verdict,
  since: time,
  rule: z.object({
    name: z.enum(['bft', 'any', 'majority', 'all', 'k']),
    of: z.int().min(0).max(1000),
    need: z.int().min(1).max(1000),
  }),
  opinions: z.array(opinion).max(1000),
  /** Judges that a quorum did not hear; their opinions did not count. */
  silent: z.array(name).max(1000).default([]),
});

export type MembershipView = z.output<typeof membership>;
export type OpinionView = z.output<typeof opinion>;
export type TransitionView = z.output<typeof transition>;

const schemas = { membership, incident, transition } as const;

type View<Kind extends keyof typeof schemas> = z.output<(typeof schemas)[Kind]>;

/** The body of an entry that has to be of this kind. */
export function bodyOf<Kind extends keyof typeof schemas>(entry: CertificateEntry, kind: Kind): View<Kind> {
  const where = `entry ${entry.position}`;
  if (entry.kind !== kind) throw new Refused('entry-invalid', `${where} is of kind ${entry.kind}, expected ${kind}`);
  let body: unknown;
  try {
    body = JSON.parse(entry.body);
  } catch {
    throw new Refused('entry-invalid', `the body of ${where} is not JSON`);
  }
  const read = schemas[kind].safeParse(body);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new Refused('entry-invalid', `${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  return read.data as View<Kind>;
}

/** Canonical JSON of a part of an entry; what is nested too deeply for it is refused. */
export function contentOf(value: unknown, what: string): string {
  try {
    return canonicalJson(value);
  } catch {
    throw new Refused('entry-invalid', `${what} is nested too deeply`);
  }
}

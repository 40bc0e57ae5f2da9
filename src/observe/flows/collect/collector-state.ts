import { z } from 'zod';

/**
 * What a collector knows of its exporters, over a restart: templates and samplers, who speaks for which domain, names of
 * interfaces. Everything in it comes from the network, so it is read as carefully as that.
 */
const time = z.number().min(0).max(8.64e15);
const count = z.int().min(0).max(0xffff_ffff);
const short = z.string().max(200);

const speaker = {
  exporter: short,
  version: z.int().min(1).max(10),
  domain: count,
  number: count.min(1),
  seenAt: time,
};
const sequence = z.object({ next: count, countsBehind: z.boolean() });

const sessionSchema = z.object({
  ...speaker,
  startedAt: z.number().optional(),
  sequence: sequence.optional(),
  samplers: z.array(z.tuple([count, count])).max(1000),
  templates: z
    .array(
      z.object({
        id: z.int().min(0).max(65_535),
        scopes: z.int().min(0).max(65_535),
        seenAt: time,
        fields: z
          .array(z.tuple([count, z.int().min(0).max(65_535), z.int().min(0).max(65_535), z.literal([0, 1])]))
          .max(2000),
      }),
    )
    .max(5000),
  parked: z
    .array(
      z.object({
        id: z.int().min(0).max(65_535),
        bytes: z.base64(),
        exportedAt: z.number(),
        uptimeMs: z.number().optional(),
        receivedAt: time,
      }),
    )
    .max(10_000),
});

const port = z.int().min(0).max(65_535);

export const collectorStateSchema = z.object({
  version: z.literal(1),
  sessions: z.array(sessionSchema).max(10_000),
  domains: z
    .array(
      z.object({
        address: short,
        domain: short,
        collides: z.boolean(),
        latest: port,
        ports: z.array(z.object({ port, exporter: short, address: short })).max(100),
      }),
    )
    .max(1_000_000),
  interfaces: z.array(z.tuple([count, z.array(z.tuple([count, short.or(z.string().max(300))]))])).max(100_000),
});
export type CollectorState = z.infer<typeof collectorStateSchema>;

export const emptyState: CollectorState = { version: 1, sessions: [], domains: [], interfaces: [] };

/** What was expected next when the last rows became durable: much smaller, and written as often as rows are. */
export const expectedNextSchema = z.object({
  version: z.literal(1),
  sessions: z.array(z.object({ ...speaker, sequence })).max(10_000),
});
export type ExpectedNextState = z.infer<typeof expectedNextSchema>;

export const nothingExpected: ExpectedNextState = { version: 1, sessions: [] };

/** Where a collector could not say at its end what it expected, what it expected when rows were last written counts. */
export function withExpected(state: CollectorState, { sessions }: ExpectedNextState): CollectorState {
  if (state.sessions.some((session) => session.sequence)) return state;
  const keyOf = ({ exporter, version, domain }: (typeof sessions)[number] | CollectorState['sessions'][number]) =>
    `${version} ${domain} ${exporter}`;
  const expected = new Map(sessions.map((session) => [keyOf(session), session]));
  const known = state.sessions.map((session) => {
    const found = expected.get(keyOf(session));
    expected.delete(keyOf(session));
    return found ? { ...session, seenAt: found.seenAt, sequence: found.sequence } : session;
  });
  // Of some nothing else is known: NetFlow v5 has no templates.
  const others = [...expected.values()].map((session) => ({ ...session, samplers: [], templates: [], parked: [] }));
  return { ...state, sessions: [...known, ...others] };
}

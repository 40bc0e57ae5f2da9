import { z } from 'zod';
import { samplingPoints } from './flow.ts';

/** What to keep in mind about an answer on traffic. */

const count = z.int();

/** `text` says the same in English, for those who read answers without words of their own. */
const note = <const Code extends string, Values extends z.ZodRawShape>(code: Code, values: Values) =>
  z.object({ code: z.literal(code), values: z.object(values), text: z.string() });

export const flowNoteSchema = z.discriminatedUnion('code', [
  /** Of packets with their headers, and of payload alone. */
  note('two-kinds-of-bytes', { packetBytes: z.number(), payloadBytes: z.number() }),
  /** Records are told from both ends, and what was asked for decides which of them count. */
  note('both-ends', { samplingPoint: z.enum(samplingPoints) }),
  /** Only one end was asked for, and nothing was told from there. */
  note('one-end-missing', { samplingPoint: z.enum(['source', 'destination']) }),
  /** Records that came more than a minute after their end, as a share of all. */
  note('late-records', { lateShare: z.number() }),
  note('sampling-unknown', { unknownRecords: count, records: count }),
  note('ranked-among', { rankedRows: count, rows: count }),
  note('sums', { width: z.enum(['1m', '1h']) }),
  note('sums-behind', { untilAt: z.iso.datetime({ precision: 3 }) }),
  note('sums-both-ends', {}),
  /** Rows about fewer sources than these are in one row, or nothing is shown at all. */
  note('few-sources-merged', { leastSources: count }),
  note('few-sources-withheld', { leastSources: count }),
]);
export type FlowNote = z.infer<typeof flowNoteSchema>;
/** A note before it has its English sentence. */
export type FlowNoteFact = FlowNote extends infer Note ? (Note extends FlowNote ? Omit<Note, 'text'> : never) : never;

import type { MemberRecord, Milliseconds } from '../../../model/index.ts';
import type { ParticipantId } from '../../protocol.ts';
import type { Transport } from '../../transport/transport.ts';
import type { MemberStatus } from './cluster-replica.ts';

interface Seen {
  watchers: readonly Pick<MemberRecord, 'number' | 'id'>[];
  self: ParticipantId;
  /** Of the ledgers of those who asked for more. */
  sizes: ReadonlyMap<ParticipantId, number>;
  /** What members said of themselves; without where they don't. */
  said?: ReadonlyMap<ParticipantId, { sequence: number; view: number }>;
}

/** Each watcher as this member sees it: its link, and what it said last. */
export function presentMembers(transport: Transport, { watchers, self, sizes, said }: Seen): MemberStatus[] {
  const links = new Map(transport.links().map((link) => [link.peer, link]));
  return watchers.map(({ number, id }) => {
    const link = links.get(number);
    const error = link?.state === 'up' ? undefined : link?.lastError?.text;
    return {
      number,
      id,
      self: number === self,
      link: link && {
        state: link.state,
        heardMs: link.heardMs,
        roundTripMs: link.roundTripMs,
        ...(error !== undefined && { error }),
      },
      ...said?.get(number),
      ...(sizes.has(number) && { entries: sizes.get(number) }),
    };
  });
}

/** Milliseconds since the last frame of each watcher that was ever heard. */
export function heardOver(transport: Transport): Map<string, Milliseconds> {
  const heard = new Map<string, Milliseconds>();
  for (const { id, heardMs } of transport.links()) if (heardMs !== undefined) heard.set(id, heardMs);
  return heard;
}

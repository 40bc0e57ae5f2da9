import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import { u16, u32 } from '../decode/bytes.ts';
import type { PacketHead } from '../decode/packet-head.ts';

/** One piece of a packet that was sent in pieces. */
interface Piece {
  identifier: number;
  isFirst: boolean;
}

const fragmentHeader = 44;
const ipv6HeaderBytes = 40;

/** Undefined for a packet that is whole. */
export function fragmentOf(
  bytes: Uint8Array,
  { family, networkAt, isLaterFragment, transportAt, protocol }: PacketHead,
): Piece | undefined {
  if (family === 4) {
    const isPiece = (u16(bytes, networkAt + 6) & 0x3fff) !== 0;
    // Protocols may count apart (RFC 791, section 3.2).
    const identifier = protocol * 65_536 + u16(bytes, networkAt + 4);
    return isPiece ? { identifier, isFirst: !isLaterFragment } : undefined;
  }
  let next = bytes[networkAt + 6] as number;
  for (let at = networkAt + ipv6HeaderBytes; at + 8 <= transportAt;) {
    if (next === fragmentHeader) {
      const isPiece = (u16(bytes, at + 2) & 0xfff9) !== 0;
      return isPiece ? { identifier: u32(bytes, at + 4), isFirst: !isLaterFragment } : undefined;
    }
    next = bytes[at] as number;
    at += ((bytes[at + 1] as number) + 1) * 8;
  }
  return undefined;
}

/** What only the first piece of a packet says. */
export interface PieceEnds {
  sourcePort: number;
  destinationPort: number;
  protocol: number;
  icmp: number;
}

/** Packets whose pieces are awaited; the oldest goes for another. */
const maxPackets = 4096;
/** As long as IPv6 waits for pieces (RFC 8200, section 4.5); IPv4 advises the same (RFC 1122, section 3.3.2). */
const patienceMs: Milliseconds = 60_000;

/** Remembers the ports of first pieces, for those that follow. */
export class FirstPieces {
  readonly #known = new Map<string, { ends: PieceEnds; at: EpochMs }>();

  learn(key: string, ends: PieceEnds, at: EpochMs): void {
    this.#known.delete(key);
    if (this.#known.size >= maxPackets) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(key, { ends, at });
  }

  find(key: string, at: EpochMs): PieceEnds | undefined {
    const found = this.#known.get(key);
    return found && at - found.at < patienceMs ? found.ends : undefined;
  }
}

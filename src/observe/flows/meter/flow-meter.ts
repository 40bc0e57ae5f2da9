import { samplingSources, type EpochMs, type Milliseconds } from '../../../model/index.ts';
import { FlowRows } from '../decode/flow-rows.ts';
import { ConnectionTable, lanes, none } from './connection-table.ts';
import { FirstPieces } from './fragments.ts';
import { Handshakes } from './handshake.ts';
import { keyAt, Packet, tcpFlags, type MeteredFrame } from './packet.ts';
import { Tallies } from './tallies.ts';
import { writeEnds } from './write-ends.ts';

export interface FlowMeterOptions {
  onRows(rows: FlowRows): void;
  /** Against whoever would choose addresses that collide; any number that strangers don't know. */
  seed: number;
  /** A flow of which nothing came for so long is over. 15 s by default. */
  idleMs?: Milliseconds;
  /** A flow that goes on is told of at least so often. 60 s by default. */
  activeMs?: Milliseconds;
  /** Connections at a time; whoever was silent longest makes room. 65,536 by default, some 18 MB. */
  maxConnections?: number;
  /** Flows are those within VXLAN, where there is any, instead of those of the tunnel. */
  inside?: boolean;
  /** Gives rows to fill, empty ones; made anew by default. */
  takeRows?: () => FlowRows;
}

export interface FlowMeterFigures {
  /** Packets that became part of flows, and their bytes from the IP header on. */
  packets: number;
  bytes: number;
  records: number;
  /** Connections that are under way. */
  connections: number;
  /** Of those, how many had to make room before their time. */
  evicted: number;
  /** Frames that carry no IP, and those whose IP header is cut off or wrong. */
  others: number;
  unreadable: number;
  /** Pieces whose first piece was not seen: their ports are not known. */
  unattributed: number;
  /** Times that the clock of packets was set back. */
  clockSteps: number;
}

/** flowEndReason, IPFIX element 136 (RFC 5102, section 5.11.3). */
export const endReasons = { idle: 1, active: 2, end: 3, forced: 4, resources: 5 } as const;
type EndReason = (typeof endReasons)[keyof typeof endReasons];

const rowsAtOnce = 8192;
/** What comes after the end of a connection, such as its last ACK, still belongs to it. */
const lingerMs: Milliseconds = 1000;
/** Packets of several queues or cards may overtake each other; a clock that goes back further was set. */
const overtakingMs: Milliseconds = 30_000;
const unsampled = samplingSources.indexOf('unsampled');
const bothHalves = 3;

/**
 * Packets into flow records, as a metering process does (RFC 7011, section 2; RFC 5470, section 5.2). The key is addresses,
 * ports, protocol, VLAN, the network of a tunnel, where it was seen and by whom; of ICMP type and code stand for ports.
 *
 * A connection is one entry, so that handshake and goodbye are seen, but a record tells of one direction, as those of all
 * other exporters here: the analyzer puts both together when it is asked to. It ends when it is idle (1), is told of while it
 * goes on (2), ends with RST or FIN both ways and a second of grace (3), with the meter (4) or for want of room (5).
 *
 * Time is that of the packets: the same packets make the same records, whenever they are read.
 *
 * A packet costs about 140 ns while few connections are open (`bench/flows/meter.ts`): 16 to read its head, 44 for the key, 26
 * to find its entry, the rest to count it. With tens of thousands, what counts is memory that is not in a cache: 370 ns with
 * 10,000 of them.
 */
export class FlowMeter {
  readonly #options: FlowMeterOptions;
  readonly #idleMs: Milliseconds;
  readonly #activeMs: Milliseconds;
  readonly #table: ConnectionTable;
  readonly #handshakes: Handshakes;
  readonly #tallies: Tallies;
  readonly #pieces = new FirstPieces();
  readonly #packet = new Packet();
  /** Of each slot: when its record begins, and by the meter's clock when it was seen last. */
  readonly #beganAt: Float64Array;
  readonly #seenAt: Float64Array;
  /** Halves that have said FIN. */
  readonly #finished: Uint8Array;
  readonly #counts = { packets: 0, bytes: 0, records: 0, evicted: 0, others: 0, unreadable: 0 };
  #unattributed = 0;
  #clockSteps = 0;
  #now: EpochMs = 0;
  #rows: FlowRows;

  constructor(options: FlowMeterOptions) {
    this.#options = options;
    this.#idleMs = options.idleMs ?? 15_000;
    this.#activeMs = options.activeMs ?? 60_000;
    const slots = options.maxConnections ?? 65_536;
    this.#table = new ConnectionTable(slots, options.seed);
    this.#handshakes = new Handshakes(slots);
    this.#tallies = new Tallies(slots);
    this.#beganAt = new Float64Array(slots);
    this.#seenAt = new Float64Array(slots);
    this.#finished = new Uint8Array(slots);
    this.#rows = this.#newRows();
  }

  figures(): FlowMeterFigures {
    return {
      ...this.#counts,
      connections: this.#table.size,
      unattributed: this.#unattributed,
      clockSteps: this.#clockSteps,
    };
  }

  /** Nothing is thrown for what is in a packet. */
  take(frame: MeteredFrame): void {
    this.expire(frame.at);
    const packet = this.#packet;
    const what = packet.read(frame, this.#options.inside ?? false);
    if (what !== 'ip') {
      this.#counts[what === 'other' ? 'others' : 'unreadable']++;
      return;
    }
    if (packet.piece) this.#attribute(packet, packet.piece, frame.at);
    this.#counts.packets++;
    this.#counts.bytes += packet.bytes;
    const slot = this.#slotOf(packet, frame.at);
    this.#seenAt[slot] = this.#now;
    this.#tallies.add(2 * slot + packet.half, packet, frame);
    if (!packet.isTcp) return;
    this.#handshakes.see(slot, packet, frame.at);
    this.#seeGoodbye(slot, packet);
  }

  /** Tells of what is over by then. Without packets, somebody else has to say what time it is. */
  expire(now: EpochMs): void {
    if (now < this.#now - overtakingMs) {
      this.#endAll(endReasons.forced);
      this.#clockSteps++;
      this.#now = now;
    }
    if (now <= this.#now) return;
    this.#now = now;
    this.#expireLane(lanes.open, now - this.#idleMs, endReasons.idle);
    this.#expireLane(lanes.closing, now - lingerMs, endReasons.end);
  }

  /** Hands over the records that are complete. */
  flush(): void {
    if (this.#rows.rows === 0) return;
    const full = this.#rows;
    this.#rows = this.#newRows();
    this.#options.onRows(full);
  }

  /** Everything that is under way is told of; the meter can go on afterwards. */
  end(): void {
    this.#endAll(endReasons.forced);
    this.flush();
  }

  #newRows(): FlowRows {
    return this.#options.takeRows?.() ?? new FlowRows(rowsAtOnce);
  }

  /** Later pieces have no ports: they get those of the first. */
  #attribute(packet: Packet, { identifier, isFirst }: NonNullable<Packet['piece']>, at: EpochMs): void {
    const key = packet.pieceKey(identifier);
    if (isFirst) {
      this.#pieces.learn(key, packet.ends(), at);
      return;
    }
    const ends = this.#pieces.find(key, at);
    if (ends) packet.setEnds(ends);
    else this.#unattributed++;
  }

  #slotOf(packet: Packet, at: EpochMs): number {
    const table = this.#table;
    const found = table.find(packet.key);
    if (found !== none) {
      const isAnother = packet.isTcp && this.#handshakes.isAnother(found, packet);
      if (!isAnother) {
        if (at - (this.#beganAt[found] as number) >= this.#activeMs) {
          this.#tell(found, endReasons.active);
          this.#beganAt[found] = at;
        }
        table.touch(found, table.laneOf(found));
        return found;
      }
      this.#end(found, endReasons.end);
    }
    if (table.size === table.capacity) {
      const closing = table.oldest(lanes.closing);
      this.#counts.evicted++;
      this.#end(closing === none ? table.oldest(lanes.open) : closing, endReasons.resources);
    }
    const slot = table.add(packet.key);
    this.#beganAt[slot] = at;
    this.#finished[slot] = 0;
    this.#handshakes.clear(slot);
    return slot;
  }

  #seeGoodbye(slot: number, { flags, half }: Packet): void {
    if ((flags & tcpFlags.fin) !== 0) (this.#finished[slot] as number) |= 1 << half;
    const isOver = (flags & tcpFlags.reset) !== 0 || this.#finished[slot] === bothHalves;
    if (isOver) this.#table.touch(slot, lanes.closing);
  }

  #expireLane(lane: (typeof lanes)[keyof typeof lanes], seenBefore: EpochMs, why: EndReason): void {
    for (;;) {
      const slot = this.#table.oldest(lane);
      if (slot === none || (this.#seenAt[slot] as number) > seenBefore) return;
      this.#end(slot, why);
    }
  }

  #endAll(why: EndReason): void {
    for (const lane of [lanes.closing, lanes.open]) {
      const reason = lane === lanes.closing ? endReasons.end : why;
      for (let slot = this.#table.oldest(lane); slot !== none; slot = this.#table.oldest(lane)) this.#end(slot, reason);
    }
  }

  #end(slot: number, why: EndReason): void {
    this.#tell(slot, why);
    this.#table.remove(slot);
  }

  /** A record for each direction that had packets since the last one. */
  #tell(slot: number, why: EndReason): void {
    for (const half of [0, 1] as const) {
      const place = 2 * slot + half;
      if (this.#tallies.isEmpty(place)) continue;
      this.#write(slot, half, why);
      this.#tallies.clear(place);
    }
    this.#handshakes.tripUs[slot] = 0;
  }

  #write(slot: number, half: 0 | 1, why: EndReason): void {
    if (this.#rows.room === 0) this.flush();
    const rows = this.#rows;
    const { narrow } = rows;
    const row = rows.rows++;
    this.#counts.records++;
    writeEnds(rows, row, this.#table, slot, half);
    this.#tallies.write(rows, row, 2 * slot + half, this.#table.word(slot, keyAt.interface), this.#now);
    narrow.end_reason[row] = why;
    narrow.rtt_us[row] = this.#handshakes.tripUs[slot] as number;
    narrow.sampling[row] = 1;
    narrow.sampling_from[row] = unsampled;
  }
}

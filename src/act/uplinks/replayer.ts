import type { IpFamily, Milliseconds } from '../../model/index.ts';
import type { Clock, LinuxParts, PacketLog, RawSender, Timer, TrackedFlow } from '../../platform/index.ts';
import type { Numbers } from './numbers.ts';
import { ReplayBuffer, type Kept } from './replay-buffer.ts';
import { startingPacket, tcp, type StartingPacket } from './starting-packet.ts';

export interface ReplayerOptions {
  parts: Pick<LinuxParts, 'conntrack' | 'openRawSender'>;
  packetLog: PacketLog;
  clock: Clock;
  numbers: Numbers;
  keepMs: Milliseconds;
  limitBytes: number;
  /** Marks of traffic classes, with which a packet finds its class's own way. */
  classMarks: ReadonlySet<number>;
}

/** What rules that copy packets call themselves; the uplink's place follows. */
export const replayPrefix = 'quorumwatch replay ';
/** Larger packets than this start nothing. */
export const replayCopyBytes = 2048;
/** How often copies are fetched; what is fetched counts as sent now, so up to so much too much is sent again. */
const fetchMs: Milliseconds = 20;
/** Packets that were between route and copy when the routes changed are there by then. */
const stragglersAfterMs: Milliseconds = 10;
/** One line of a thin uplink takes a second for so many. */
const largestReplay = 1000;
const packetsAtOnce = 100;
const betweenMs: Milliseconds = 5;
/** `IPS_SEEN_REPLY` (include/uapi/linux/netfilter/nf_conntrack_common.h). */
const seenReply = 2;

/** Keeps copies of packets that start something, and sends those again whose uplink died before it could answer. */
export class Replayer {
  readonly #options: ReplayerOptions;
  readonly #buffer: ReplayBuffer;
  readonly #senders = new Map<number, RawSender>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: ReplayerOptions) {
    this.#options = options;
    this.#buffer = new ReplayBuffer(options.keepMs, options.limitBytes);
    for (const mark of [0, ...options.classMarks]) this.#senders.set(mark, options.parts.openRawSender(mark));
    this.#fetchAgain();
  }

  /** To be called when the new routes are in force and movable flows are forgotten; the number of packets sent again. */
  replay(family: IpFamily, place: number, sinceMs: Milliseconds): number {
    const again = (): StartingPacket[] => {
      this.#fetch();
      const fits = (one: Kept) => one.place === place && (one.bytes[0] ?? 0) >> 4 === family;
      return this.#send(family, place, this.#buffer.take(fits, sinceMs));
    };
    const sent = again();
    this.#options.clock.after(stragglersAfterMs, () => {
      if (!this.#closed) again();
    });
    return sent.length;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#options.packetLog.close();
    for (const sender of this.#senders.values()) sender.close();
  }

  #fetchAgain(): void {
    this.#timer = this.#options.clock.after(fetchMs, () => {
      if (this.#closed) return;
      this.#fetch();
      this.#fetchAgain();
    });
  }

  #fetch(): void {
    const nowMs = this.#options.clock.monotonic();
    this.#options.packetLog.read(({ prefix, mark, bytes }) => {
      // Somebody else's rules may log to the same group.
      if (!prefix.startsWith(replayPrefix)) return;
      this.#buffer.add({ atMs: nowMs, place: Number(prefix.slice(replayPrefix.length)), mark, bytes });
    });
    this.#buffer.trim(nowMs);
  }

  #send(family: IpFamily, place: number, kept: readonly Kept[]): StartingPacket[] {
    const packets = new Map<string, { packet: StartingPacket; mark: number }>();
    for (const { bytes, mark } of kept) {
      const packet = startingPacket(bytes);
      if (packet) packets.set(packet.key, { packet, mark });
    }
    const found = [...packets.values()].slice(0, largestReplay);
    const opened = found.some(({ packet }) => packet.protocol === tcp);
    const answered = opened ? this.#release(family, place) : new Set<string>();
    const due = found.filter(({ packet }) => packet.protocol !== tcp || !answered.has(ports(packet)));
    this.#pour(due);
    return due.map(({ packet }) => packet);
  }

  /** Unanswered connections are forgotten, since their entries hold the dead uplink's address; the answered ones. */
  #release(family: IpFamily, place: number): Set<string> {
    const { parts, numbers } = this.#options;
    const filter = { mark: numbers.uplinkMark(place), mask: numbers.uplinkMask };
    const flows = parts.conntrack.list(family, filter).filter(({ protocol }) => protocol === tcp);
    parts.conntrack.remove(flows.filter(({ status }) => (status & seenReply) === 0));
    return new Set(flows.filter(({ status }) => (status & seenReply) !== 0).map(flowPorts));
  }

  #pour(due: readonly { packet: StartingPacket; mark: number }[]): void {
    if (this.#closed) return;
    const classMask = this.#options.numbers.uplinkMask;
    for (const { packet, mark } of due.slice(0, packetsAtOnce)) {
      const sender = this.#senders.get((mark & classMask) >>> 0) ?? this.#senders.get(0);
      sender?.send(packet.bytes, packet.destination);
    }
    const rest = due.slice(packetsAtOnce);
    if (rest.length > 0) this.#options.clock.after(betweenMs, () => this.#pour(rest));
  }
}

/** The same text for a connection in the kernel's table and for the packet that opens it. */
function flowPorts({ original }: TrackedFlow): string {
  const { source, sourcePort, destination, destinationPort } = original;
  return `${source} ${sourcePort} ${destination} ${destinationPort}`;
}

function ports({ bytes, family, source, destination }: StartingPacket): string {
  const at = family === 4 ? (bytes.readUInt8(0) & 15) * 4 : 40;
  return `${source} ${bytes.readUInt16BE(at)} ${destination} ${bytes.readUInt16BE(at + 2)}`;
}

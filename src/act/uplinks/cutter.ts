import type { IpFamily } from '../../model/index.ts';
import type { Clock, LinuxParts, MarkFilter, TrackedFlow } from '../../platform/index.ts';
import type { Numbers } from './numbers.ts';
import { wakePacket, type CutConnection } from './wake-packet.ts';

const tcp = 6;
const established = 3;
/** `IPS_DST_NAT`: the connection came in from outside to a host behind us. */
const forwardedInward = 32;
/** Sent in one turn of the event loop. */
const packetsAtOnce = 256;
/** With more connections than this the rest finds out by itself. */
const largestWake = 20_000;

/** Moves and cuts connections of an uplink, in the kernel's table, by their mark. */
export class Cutter {
  readonly #parts: LinuxParts;
  readonly #numbers: Numbers;
  readonly #clock: Clock;
  readonly #sender: ReturnType<LinuxParts['openRawSender']>;
  #closed = false;

  constructor(parts: LinuxParts, numbers: Numbers, clock: Clock) {
    this.#parts = parts;
    this.#numbers = numbers;
    this.#clock = clock;
    this.#sender = parts.openRawSender(numbers.pokeMark);
  }

  /** What is no TCP is forgotten, so that its next packet goes by the new way, under its new address. */
  move(family: IpFamily, place: number): void {
    this.#parts.conntrack.flush(family, movableOf(this.#numbers, place));
  }

  /** All connections are forgotten, and clients of established TCP are told; the number of those. */
  cut(family: IpFamily, place: number): number {
    const filter = { mark: this.#numbers.uplinkMark(place), mask: this.#numbers.uplinkMask };
    const flows = this.#parts.conntrack.list(family, filter);
    this.#parts.conntrack.flush(family, filter);
    const cut = flows.flatMap((flow) => connectionOf(flow) ?? []).slice(0, largestWake);
    this.#wake(cut);
    return cut.length;
  }

  close(): void {
    this.#closed = true;
    this.#sender.close();
  }

  #wake(connections: readonly CutConnection[]): void {
    if (this.#closed) return;
    for (const connection of connections.slice(0, packetsAtOnce)) {
      this.#sender.send(wakePacket(connection), connection.client);
    }
    const rest = connections.slice(packetsAtOnce);
    if (rest.length > 0) this.#clock.after(0, () => this.#wake(rest));
  }
}

/** What finds the connections of an uplink that may move at once. */
export function movableOf(numbers: Numbers, place: number): MarkFilter {
  const { uplinkMask, movableBit } = numbers;
  return { mark: (numbers.uplinkMark(place) | movableBit) >>> 0, mask: (uplinkMask | movableBit) >>> 0 };
}

/** The side in the office is the one to tell; undefined for what is no established TCP. */
function connectionOf({ protocol, tcpState, status, original, reply }: TrackedFlow): CutConnection | undefined {
  if (protocol !== tcp || tcpState !== established) return undefined;
  const { source, sourcePort, destination, destinationPort } = (status & forwardedInward) !== 0 ? reply : original;
  if (sourcePort === undefined || destinationPort === undefined) return undefined;
  return { client: source, clientPort: sourcePort, server: destination, serverPort: destinationPort };
}

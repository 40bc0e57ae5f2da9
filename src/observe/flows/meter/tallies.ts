import { flowDirections, type EpochMs } from '../../../model/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import type { MeteredFrame, Packet } from './packet.ts';

const directions = { in: flowDirections.indexOf('ingress'), out: flowDirections.indexOf('egress'), unknown: 255 };

/** What is counted of each direction of each connection; a place is twice the slot, and one more for the upper half. */
export class Tallies {
  readonly #packets: Float64Array;
  readonly #bytes: Float64Array;
  readonly #first: Float64Array;
  readonly #last: Float64Array;
  readonly #flags: Uint16Array;
  readonly #tos: Uint8Array;
  readonly #direction: Uint8Array;

  constructor(slots: number) {
    this.#packets = new Float64Array(2 * slots);
    this.#bytes = new Float64Array(2 * slots);
    this.#first = new Float64Array(2 * slots);
    this.#last = new Float64Array(2 * slots);
    this.#flags = new Uint16Array(2 * slots);
    this.#tos = new Uint8Array(2 * slots);
    this.#direction = new Uint8Array(2 * slots);
  }

  isEmpty(place: number): boolean {
    return this.#packets[place] === 0;
  }

  clear(place: number): void {
    this.#packets[place] = 0;
    this.#bytes[place] = 0;
    this.#flags[place] = 0;
  }

  /** The first packet says how the flow is marked and which way it goes. */
  add(place: number, { bytes, flags, tos }: Packet, { at, outgoing }: MeteredFrame): void {
    if (this.#packets[place] === 0) {
      this.#first[place] = at;
      this.#last[place] = at;
      this.#tos[place] = tos;
      this.#direction[place] = outgoing === undefined ? directions.unknown : outgoing ? directions.out : directions.in;
    } else if (at > (this.#last[place] as number)) this.#last[place] = at;
    else if (at < (this.#first[place] as number)) this.#first[place] = at;
    (this.#packets[place] as number)++;
    (this.#bytes[place] as number) += bytes;
    (this.#flags[place] as number) |= flags;
  }

  /** Into an empty row; `seen` is the interface. */
  write({ narrow, wide, start, end }: FlowRows, row: number, place: number, seen: number, now: EpochMs): void {
    const [from, to] = [this.#first[place] as number, this.#last[place] as number];
    start[row] = from;
    end[row] = to;
    wide.ts[row] = BigInt(Math.max(0, Math.round(to)));
    narrow.duration_ms[row] = Math.round(to - from);
    narrow.lateness_ms[row] = Math.max(0, Math.round(now - to));
    wide.bytes[row] = BigInt(this.#bytes[place] as number);
    wide.packets[row] = BigInt(this.#packets[place] as number);
    narrow.tcp_flags[row] = this.#flags[place] as number;
    narrow.tos[row] = this.#tos[place] as number;
    narrow.direction[row] = this.#direction[place] as number;
    narrow[this.#direction[place] === directions.out ? 'output' : 'input'][row] = seen;
  }
}

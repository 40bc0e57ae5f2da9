import { randomFillSync } from 'node:crypto';
import type { Milliseconds } from '../../../model/index.ts';
import type { Address } from './address.ts';
import type { EchoSocket } from './echo-socket.ts';
import type { EchoRequest, EchoResult } from './pinger.ts';

/** An echo on its way: queued, waiting for its result, or given up but still listened for. */
export class Pending {
  readonly request: EchoRequest;
  readonly callback: (result: EchoResult) => void;
  readonly address: Address;
  /** Interface number for link-local addresses, else 0. */
  readonly scope: number;
  readonly socket: EchoSocket<Pending>;
  /** Bytes of the ICMP message. */
  readonly length: number;
  slot = -1;
  nonce = 0;
  state: 'queued' | 'waiting' | 'late' | 'done' = 'queued';
  /** Monotonic time just before the packet was handed to the kernel. */
  sentMs: Milliseconds = 0;
  /** Real time of sending: first that of the call, then the kernel's stamp. */
  sentSeconds = 0;
  sentNanoseconds = 0;
  stampKey = -1;
  dueMs: Milliseconds = 0;
  dueKey = 0;
  /** What a router said, held back while a reply may still come. */
  refusal: EchoResult | undefined = undefined;

  constructor(
    request: EchoRequest,
    callback: (result: EchoResult) => void,
    place: { address: Address; scope: number; socket: EchoSocket<Pending>; length: number },
  ) {
    this.request = request;
    this.callback = callback;
    this.address = place.address;
    this.scope = place.scope;
    this.socket = place.socket;
    this.length = place.length;
  }
}

/** Hands out slots, and finds who waits in them. */
export class PendingTable {
  readonly #slots: (Pending | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #random = new Uint32Array(1024);
  #randomLeft = 0;

  get size(): number {
    return this.#slots.length - this.#free.length;
  }

  add(pending: Pending): void {
    pending.slot = this.#free.pop() ?? this.#slots.length;
    pending.nonce = this.#nonce();
    this.#slots[pending.slot] = pending;
  }

  at(slot: number): Pending | undefined {
    return this.#slots[slot];
  }

  remove(pending: Pending): void {
    this.#slots[pending.slot] = undefined;
    this.#free.push(pending.slot);
  }

  all(): Pending[] {
    return this.#slots.filter((pending) => pending !== undefined);
  }

  #nonce(): number {
    if (this.#randomLeft === 0) {
      randomFillSync(this.#random);
      this.#randomLeft = this.#random.length;
    }
    return (this.#random[--this.#randomLeft] ?? 0) >>> 8;
  }
}

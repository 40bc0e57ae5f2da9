import { assert } from '../../model/index.ts';
import type { GrowingWriter } from '../codec/growing-writer.ts';
import { Malformed, type StrictReader } from '../codec/strict-reader.ts';
import type { ParticipantId } from '../protocol.ts';

interface Window {
  /** Highest bundle number that was executed. */
  highest: number;
  /** Bit i stands for `highest - i`. */
  executed: bigint;
}

/**
 * Which bundles of which client were executed: part of the replicated state, so that every member skips the same ones,
 * after a state transfer too. For each client it remembers a window below the highest number; what is older counts as
 * executed. A client that leaps ahead gives up its own older bundles and nobody else's.
 */
export class ClientTable {
  readonly #width: number;
  readonly #maxClients: number;
  readonly #clients = new Map<ParticipantId, Window>();

  constructor(width: number, maxClients: number) {
    this.#width = width;
    this.#maxClients = maxClients;
  }

  /** Whether a bundle may still be executed: it is neither done, nor too old, nor of one client too many. */
  accepts(client: ParticipantId, number: number): boolean {
    const window = this.#clients.get(client);
    if (!window) return this.#clients.size < this.#maxClients;
    const age = window.highest - number;
    if (age < 0) return true;
    return age < this.#width && (window.executed & (1n << BigInt(age))) === 0n;
  }

  /** Marks a bundle as executed; false when it must be skipped. */
  execute(client: ParticipantId, number: number): boolean {
    if (!this.accepts(client, number)) return false;
    const window = this.#clients.get(client);
    if (!window) {
      this.#clients.set(client, { highest: number, executed: 1n });
      return true;
    }
    const leap = number - window.highest;
    if (leap > 0) {
      // A leap beyond the width leaves nothing, and must not shift by a number that a client chose.
      const kept = leap < this.#width ? window.executed << BigInt(leap) : 0n;
      window.executed = BigInt.asUintN(this.#width, kept) | 1n;
      window.highest = number;
    } else {
      window.executed |= 1n << BigInt(-leap);
    }
    return true;
  }

  /** In order of clients, so that equal tables have equal bytes. */
  write(writer: GrowingWriter): void {
    writer.u16(this.#clients.size);
    for (const [client, window] of [...this.#clients].sort(([one], [other]) => one - other)) {
      const bits = Buffer.from(window.executed.toString(16).padStart(this.#bitsBytes * 2, '0'), 'hex');
      assert(bits.length === this.#bitsBytes, 'a window has its width');
      writer.u32(client).u64(window.highest).raw(bits);
    }
  }

  read(reader: StrictReader): void {
    const clients = reader.list(this.#maxClients, 4 + 8 + this.#bitsBytes, () => ({
      client: reader.u32(),
      highest: reader.u64(),
      executed: BigInt(`0x${reader.raw(this.#bitsBytes).toString('hex')}`),
    }));
    this.#clients.clear();
    for (const { client, ...window } of clients) this.#clients.set(client, window);
    if (this.#clients.size !== clients.length) throw new Malformed('not-canonical');
  }

  get #bitsBytes(): number {
    return Math.ceil(this.#width / 8);
  }
}

import type { GrowingWriter } from '../codec/growing-writer.ts';
import { Malformed, type StrictReader } from '../codec/strict-reader.ts';
import type { ParticipantId } from '../protocol.ts';

interface Window {
  /** Highest bundle number that was executed. */
  highest: number;
  /** A ring of bits: bit `number mod width` says whether that number of the window was executed. */
  executed: Uint8Array;
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

  /** The highest number of this client that was executed; 0 for none. */
  highest(client: ParticipantId): number {
    return this.#clients.get(client)?.highest ?? 0;
  }

  /** Whether a bundle may still be executed: it is neither done, nor too old, nor of one client too many. */
  accepts(client: ParticipantId, number: number): boolean {
    const window = this.#clients.get(client);
    if (!window) return this.#clients.size < this.#maxClients;
    const age = window.highest - number;
    return age < 0 || (age < this.#width && !isSet(window.executed, number % this.#width));
  }

  /** Marks a bundle as executed; false when it must be skipped. */
  execute(client: ParticipantId, number: number): boolean {
    if (!this.accepts(client, number)) return false;
    let window = this.#clients.get(client);
    if (!window) {
      window = { highest: number, executed: new Uint8Array(this.#bytes) };
      this.#clients.set(client, window);
    }
    // A leap beyond the width leaves nothing, and must not take as many steps as a client says.
    if (number - window.highest >= this.#width) window.executed.fill(0);
    else for (let at = window.highest + 1; at < number; at++) clear(window.executed, at % this.#width);
    window.highest = Math.max(window.highest, number);
    set(window.executed, number % this.#width);
    return true;
  }

  /** In order of clients, so that equal tables have equal bytes. */
  write(writer: GrowingWriter): void {
    writer.u16(this.#clients.size);
    for (const [client, window] of [...this.#clients].sort(([one], [other]) => one - other)) {
      writer.u32(client).u64(window.highest).raw(window.executed);
    }
  }

  read(reader: StrictReader): void {
    const clients = reader.list(this.#maxClients, 4 + 8 + this.#bytes, () => ({
      client: reader.u32(),
      highest: reader.u64(),
      executed: Uint8Array.from(reader.raw(this.#bytes)),
    }));
    this.#clients.clear();
    for (const { client, ...window } of clients) this.#clients.set(client, window);
    if (this.#clients.size !== clients.length) throw new Malformed('not-canonical');
  }

  get #bytes(): number {
    return Math.ceil(this.#width / 8);
  }
}

function isSet(bits: Uint8Array, at: number): boolean {
  return ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
}

function set(bits: Uint8Array, at: number): void {
  bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
}

function clear(bits: Uint8Array, at: number): void {
  bits[at >> 3] = (bits[at >> 3] ?? 0) & ~(1 << (at & 7));
}

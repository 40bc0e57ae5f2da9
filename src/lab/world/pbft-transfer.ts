import type { PbftWire } from './pbft-wire.ts';

type Ask = Extract<PbftWire, { type: 'ask-state' }>;
type Part = Extract<PbftWire, { type: 'state' }>;

/** A state as a source serves it; nothing in it is checked yet. */
export interface FetchedState {
  sequence: number;
  root: string;
  coreState: Uint8Array;
  state: Uint8Array;
}

const rootBytes = 32;
/** A part that does not come within this is asked for elsewhere. */
const patienceMs = 200;
/** Nobody's state is so large here: a source that says so lies. */
const maxStateBytes = 1_000_000;

export function writeState(root: string, coreState: Uint8Array, state: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(coreState.length);
  return Uint8Array.from(Buffer.concat([Buffer.from(root, 'latin1'), length, coreState, state]));
}

export function readState(sequence: number, bytes: Uint8Array): FetchedState | undefined {
  if (bytes.length < rootBytes + 4) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = rootBytes + 4;
  const end = start + view.readUInt32BE(rootBytes);
  if (end > bytes.length) return undefined;
  const root = view.toString('latin1', 0, rootBytes);
  return { sequence, root, coreState: bytes.slice(start, end), state: bytes.slice(end) };
}

/** Fetches a state in parts from one source after the other: any of them may be gone, or lie. */
export class StateFetch {
  readonly #self: number;
  readonly #partBytes: number;
  #order: { sequence: number; sources: readonly number[] } | undefined;
  #source = 0;
  #parts: Uint8Array[] = [];
  #length = 0;
  #askedMs: number | undefined;

  constructor(self: number, partBytes: number) {
    this.#self = self;
    this.#partBytes = partBytes;
  }

  order(sequence: number, sources: readonly number[]): void {
    if (this.#order?.sequence === sequence) return;
    this.#order = { sequence, sources: sources.filter((id) => id !== this.#self) };
    this.#next();
  }

  /** Nothing up to here is needed any more. */
  reached(sequence: number): void {
    if (this.#order && this.#order.sequence <= sequence) this.#order = undefined;
  }

  tick(nowMs: number): { to: readonly number[]; message: PbftWire }[] {
    const isLate = this.#askedMs !== undefined && Math.abs(nowMs - this.#askedMs) >= patienceMs;
    if (!this.#order || (this.#askedMs !== undefined && !isLate)) return [];
    if (isLate) this.#next();
    const to = this.#order.sources[this.#source % this.#order.sources.length];
    this.#askedMs = nowMs;
    const ask: Ask = { type: 'ask-state', sequence: this.#order.sequence, offset: this.#length };
    return to === undefined ? [] : [{ to: [to], message: ask }];
  }

  /** The whole, once its last part is here. */
  receive(from: number, { sequence, offset, total, bytes }: Part): FetchedState | undefined {
    const source = this.#order?.sources[this.#source % this.#order.sources.length];
    if (sequence !== this.#order?.sequence || from !== source || offset !== this.#length) return undefined;
    this.#parts.push(bytes);
    this.#length += bytes.length;
    this.#askedMs = undefined;
    if (bytes.length === 0 || this.#length > Math.min(total, maxStateBytes)) {
      this.#next();
      return undefined;
    }
    if (this.#length < total) return undefined;
    const whole = Uint8Array.from(Buffer.concat(this.#parts));
    this.#next();
    return readState(sequence, whole);
  }

  part(state: Uint8Array, { sequence, offset }: Ask): Part {
    return {
      type: 'state',
      sequence,
      offset,
      total: state.length,
      bytes: state.slice(offset, offset + this.#partBytes),
    };
  }

  #next(): void {
    this.#source += 1;
    this.#parts = [];
    this.#length = 0;
    this.#askedMs = undefined;
  }
}

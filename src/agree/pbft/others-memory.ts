import type { ParticipantId } from '../protocol.ts';
import { numbersPerLife, type Remembered, type Status } from './messages.ts';
import type { Outbox } from './outbox.ts';

/**
 * A member that goes on for so many records is written down again, for each member that writes: what all of them write
 * then moves nobody to write again.
 */
const recordStride = 4;
/** Of one member between two checkpoints: no liar can fill a journal with what it says of itself. */
const maxRecords = 64;

/** Of each other member the status in which it remembered most of itself: what it must be shown if it comes back with less. */
export class OthersMemory {
  readonly #stride: number;
  readonly #said: Map<ParticipantId, Status>;
  /** What the journal has of it. */
  readonly #written: Map<ParticipantId, Remembered>;
  /** A life in which a member began with less than it had said: while it goes on, the member has not been told. */
  readonly #doubted = new Map<ParticipantId, number>();
  /** How often each was written down since the last checkpoint. */
  readonly #records = new Map<ParticipantId, number>();

  constructor(members: number, heard: ReadonlyMap<ParticipantId, Status> = new Map()) {
    this.#stride = recordStride * members;
    this.#said = new Map(heard);
    this.#written = new Map([...heard].map(([member, { remembered }]) => [member, remembered]));
  }

  /** A status whose signature was checked. Returns what its sender said before and does not know, if it does not. */
  hear(status: Status, outbox: Outbox): Status | undefined {
    const { signer, remembered } = status;
    const before = this.#said.get(signer);
    if (before && compare(before.remembered, remembered) > 0) {
      this.#doubted.set(signer, lifeOf(status.number));
      return before;
    }
    const isUntold = remembered.life <= (this.#doubted.get(signer) ?? -1);
    if (before && isUntold && before.remembered.life < remembered.life) return before;
    this.#said.set(signer, status);
    const written = this.#written.get(signer);
    const isDue = written?.life !== remembered.life || remembered.recorded - written.recorded >= this.#stride;
    const records = this.#records.get(signer) ?? 0;
    if (isDue && records < maxRecords) {
      this.#records.set(signer, records + 1);
      this.#write(status, outbox);
    }
    return undefined;
  }

  /** Everything again, as the journal is given up before here. */
  record(outbox: Outbox): void {
    this.#records.clear();
    for (const status of this.#said.values()) this.#write(status, outbox);
  }

  #write(status: Status, outbox: Outbox): void {
    this.#written.set(status.signer, status.remembered);
    outbox.record({ type: 'heard', status });
  }
}

/** In which life of its sender a status was signed. */
export function lifeOf(number: number): number {
  return Math.floor(number / numbersPerLife);
}

/** Positive when the first remembers more. */
export function compare(one: Remembered, other: Remembered): number {
  return one.life - other.life || one.recorded - other.recorded;
}

import { u32 } from '../bytes.ts';

/** Where the address of the agent stands, of 4 or 16 bytes. */
export const agentAt = 8;

export function isSflow(bytes: Uint8Array): boolean {
  return bytes.length >= 28 && u32(bytes, 0) === 5 && (u32(bytes, 4) === 1 || u32(bytes, 4) === 2);
}

/** The beginning of a datagram; one is read into again and again, as with samples below. */
export class DatagramHead {
  subAgent = 0;
  sequence = 0;
  uptimeMs = 0;
  count = 0;
  /** Where its samples begin. */
  samplesAt = 0;

  /** False for what is no sFlow of version 5. */
  read(bytes: Uint8Array): boolean {
    if (!isSflow(bytes)) return false;
    const at = agentAt + (u32(bytes, 4) === 1 ? 4 : 16);
    if (bytes.length - at < 16) return false;
    this.subAgent = u32(bytes, at);
    this.sequence = u32(bytes, at + 4);
    this.uptimeMs = u32(bytes, at + 8);
    this.count = u32(bytes, at + 12);
    this.samplesAt = at + 16;
    return true;
  }
}

/** Of a sample: flow and counters, both with wide numbers of interfaces too, and drop (sflow.org/sflow_drops.txt). */
const sampleTypes = { flow: 1, counters: 2, wideFlow: 3, wideCounters: 4, drop: 5 } as const;

/** Other types are of later versions, or of enterprises. */
export const isSampleType = (type: number): boolean => type >= 1 && type <= 5;

const internalIndex = 0x3fff_ffff;

/** Of a packet that came from the device itself, or went to it. */
export const isInternal = (value: number): boolean => value === internalIndex || value === 0xffff_ffff;

/** What a sample says before its records; numbers that its kind does not have mean nothing. */
export class SampleHead {
  kind: 'flow' | 'drop' | 'counters' = 'flow';
  sequence = 0;
  sourceType = 0;
  sourceIndex = 0;
  rate = 0;
  pool = 0;
  drops = 0;
  /** 1 says that the value is why the packet was dropped, 2 how many interfaces it went to, else it is a number of one. */
  inputFormat = 0;
  input = 0;
  outputFormat = 0;
  output = 0;
  reason = 0;
  /** Of its records, and where they begin. */
  count = 0;
  recordsAt = 0;

  /** False for one that is too short to be of its type. */
  read(bytes: Uint8Array, from: number, to: number, type: number): boolean {
    const words = (to - from) >>> 2;
    switch (type) {
      case sampleTypes.flow:
        return words >= 8 && this.#flow(bytes, from);
      case sampleTypes.wideFlow:
        return words >= 11 && this.#wideFlow(bytes, from);
      case sampleTypes.drop:
        return words >= 8 && this.#drop(bytes, from);
      case sampleTypes.counters:
        return words >= 3 && this.#counters(bytes, from);
      default:
        return words >= 4 && this.#wideCounters(bytes, from);
    }
  }

  #flow(bytes: Uint8Array, from: number): boolean {
    this.kind = 'flow';
    this.sequence = u32(bytes, from);
    this.#source(u32(bytes, from + 4));
    this.rate = u32(bytes, from + 8);
    this.pool = u32(bytes, from + 12);
    this.drops = u32(bytes, from + 16);
    const input = u32(bytes, from + 20);
    const output = u32(bytes, from + 24);
    this.inputFormat = input >>> 30;
    this.input = input & internalIndex;
    this.outputFormat = output >>> 30;
    this.output = output & internalIndex;
    this.#records(bytes, from + 28);
    return true;
  }

  #wideFlow(bytes: Uint8Array, from: number): boolean {
    this.kind = 'flow';
    this.sequence = u32(bytes, from);
    this.#wideSource(bytes, from + 4);
    this.rate = u32(bytes, from + 12);
    this.pool = u32(bytes, from + 16);
    this.drops = u32(bytes, from + 20);
    this.inputFormat = u32(bytes, from + 24);
    this.input = u32(bytes, from + 28);
    this.outputFormat = u32(bytes, from + 32);
    this.output = u32(bytes, from + 36);
    this.#records(bytes, from + 40);
    return true;
  }

  #drop(bytes: Uint8Array, from: number): boolean {
    this.kind = 'drop';
    this.sequence = u32(bytes, from);
    this.#wideSource(bytes, from + 4);
    this.drops = u32(bytes, from + 12);
    this.inputFormat = 0;
    this.input = u32(bytes, from + 16);
    this.outputFormat = 0;
    this.output = u32(bytes, from + 20);
    this.reason = u32(bytes, from + 24);
    this.#records(bytes, from + 28);
    return true;
  }

  #counters(bytes: Uint8Array, from: number): boolean {
    this.kind = 'counters';
    this.sequence = u32(bytes, from);
    this.#source(u32(bytes, from + 4));
    this.#records(bytes, from + 8);
    return true;
  }

  #wideCounters(bytes: Uint8Array, from: number): boolean {
    this.kind = 'counters';
    this.sequence = u32(bytes, from);
    this.#wideSource(bytes, from + 4);
    this.#records(bytes, from + 12);
    return true;
  }

  #source(source: number): void {
    this.sourceType = source >>> 24;
    this.sourceIndex = source & 0xff_ffff;
  }

  #wideSource(bytes: Uint8Array, at: number): void {
    this.sourceType = u32(bytes, at);
    this.sourceIndex = u32(bytes, at + 4);
  }

  #records(bytes: Uint8Array, at: number): void {
    this.count = u32(bytes, at);
    this.recordsAt = at + 4;
  }
}

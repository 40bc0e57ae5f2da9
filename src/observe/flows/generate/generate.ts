import type { EpochMs } from '../../../model/index.ts';
import { formats, type GeneratedFormat, type Head } from './formats.ts';
import { Traffic } from './traffic.ts';

export interface GenerateOptions {
  format: GeneratedFormat;
  records: number;
  /** 1 by default. */
  seed?: number;
  /** When the first record is exported. */
  startAt: EpochMs;
  /** Records that are exported within a second of that time: 1000 by default. */
  perSecond?: number;
  /** Observation domain, source id, engine or sub-agent; 0 by default. */
  domain?: number;
  /** As many as fit into a packet of Ethernet, by default. */
  recordsOfDatagram?: number;
}

export interface GeneratedDatagram {
  bytes: Uint8Array;
  at: EpochMs;
  records: number;
  /** What the flows that it tells of carried: of sFlow the flows from which it sampled a packet each. */
  packets: number;
  octets: number;
}

/** Datagrams with a template say it again after so many. */
const templateEvery = 64;
/** Of the exporter, at its first datagram. */
const firstUptimeMs = 1_000_000_000;

/** Datagrams of one exporter, the same bytes for the same options. */
export function* generateDatagrams(options: GenerateOptions): Generator<GeneratedDatagram> {
  const { format: name, records, seed = 1, startAt, perSecond = 1000, domain = 0 } = options;
  const format = formats[name];
  const traffic = new Traffic(seed);
  const most = Math.min(options.recordsOfDatagram ?? format.recordsOfDatagram, format.recordsOfDatagram);
  const plainBytes = format.headBytes(false) + format.recordsOfDatagram * format.recordBytes;
  let done = 0;
  for (let datagrams = 0; done < records; datagrams++) {
    const hasTemplate = format.headBytes(true) > format.headBytes(false) && datagrams % templateEvery === 0;
    const headBytes = format.headBytes(hasTemplate);
    const fitting = Math.floor((plainBytes - headBytes) / format.recordBytes);
    const count = Math.min(most, fitting, records - done);
    const at = startAt + Math.floor(((done + count) * 1000) / perSecond);
    const uptimeMs = (firstUptimeMs + at - startAt) % 0x1_0000_0000;
    const head: Head = { at, uptimeMs, datagrams, records: done, domain, count, hasTemplate };
    const bytes = new Uint8Array(headBytes + count * format.recordBytes);
    const view = new DataView(bytes.buffer);
    format.head(view, head, bytes.length);
    let packets = 0;
    let octets = 0;
    for (let index = 0; index < count; index++) {
      const flow = traffic.next();
      format.record(view, headBytes + index * format.recordBytes, flow, head, index);
      packets += flow.packets;
      octets += flow.bytes;
    }
    yield { bytes, at, records: count, packets, octets };
    done += count;
  }
}

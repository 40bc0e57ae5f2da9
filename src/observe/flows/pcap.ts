import type { EpochMs } from '../../model/index.ts';
import { linkTypes, readFrames } from './frames.ts';

/**
 * Datagrams out of captures, over Ethernet with VLAN tags, Linux cooked capture, and bare IP. Everything else is passed
 * over, fragments too.
 */
export interface CapturedDatagram {
  /** 0 where the capture does not say, or says what no date can be. */
  at: EpochMs;
  source: string;
  sourcePort: number;
  destination: string;
  destinationPort: number;
  payload: Uint8Array;
}

/** Throws a SyntaxError for a file that is no capture; a file that is cut off gives what is whole. */
export function* readCapture(bytes: Uint8Array): Generator<CapturedDatagram> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { at, linkType, from, to } of readFrames(bytes)) {
    const found = datagramIn(bytes, view, from, to, linkType);
    if (found) yield { at, ...found };
  }
}

function datagramIn(
  bytes: Uint8Array,
  view: DataView,
  from: number,
  end: number,
  linkType: number,
): Omit<CapturedDatagram, 'at'> | undefined {
  switch (linkType) {
    case linkTypes.ethernet:
      return afterEtherType(bytes, view, from + 12, end);
    case linkTypes.cooked:
      return afterEtherType(bytes, view, from + 14, end);
    case linkTypes.cooked2:
      return end - from > 20 ? ipIn(bytes, view, from + 20, end) : undefined;
    case linkTypes.null:
      return ipIn(bytes, view, from + 4, end);
    case linkTypes.raw:
    case linkTypes.ipv4:
    case linkTypes.ipv6:
      return ipIn(bytes, view, from, end);
    default:
      return undefined;
  }
}

function afterEtherType(bytes: Uint8Array, view: DataView, from: number, end: number) {
  for (let at = from; at + 2 <= end; at += 4) {
    const type = view.getUint16(at);
    if (type === 0x0800 || type === 0x86dd) return ipIn(bytes, view, at + 2, end);
    if (type !== 0x8100 && type !== 0x88a8) return undefined;
  }
  return undefined;
}

function ipIn(bytes: Uint8Array, view: DataView, from: number, end: number): Omit<CapturedDatagram, 'at'> | undefined {
  if (from >= end) return undefined;
  const version = (bytes[from] as number) >>> 4;
  if (version === 4) {
    const header = ((bytes[from] as number) & 15) * 4;
    if (header < 20 || from + header + 8 > end || bytes[from + 9] !== 17) return undefined;
    // Anything but the only piece.
    if ((view.getUint16(from + 6) & 0x3fff) !== 0) return undefined;
    const address = (at: number) => bytes.subarray(at, at + 4).join('.');
    return udpIn(bytes, view, from + header, end, address(from + 12), address(from + 16));
  }
  if (version !== 6 || from + 48 > end || bytes[from + 6] !== 17) return undefined;
  const address = (at: number) =>
    Array.from({ length: 8 }, (_, index) => view.getUint16(at + 2 * index).toString(16)).join(':');
  return udpIn(bytes, view, from + 40, end, address(from + 8), address(from + 24));
}

function udpIn(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  source: string,
  destination: string,
): Omit<CapturedDatagram, 'at'> | undefined {
  const length = view.getUint16(at + 4);
  // A length beyond the packet is what a short snapshot length left of it.
  const last = length >= 8 ? Math.min(at + length, end) : end;
  return {
    source,
    sourcePort: view.getUint16(at),
    destination,
    destinationPort: view.getUint16(at + 2),
    payload: bytes.subarray(at + 8, last),
  };
}

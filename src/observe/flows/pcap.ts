import type { EpochMs } from '../../model/index.ts';

/**
 * Datagrams out of captures: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), over Ethernet with VLAN
 * tags, Linux cooked capture, and bare IP. Everything else is passed over, fragments too.
 */
export interface CapturedDatagram {
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
  if (bytes.length >= 24 && magics.has(view.getUint32(0))) yield* readPcap(bytes, view);
  else if (bytes.length >= 28 && view.getUint32(0) === 0x0a0d_0d0a) yield* readPcapng(bytes, view);
  else throw new SyntaxError('expected a capture in pcap or pcapng format');
}

/** By which way the bytes lie, and how many parts a second has. */
const magics: ReadonlyMap<number, { little: boolean; perSecond: number }> = new Map([
  [0xa1b2_c3d4, { little: false, perSecond: 1e6 }],
  [0xd4c3_b2a1, { little: true, perSecond: 1e6 }],
  [0xa1b2_3c4d, { little: false, perSecond: 1e9 }],
  [0x4d3c_b2a1, { little: true, perSecond: 1e9 }],
]);

function* readPcap(bytes: Uint8Array, view: DataView): Generator<CapturedDatagram> {
  const { little = false, perSecond = 1e6 } = magics.get(view.getUint32(0)) ?? {};
  const linkType = view.getUint32(20, little) & 0xffff;
  for (let at = 24; at + 16 <= bytes.length;) {
    const ms = view.getUint32(at, little) * 1000 + (view.getUint32(at + 4, little) * 1000) / perSecond;
    const length = view.getUint32(at + 8, little);
    const from = at + 16;
    if (from + length > bytes.length) return;
    const found = datagramIn(bytes, view, from, from + length, linkType);
    if (found) yield { at: ms, ...found };
    at = from + length;
  }
}

interface CaptureInterface {
  linkType: number;
  /** Of the unit of its times. */
  perSecond: number;
}

const sectionHeader = 0x0a0d_0d0a;
const interfaceBlock = 1;
const simplePacket = 3;
const enhancedPacket = 6;

function* readPcapng(bytes: Uint8Array, view: DataView): Generator<CapturedDatagram> {
  let little = true;
  let interfaces: CaptureInterface[] = [];
  for (let at = 0; at + 12 <= bytes.length;) {
    if (view.getUint32(at) === sectionHeader) {
      little = view.getUint32(at + 8) === 0x4d3c_2b1a;
      interfaces = [];
    }
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (length < 12 || length % 4 !== 0 || at + length > bytes.length) return;
    const end = at + length - 4;
    if (type === interfaceBlock && length >= 20) {
      interfaces.push({
        linkType: view.getUint16(at + 8, little),
        perSecond: resolution(bytes, view, at + 16, end, little),
      });
    } else if (type === enhancedPacket && length >= 32) {
      const { linkType, perSecond } = interfaces[view.getUint32(at + 8, little)] ?? { linkType: -1, perSecond: 1e6 };
      const ticks = view.getUint32(at + 12, little) * 0x1_0000_0000 + view.getUint32(at + 16, little);
      const captured = view.getUint32(at + 20, little);
      const from = at + 28;
      const found = from + captured <= end ? datagramIn(bytes, view, from, from + captured, linkType) : undefined;
      if (found) yield { at: (ticks * 1000) / perSecond, ...found };
    } else if (type === simplePacket && length >= 16) {
      const found = datagramIn(bytes, view, at + 12, end, interfaces[0]?.linkType ?? -1);
      if (found) yield { at: 0, ...found };
    }
    at += length;
  }
}

/** Option 9 of an interface: a power of ten, or of two with the upper bit. */
function resolution(bytes: Uint8Array, view: DataView, from: number, end: number, little: boolean): number {
  for (let at = from; at + 4 <= end;) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === 0) break;
    if (code === 9 && length === 1 && at + 4 < end) {
      const value = bytes[at + 4] as number;
      return (value & 0x80) === 0 ? 10 ** value : 2 ** (value & 0x7f);
    }
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return 1e6;
}

const linkTypes = { null: 0, ethernet: 1, raw: 101, cooked: 113, ipv4: 228, ipv6: 229, cooked2: 276 } as const;

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

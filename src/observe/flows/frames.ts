import type { EpochMs } from '../../model/index.ts';

/** Frames out of captures: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng). */
export interface CapturedFrame {
  /** 0 where the file does not say, as in simple packets of pcapng, or says what no date can be. */
  at: EpochMs;
  /** LINKTYPE, as in `linkTypes`; -1 where the file does not say. */
  linkType: number;
  /** Place among the interfaces of the file. */
  interface: number;
  /** Undefined where the file does not say. */
  outgoing: boolean | undefined;
  /** What was kept of it: bytes of the file from the first to before the second. */
  from: number;
  to: number;
  /** Its length before it was cut. */
  originalBytes: number;
}

export const linkTypes = { null: 0, ethernet: 1, raw: 101, cooked: 113, ipv4: 228, ipv6: 229, cooked2: 276 } as const;

/** Throws a SyntaxError for a file that is no capture; a file that is cut off gives what is whole. */
export function* readFrames(bytes: Uint8Array): Generator<CapturedFrame> {
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

function* readPcap(bytes: Uint8Array, view: DataView): Generator<CapturedFrame> {
  const { little = false, perSecond = 1e6 } = magics.get(view.getUint32(0)) ?? {};
  const linkType = view.getUint32(20, little) & 0xffff;
  for (let at = 24; at + 16 <= bytes.length;) {
    const ms = view.getUint32(at, little) * 1000 + (view.getUint32(at + 4, little) * 1000) / perSecond;
    const from = at + 16;
    const to = from + view.getUint32(at + 8, little);
    if (to > bytes.length) return;
    const originalBytes = view.getUint32(at + 12, little);
    yield { at: ms, linkType, interface: 0, outgoing: undefined, from, to, originalBytes };
    at = to;
  }
}

interface CaptureInterface {
  linkType: number;
  /** Of the unit of its times. */
  perSecond: number;
}

/** Of a Date (ECMA-262, section 21.4.1.1). */
const latestMs = 8.64e15;

const sectionHeader = 0x0a0d_0d0a;
const interfaceBlock = 1;
const simplePacket = 3;
const enhancedPacket = 6;
/** Options of blocks. */
const endOfOptions = 0;
const packetFlags = 2;
const timeResolution = 9;

function* readPcapng(bytes: Uint8Array, view: DataView): Generator<CapturedFrame> {
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
      const place = view.getUint32(at + 8, little);
      const { linkType, perSecond } = interfaces[place] ?? { linkType: -1, perSecond: 1e6 };
      const ticks = view.getUint32(at + 12, little) * 0x1_0000_0000 + view.getUint32(at + 16, little);
      const from = at + 28;
      const to = from + view.getUint32(at + 20, little);
      const originalBytes = view.getUint32(at + 24, little);
      const outgoing = to <= end ? wayOf(view, padded(to, at), end, little) : undefined;
      const ms = (ticks * 1000) / perSecond;
      const saidAt = ms <= latestMs ? ms : 0;
      if (to <= end) yield { at: saidAt, linkType, interface: place, outgoing, from, to, originalBytes };
    } else if (type === simplePacket && length >= 16) {
      const originalBytes = view.getUint32(at + 8, little);
      const to = Math.min(end, at + 12 + originalBytes);
      const linkType = interfaces[0]?.linkType ?? -1;
      yield { at: 0, linkType, interface: 0, outgoing: undefined, from: at + 12, to, originalBytes };
    }
    at += length;
  }
}

/** Packets are filled up to four bytes, counted from their block. */
function padded(to: number, blockAt: number): number {
  return to + ((4 - ((to - blockAt) % 4)) % 4);
}

function resolution(bytes: Uint8Array, view: DataView, from: number, end: number, little: boolean): number {
  const at = optionAt(view, from, end, little, timeResolution, 1);
  if (at === undefined) return 1e6;
  // A power of ten, or of two with the upper bit.
  const value = bytes[at] as number;
  return (value & 0x80) === 0 ? 10 ** value : 2 ** (value & 0x7f);
}

/** The two lowest bits of a packet's flags: 1 came in, 2 went out. */
function wayOf(view: DataView, from: number, end: number, little: boolean): boolean | undefined {
  const at = optionAt(view, from, end, little, packetFlags, 4);
  const way = at === undefined ? 0 : view.getUint32(at, little) & 3;
  return way === 1 ? false : way === 2 ? true : undefined;
}

/** Where the value of an option stands, if it has that length. */
function optionAt(
  view: DataView,
  from: number,
  end: number,
  little: boolean,
  wanted: number,
  bytes: number,
): number | undefined {
  for (let at = from; at + 4 <= end;) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === endOfOptions) return undefined;
    if (code === wanted && length === bytes && at + 4 + bytes <= end) return at + 4;
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return undefined;
}

import { linkTypes, type CapturedFrame } from '../frames.ts';
import type { MeteredFrame } from './packet.ts';

type LinkFrame = Pick<MeteredFrame, 'begins' | 'from' | 'outgoing'>;

/** Of Linux cooked captures: the packet went out (LINKTYPE_LINUX_SLL). */
const wentOut = 4;

/** A frame of a capture for the meter, or undefined for a link that is not known here. */
export function frameOfCapture(frame: CapturedFrame, bytes: Uint8Array, exporter: number): MeteredFrame | undefined {
  const found = linkFrameOf(frame, bytes);
  if (!found) return undefined;
  const { at, from, to, originalBytes } = frame;
  return {
    at,
    bytes,
    to,
    // What a link puts before its packets is not part of them, nor of what was cut off.
    originalBytes: originalBytes - (found.from - from),
    exporter,
    // The first interface is 1, since 0 says that nobody knows.
    interface: frame.interface + 1,
    ...found,
  };
}

function linkFrameOf({ linkType, from, to, outgoing }: CapturedFrame, bytes: Uint8Array): LinkFrame | undefined {
  switch (linkType) {
    case linkTypes.ethernet:
      return { begins: 'ethernet', from, outgoing };
    case linkTypes.cooked: {
      // Its last two bytes name the protocol, as those of Ethernet do, which are two bytes further in front.
      const isOutgoing = to - from >= 2 ? bytes[from] === 0 && bytes[from + 1] === wentOut : undefined;
      return { begins: 'ethernet', from: from + 2, outgoing: outgoing ?? isOutgoing };
    }
    case linkTypes.cooked2:
      return {
        begins: 'ip',
        from: from + 20,
        outgoing: outgoing ?? (to - from >= 20 ? bytes[from + 10] === wentOut : undefined),
      };
    case linkTypes.null:
      return { begins: 'ip', from: from + 4, outgoing };
    case linkTypes.raw:
    case linkTypes.ipv4:
    case linkTypes.ipv6:
      return { begins: 'ip', from, outgoing };
    default:
      return undefined;
  }
}

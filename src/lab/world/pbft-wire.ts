import { pbft } from '../../agree/index.ts';

/** What members tell each other in a world: the protocol's messages, and those by which an owner fetches a state. */
export type PbftWire =
  | pbft.Message
  /** Asks for a part of the state at a stable checkpoint. */
  | { type: 'ask-state'; sequence: number; offset: number }
  | { type: 'state'; sequence: number; offset: number; total: number; bytes: Uint8Array };

/** Larger than the number of any kind of message, so that the first byte tells them apart from versions. */
const kinds = { 'ask-state': 0xf0, state: 0xf1 } as const;
const headBytes = 25;

export function encodeWire(message: PbftWire): Uint8Array {
  if (message.type !== 'ask-state' && message.type !== 'state') return pbft.encodeMessage(message);
  const body = message.type === 'state' ? message.bytes : new Uint8Array();
  const bytes = new Uint8Array(headBytes + body.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = kinds[message.type];
  view.setFloat64(1, message.sequence);
  view.setFloat64(9, message.offset);
  view.setFloat64(17, message.type === 'state' ? message.total : 0);
  bytes.set(body, headBytes);
  return bytes;
}

export function decodeWire(bytes: Uint8Array): PbftWire | undefined {
  if (bytes[0] !== kinds['ask-state'] && bytes[0] !== kinds.state) {
    const message = pbft.decodeMessage(bytes);
    return typeof message === 'string' ? undefined : message;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [sequence, offset, total] = [view.getFloat64(1), view.getFloat64(9), view.getFloat64(17)];
  if (bytes[0] === kinds['ask-state']) return { type: 'ask-state', sequence, offset };
  return { type: 'state', sequence, offset, total, bytes: bytes.slice(headBytes) };
}

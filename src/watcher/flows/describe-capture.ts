import { messageOf, QwError, type EpochMs } from '../../model/index.ts';
import {
  describeDatagram,
  describeSflow,
  isSflow,
  readCapture,
  TemplateMemory,
  type DescribedMessage,
  type DescribedSflow,
} from '../../observe/index.ts';
import { nodeDisk, readSmallFile } from '../../platform/index.ts';

/** One message of an exporter, as it stands in a file. */
export interface CapturedMessage {
  /** When it was captured; a file of messages alone does not say. */
  at?: EpochMs;
  from?: string;
  message: DescribedMessage | DescribedSflow;
}

const maxFileBytes = 1024 * 1024 * 1024;
const captureMagics: ReadonlySet<number> = new Set([0xa1b2_c3d4, 0xd4c3_b2a1, 0xa1b2_3c4d, 0x4d3c_b2a1, 0x0a0d_0d0a]);

/**
 * The messages of a capture (pcap, pcapng), or of a file that holds nothing but messages, as IPFIX files do (RFC 5655).
 * Datagrams that are no flow messages are passed over in captures. Throws CONFIG_UNREADABLE.
 */
export async function* describeCapture(path: string): AsyncGenerator<CapturedMessage> {
  const bytes = await readWhole(path);
  const memory = new TemplateMemory();
  if (bytes.length < 4 || !captureMagics.has(bytes.readUInt32BE(0))) {
    for (const message of messagesIn(bytes, '', memory)) yield { message };
    return;
  }
  for (const { at, source, payload } of readCapture(bytes)) {
    for (const message of messagesIn(payload, source, memory)) {
      if (message.version !== 0) yield { at, from: source, message };
    }
  }
}

function messagesIn(
  bytes: Uint8Array,
  exporter: string,
  memory: TemplateMemory,
): (DescribedMessage | DescribedSflow)[] {
  const sflow = isSflow(bytes) ? describeSflow(bytes) : undefined;
  return sflow ? [sflow] : describeDatagram(bytes, exporter, memory);
}

async function readWhole(path: string): Promise<Buffer> {
  let bytes: Buffer | undefined;
  try {
    bytes = await readSmallFile(nodeDisk, path, maxFileBytes);
  } catch (problem) {
    throw new QwError('CONFIG_UNREADABLE', `cannot read the file: ${messageOf(problem)}`, { where: path });
  }
  if (bytes === undefined) throw new QwError('CONFIG_UNREADABLE', 'cannot read the file: ENOENT', { where: path });
  return bytes;
}

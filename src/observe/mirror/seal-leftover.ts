import { createHash } from 'node:crypto';
import type { MirrorFile } from '../../model/index.ts';
import type { Disk } from '../../platform/index.ts';

const pieceBytes = 1024 * 1024;
/** Type and length of a block, which is never shorter than twelve bytes (draft-ietf-opsawg-pcapng, section 3.1). */
const headBytes = 8;
const smallestBlockBytes = 12;
const enhancedPacket = 6;

/** Finishes a file that a crash left: what was written of the last block is cut off, the rest is counted and hashed. */
export async function sealLeftover(disk: Disk, directory: string, name: string): Promise<MirrorFile> {
  const file = await disk.open(`${directory}/${name}`, 'write');
  try {
    const size = await file.size();
    const hash = createHash('sha256');
    let whole = 0;
    let packets = 0;
    for (let more = true; more;) {
      const piece = await file.read(whole, pieceBytes);
      const found = wholeBlocks(piece);
      hash.update(piece.subarray(0, found.bytes));
      whole += found.bytes;
      packets += found.packets;
      more = found.bytes > 0;
    }
    if (whole < size) {
      await file.truncate(whole);
      await file.sync();
    }
    return { name, bytes: whole, packets, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** The blocks that are whole in it: no frame is longer than a piece. */
function wholeBlocks(piece: Buffer): { bytes: number; packets: number } {
  let bytes = 0;
  let packets = 0;
  while (bytes + headBytes <= piece.length) {
    const length = piece.readUInt32LE(bytes + 4);
    if (length < smallestBlockBytes || bytes + length > piece.length) break;
    if (piece.readUInt32LE(bytes) === enhancedPacket) packets++;
    bytes += length;
  }
  return { bytes, packets };
}

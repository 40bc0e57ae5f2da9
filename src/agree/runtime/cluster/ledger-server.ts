import { entryHash } from '../../record/entry.ts';
import type { Hash } from '../../record/hash.ts';
import { tileLeaves, type LeafTiles } from '../../record/tiles.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { encodeFrame, type Frame } from './frames.ts';
import type { Epochs } from './epochs.ts';
import type { ParticipantId } from '../../protocol.ts';
import type { Transport } from '../../transport/transport.ts';

const maxEntries = 1024;
const maxBytes = 262_144;

/** How the ledger goes on after an epoch: by its end, or while it lasts by what its members have signed last. */
export function serveNext(
  { epochs, transport }: { epochs: Epochs; transport: Transport },
  newest: { note: string } | undefined,
  to: ParticipantId,
  epoch: number,
): void {
  const send = (frame: Frame) => transport.send(to, 'transfer', encodeFrame(frame));
  const base = epochs.of(epoch + 1)?.base;
  const note = base ? base.note : newest?.note;
  if (base && note === undefined) {
    const { certificate, root, size, state } = base;
    send({ type: 'checkpoint', epoch, certificate, root, size, state: Buffer.from(state), endsEpoch: true });
  } else if (note !== undefined) {
    send({ type: 'note', text: note });
  }
}

/** Serves entries of the ledger with the proof that the last of them stands where it should. */
export async function serveEntries(
  ledger: Ledger,
  { from, size }: Extract<Frame, { type: 'want-entries' }>,
): Promise<Extract<Frame, { type: 'entries' }> | undefined> {
  if (from >= size || size > ledger.size) return undefined;
  const records: Buffer[] = [];
  let bytes = 0;
  for (const record of await ledger.journal.read(from, Math.min(maxEntries, size - from))) {
    bytes += record.length;
    if (bytes > maxBytes && records.length > 0) break;
    records.push(Buffer.from(record));
  }
  if (records.length === 0) return undefined;
  const proof = await inclusionProof(ledger, from + records.length - 1, size);
  return { type: 'entries', from, size, records, proof };
}

async function inclusionProof(ledger: Ledger, position: number, size: number): Promise<Hash[]> {
  const { tiles } = ledger.chain;
  const leaves = new Map<number, Hash[]>();
  for (const tile of tiles.tilesOfInclusion(position, size)) leaves.set(tile, await readTile(ledger, tiles, tile));
  return tiles.inclusion(position, size, (tile) => leaves.get(tile) ?? []);
}

async function readTile(ledger: Ledger, tiles: LeafTiles, tile: number): Promise<Hash[]> {
  const from = tile * tileLeaves;
  const to = Math.min(tiles.size, from + tileLeaves);
  const leaves: Hash[] = [];
  while (from + leaves.length < to) {
    const records = await ledger.journal.read(from + leaves.length, to - from - leaves.length);
    if (records.length === 0) break;
    leaves.push(...records.map((record) => entryHash(record)));
  }
  return leaves;
}

/** The roots that the ledger had at these sizes, in their order. */
export async function rootsOf(ledger: Ledger, sizes: readonly number[]): Promise<Hash[]> {
  const { tiles } = ledger.chain;
  const leaves = new Map<number, Hash[]>();
  for (const tile of new Set(sizes.flatMap((size) => tiles.tilesOfRoot(size)))) {
    leaves.set(tile, await readTile(ledger, tiles, tile));
  }
  const roots = new Map<number, Hash>();
  return sizes.map((size) => {
    const root = roots.get(size) ?? tiles.rootAt(size, (tile) => leaves.get(tile) ?? []);
    roots.set(size, root);
    return root;
  });
}

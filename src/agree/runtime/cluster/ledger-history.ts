import { assert } from '../../../model/index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { readEntryHeader } from '../../record/entry.ts';
import { History } from './history.ts';
import { rootsOf } from './ledger-server.ts';

const readAtOnce = 2048;

/** Size and root of the ledger after each of the last sequences, from its entries. */
export async function historyOf(ledger: Ledger, sequence: number, count: number): Promise<History> {
  const history = new History(count);
  const first = Math.max(1, sequence - count + 1);
  const { position: end } = ledger.chain.complete;
  const ends = new Map<number, number>();
  let from = end;
  let before = 0;
  for (let low = Number.POSITIVE_INFINITY; from > 0 && low >= first;) {
    const next = Math.max(0, from - readAtOnce);
    for (let at = next; at < from;) {
      const records = await ledger.journal.read(at, from - at);
      assert(records.length > 0, 'the ledger yields every entry it has');
      for (const [index, record] of records.entries()) {
        const header = readEntryHeader(Buffer.from(record));
        assert(header, 'the ledger was verified');
        low = Math.min(low, header.sequence);
        if (header.sequence < first) before = Math.max(before, at + index + 1);
        else ends.set(header.sequence, Math.max(ends.get(header.sequence) ?? 0, at + index + 1));
      }
      at += records.length;
    }
    from = next;
  }
  const sizes: number[] = [];
  let size = before;
  for (let at = first; at <= sequence; at++) {
    size = ends.get(at) ?? size;
    sizes.push(size);
  }
  const roots = await rootsOf(ledger, sizes);
  for (const [index, one] of sizes.entries()) history.add(first + index, one, roots[index] ?? '');
  return history;
}

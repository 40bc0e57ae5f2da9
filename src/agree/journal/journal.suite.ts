import { describe, expect, it } from 'vitest';
import type { JournalRecord } from '../protocol.ts';
import type { OpenedJournal } from './journal.ts';

export interface JournalHarness {
  open(): Promise<OpenedJournal>;
  /** The process dies; what was not synced may be lost. Afterwards `open` is called again. */
  crash(): Promise<void>;
}

const record = (text: string): JournalRecord => Buffer.from(text);
const texts = (records: readonly JournalRecord[]) => records.map((bytes) => Buffer.from(bytes).toString());

/** What every journal must do; see the contract at `Journal`. */
export function describeJournal(name: string, makeHarness: () => Promise<JournalHarness>): void {
  describe(`journal contract: ${name}`, () => {
    it('begins at 0 and gives positions in order', async () => {
      const { journal, recovery } = await (await makeHarness()).open();
      expect(recovery).toMatchObject({ start: 0, end: 0, tornTail: undefined, corrupt: undefined });
      expect(journal.append([record('a'), record('b')])).toBe(2);
      expect(journal.append([record('c')])).toBe(3);
      expect(journal).toMatchObject({ start: 0, end: 3, durable: 0 });
      await journal.close();
    });

    it('reads what was appended, before it is durable too', async () => {
      const { journal } = await (await makeHarness()).open();
      journal.append([record('a'), record(''), record('c'), record('d')]);
      expect(texts(await journal.read(0, 10))).toEqual(['a', '', 'c', 'd']);
      expect(texts(await journal.read(1, 2))).toEqual(['', 'c']);
      expect(await journal.read(4, 10)).toEqual([]);
      await journal.close();
    });

    it('reports the durable prefix, and keeps it over a crash', async () => {
      const harness = await makeHarness();
      const first = await harness.open();
      first.journal.append([record('a'), record('b')]);
      expect(await first.journal.sync()).toBe(2);
      expect(first.journal.durable).toBe(2);
      first.journal.append([record('perhaps')]);
      await harness.crash();
      const second = await harness.open();
      expect(second.recovery.corrupt).toBeUndefined();
      expect(second.recovery.end).toBeGreaterThanOrEqual(2);
      expect(texts(await second.journal.read(0, 2))).toEqual(['a', 'b']);
      expect(second.journal.append([record('next')])).toBe(second.recovery.end + 1);
      await second.journal.close();
    });

    it('answers syncs that meet, each with at least what came before it', async () => {
      const { journal } = await (await makeHarness()).open();
      const ends = Array.from({ length: 20 }, (_, at) => {
        const end = journal.append([record(`r${at}`)]);
        return journal.sync().then((durable) => ({ end, durable }));
      });
      for (const { end, durable } of await Promise.all(ends)) expect(durable).toBeGreaterThanOrEqual(end);
      await journal.close();
    });

    it('goes on after closing', async () => {
      const harness = await makeHarness();
      const first = await harness.open();
      first.journal.append([record('a')]);
      await first.journal.close();
      const second = await harness.open();
      expect(second.recovery).toMatchObject({ start: 0, end: 1, tornTail: undefined });
      second.journal.append([record('b')]);
      expect(texts(await second.journal.read(0, 10))).toEqual(['a', 'b']);
      await second.journal.close();
    });

    it('forgets only what it may, and never the last record', async () => {
      const harness = await makeHarness();
      const first = await harness.open();
      for (let at = 0; at < 50; at++) {
        first.journal.append([record(`record ${at} ${'x'.repeat(100)}`)]);
        await first.journal.sync();
      }
      await first.journal.truncateBefore(20);
      expect(first.journal.start).toBeLessThanOrEqual(20);
      expect(texts(await first.journal.read(20, 1))[0]).toMatch(/^record 20 /);
      await first.journal.truncateBefore(1000);
      expect(first.journal.start).toBeLessThan(50);
      await first.journal.close();
      const second = await harness.open();
      expect(second.recovery).toMatchObject({ start: first.journal.start, end: 50, corrupt: undefined });
      expect(texts(await second.journal.read(49, 5))[0]).toMatch(/^record 49 /);
      await second.journal.close();
    });

    it('takes large records', async () => {
      const harness = await makeHarness();
      const first = await harness.open();
      const large = Buffer.alloc(3_000_000, 'large');
      first.journal.append([record('small'), large, record('small again')]);
      await first.journal.close();
      const second = await harness.open();
      const read = await second.journal.read(1, 1);
      expect(Buffer.compare(read[0] ?? Buffer.alloc(0), large)).toBe(0);
      await second.journal.close();
    });

    it('refuses to append when closed', async () => {
      const { journal } = await (await makeHarness()).open();
      await journal.close();
      expect(() => journal.append([record('late')])).toThrow(/closed/);
    });
  });
}

import { expect, test } from 'vitest';
import { FaultyDisk } from '../../src/agree/journal/faulty-disk.ts';
import { openFileJournal } from '../../src/agree/journal/file-journal.ts';
import { numbers } from '../../src/agree/pbft/cluster.fixture.ts';
import { QwError } from '../../src/model/index.ts';
import { fuzzSeed, inputs, mutate } from './mutate.ts';

/**
 * Opens journals whose files were changed in every way that bytes can be. What comes back is a prefix of what was
 * written, or less with the damage named; never other records, never anything but a typed error.
 */

const options = { directory: 'j', segmentBytes: 700, mustExist: false };
const written = Array.from({ length: 40 }, (_, at) => `record ${at} ${'x'.repeat(at * 3)}`);

async function journalOf(durableHead: boolean): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const { journal } = await openFileJournal({ ...options, disk, durableHead });
  for (let at = 0; at < written.length; at += 5) {
    journal.append(written.slice(at, at + 5).map((text) => Buffer.from(text)));
    await journal.sync();
  }
  await journal.close();
  return disk;
}

test.each([false, true])('a changed journal, head kept: %s', { timeout: 3_600_000 }, async (durableHead) => {
  const intact = await journalOf(durableHead);
  const paths = intact.paths();
  expect(paths.length).toBeGreaterThan(3);
  const corpus = paths.map((path) => intact.content(path));
  const pick = numbers(fuzzSeed);
  const seen = { whole: 0, damaged: 0, refused: 0 };
  for (let at = 0; at < inputs(3000); at++) {
    const disk = intact.crash('killed');
    const path = paths[pick(paths.length)] ?? '';
    if (pick(12) === 0) disk.drop(path);
    else disk.put(path, mutate(disk.content(path), corpus, pick));
    const place = `input ${at} of seed ${fuzzSeed}: ${path}`;
    try {
      const { journal, recovery } = await openFileJournal({ ...options, disk, durableHead });
      expect(recovery.start, place).toBe(journal.start);
      const records = await journal.read(recovery.start, 1000);
      const expected = written.slice(recovery.start, recovery.end);
      expect(
        records.map((record) => Buffer.from(record).toString()),
        place,
      ).toEqual(expected);
      // Whole segments may be missing in front, since a journal gives up its oldest; its owner knows what it needs.
      if (recovery.end < written.length && durableHead)
        expect(recovery.corrupt, `${place}: what was durable is missed`).toBeDefined();
      if (recovery.corrupt) {
        expect(journal.failure, `${place}: nothing is appended to a damaged journal`).toBeInstanceOf(QwError);
        seen.damaged += 1;
      } else seen.whole += 1;
      await journal.close().catch(() => undefined);
    } catch (problem) {
      if (!(problem instanceof QwError)) throw problem;
      seen.refused += 1;
    }
  }
  expect(seen.damaged, 'damage is found').toBeGreaterThan(0);
  expect(seen.whole, 'a torn tail or a change that means nothing is survived').toBeGreaterThan(0);
});

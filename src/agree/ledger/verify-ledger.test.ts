import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { FaultyDisk } from '../journal/faulty-disk.ts';
import { encodeFrame, encodeHead, frameHeaderBytes, readFrame, sealedBytes } from '../journal/frame.ts';
import { openCounter, request, signerOf } from '../runtime/counter.fixture.ts';
import { decodeEntry, encodeEntry, entryHash, readEntryHeader } from '../record/entry.ts';
import { verifyLedger } from './verify-ledger.ts';

const segments = { ledgerSegmentBytes: 3000, journalSegmentBytes: 3000 };

async function writtenLedger(requests: number): Promise<FaultyDisk> {
  const disk = new FaultyDisk();
  const { replica } = await openCounter(disk, segments);
  for (let at = 0; at < requests; at++) await replica.propose(request(`r${at}*2`));
  await replica.close();
  return disk;
}

interface Placed {
  position: number;
  file: string;
  from: number;
  to: number;
}

/** Where each entry lies, found without the code under test's scan. */
function places(disk: FaultyDisk): Placed[] {
  const found: Placed[] = [];
  for (const path of disk.paths().filter((name) => /ledger\/\d+\.log$/.test(name))) {
    const bytes = disk.content(path);
    for (let at = sealedBytes; at < bytes.length;) {
      const frame = readFrame(bytes, at);
      if (!frame || frame === 'more') throw new Error('the ledger was written whole');
      const to = at + frameHeaderBytes + frame.length;
      found.push({ position: frame.lsn, file: path, from: at, to });
      at = to;
    }
  }
  return found;
}

describe('verify', () => {
  let written: FaultyDisk;
  beforeAll(async () => {
    written = await writtenLedger(40);
  });

  it('accepts a whole ledger, closed or in use', async () => {
    expect(await verifyLedger('data', { disk: written })).toMatchObject({ ok: true, entries: 80 });
    const disk = written.crash('killed');
    const { replica } = await openCounter(disk, segments);
    await replica.propose(request('more'));
    expect(await verifyLedger('data', { disk })).toMatchObject({ ok: true, entries: 81 });
    expect((await verifyLedger('data', { disk })).root).toBe(replica.status().root);
    await replica.close();
  });

  it('finds any flipped bit in any file of the ledger, and names the entry and the place', async () => {
    const entries = places(written);
    const files = written.paths().filter((path) => path.startsWith('data/ledger/'));
    const bits = fc
      .constantFrom(...files)
      .chain((file) => fc.record({ file: fc.constant(file), bit: fc.nat(written.content(file).length * 8 - 1) }));
    await fc.assert(
      fc.asyncProperty(bits, async ({ file, bit }) => {
        const disk = written.crash('killed');
        disk.flipBit(file, bit);
        const result = await verifyLedger('data', { disk });
        expect(result.ok).toBe(false);
        expect(result.firstBad?.file).toBe(file.slice('data/'.length));
        const hit = entries.find((entry) => entry.file === file && entry.from <= bit / 8 && bit / 8 < entry.to);
        if (hit) expect(result.firstBad).toMatchObject({ position: hit.position, offset: hit.from });
      }),
      { numRuns: 500 },
    );
  });

  it('finds any flipped bit in the journal', async () => {
    const journal = written.paths().filter((path) => path.startsWith('data/journal/'));
    for (const file of journal) {
      for (let bit = 3; bit < written.content(file).length * 8; bit += 37) {
        const disk = written.crash('killed');
        disk.flipBit(file, bit);
        expect((await verifyLedger('data', { disk })).firstBad?.file).toBe(file.slice('data/'.length));
      }
    }
  });

  it('finds every missing file', async () => {
    for (const file of written.paths().filter((path) => !path.endsWith('snapshot'))) {
      const disk = written.crash('killed');
      disk.drop(file);
      const result = await verifyLedger('data', { disk });
      expect(result, file).toMatchObject({ ok: false });
      expect(result.firstBad?.reason, file).toMatch(/missing|does not say whose|durable/);
    }
  });

  it('finds a ledger that was cut, at any length', async () => {
    const last = written.paths().findLast((path) => /ledger\/\d+\.log$/.test(path)) ?? '';
    for (let length = 0; length < written.content(last).length; length += 13) {
      const disk = written.crash('killed');
      disk.cut(last, length);
      expect((await verifyLedger('data', { disk })).ok).toBe(false);
    }
  });

  it('finds a past that was rewritten with all checksums and hashes made right', async () => {
    const disk = written.crash('killed');
    const path = 'data/ledger/0000000000000000.log';
    for (const file of disk.paths().filter((name) => /ledger\/\d+\.log$/.test(name)))
      if (file !== path) disk.drop(file);
    const forged = [disk.content(path).subarray(0, sealedBytes)];
    let previous = '\0'.repeat(32);
    let chain = 0;
    for (const { position, file, from, to } of places(written)) {
      const record = written.content(file).subarray(from + frameHeaderBytes, to);
      const header = readEntryHeader(record);
      const entry = decodeEntry(record);
      if (!header || !entry) throw new Error('the ledger was written whole');
      const body = position === 30 ? { name: 'forged', before: 0 } : entry.body;
      const next = encodeEntry({ ...header, previous }, entry.kind, JSON.stringify(body));
      previous = entryHash(next);
      const frame = encodeFrame(next, position, 0, chain);
      chain = frame.readUInt32BE(0);
      forged.push(frame);
    }
    disk.put(path, Buffer.concat(forged));
    disk.put('data/ledger/head', encodeHead({ end: 80, chain }));
    const result = await verifyLedger('data', { disk });
    expect(result.ok).toBe(false);
    expect(result.firstBad?.reason).toMatch(/root does not match the signed checkpoint/);
    await expect(openCounter(disk, segments)).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });

  it('finds a checkpoint by another key', async () => {
    const other = signerOf('office', 9).publicKey;
    const result = await verifyLedger('data', { disk: written, publicKey: other });
    expect(result.firstBad).toMatchObject({ file: 'ledger/checkpoint' });
  });

  it('says so when there is no ledger', async () => {
    expect(await verifyLedger('nowhere', { disk: new FaultyDisk() })).toMatchObject({ ok: false, entries: 0 });
  });
});

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeDisk, type Disk } from '../../platform/index.ts';
import { Ring } from './ring.ts';
import { sealLeftover } from './seal-leftover.ts';
import { shredFile } from './shred.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'qw-ring-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const MiB = 1024 * 1024;
function ringOf(sizeBytes: number, disk: Disk = nodeDisk): Ring {
  const interfaces = [{ name: 'eth0', link: 'ethernet', snapBytes: 65_535 }] as const;
  return new Ring({ disk, directory, interfaces, application: 'test', comment: 'why', sizeBytes });
}
const frame = (bytes: number) => ({
  interface: 0,
  seconds: 1,
  nanoseconds: 0,
  bytes: Buffer.alloc(bytes, 7),
  originalBytes: bytes,
});
const sha256 = (name: string) =>
  createHash('sha256')
    .update(readFileSync(join(directory, name)))
    .digest('hex');

test('files are bounded, the oldest make room, and each has its hash', async () => {
  const ring = ringOf(32 * MiB);
  for (let each = 0; each < 960; each++) ring.add(frame(65_000));
  const files = await ring.close();
  expect(ring.dropped).toBe(0);
  expect(ring.packets).toBe(960);
  expect(ring.overwritten).toBeGreaterThan(5);
  expect(files.map(({ name }) => name)).toEqual(readdirSync(directory).toSorted());
  expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(32 * MiB);
  for (const { name, bytes, sha256: told } of files) {
    expect(statSync(join(directory, name)).size).toBe(bytes);
    expect(sha256(name)).toBe(told);
  }
});

test('a disk that is full is told, and frames that came then are counted as lost', async () => {
  const full: Disk = { ...nodeDisk, open: () => Promise.reject(new Error('no space left on device')) };
  const ring = ringOf(32 * MiB, full);
  ring.add(frame(100));
  await ring.close();
  expect(ring.problem).toBe('no space left on device');
  ring.add(frame(100));
  expect([ring.packets, ring.dropped]).toEqual([0, 2]);
});

test('a disk that fills up in the middle of a file leaves it whole, and what found no room is lost', async () => {
  let roomBytes = 3 * MiB;
  const small: Disk = {
    ...nodeDisk,
    open: async (path, mode) => {
      const file = await nodeDisk.open(path, mode);
      return {
        write: async (at, bytes) => {
          const part = bytes.subarray(0, Math.max(0, roomBytes));
          roomBytes -= bytes.length;
          // As the system does it: what has room is written first.
          await file.write(at, part);
          if (part.length < bytes.length) throw new Error('no space left on device');
        },
        read: (at, length) => file.read(at, length),
        sync: () => file.sync(),
        truncate: (length) => file.truncate(length),
        size: () => file.size(),
        close: () => file.close(),
      };
    },
  };
  const ring = ringOf(512 * MiB, small);
  for (let each = 0; each < 60; each++) ring.add(frame(65_000));
  const [file] = await ring.close();
  expect(ring.problem).toBe('no space left on device');
  expect(file?.bytes).toBe(statSync(join(directory, '000001.pcapng')).size);
  expect(file?.sha256).toBe(sha256('000001.pcapng'));
  expect(file?.packets).toBe(ring.packets);
  expect(ring.packets).toBeGreaterThan(0);
  expect(ring.packets + ring.dropped).toBe(60);
  expect(await sealLeftover(nodeDisk, directory, '000001.pcapng')).toEqual(file);
});

test('nothing captured is no file', async () => {
  expect(await ringOf(32 * MiB).close()).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});

test('a shredded file was overwritten before it was removed', async () => {
  writeFileSync(join(directory, 'a'), 'secret'.repeat(1000));
  const written: Buffer[] = [];
  const steps: string[] = [];
  const watched: Disk = {
    ...nodeDisk,
    open: async (path, mode) => {
      const file = await nodeDisk.open(path, mode);
      return {
        write: async (at, bytes) => {
          written.push(Buffer.from(bytes));
          steps.push('write');
          await file.write(at, bytes);
        },
        read: (at, length) => file.read(at, length),
        sync: async () => {
          steps.push('sync');
          await file.sync();
        },
        truncate: (length) => file.truncate(length),
        size: () => file.size(),
        close: () => file.close(),
      };
    },
    remove: async (path) => {
      steps.push('remove');
      await nodeDisk.remove(path);
    },
  };
  expect(await shredFile(watched, directory, 'a')).toBeUndefined();
  expect(Buffer.concat(written)).toHaveLength(6000);
  expect(Buffer.concat(written).includes('secret')).toBe(false);
  expect(steps).toEqual(['write', 'sync', 'sync', 'remove']);
  expect(readdirSync(directory)).toEqual([]);
  expect(await shredFile(nodeDisk, directory, 'a')).toBeUndefined();
});

test('a file that a crash left is cut to its last whole packet, counted and hashed', async () => {
  const ring = ringOf(32 * MiB);
  for (let each = 0; each < 25; each++) ring.add(frame(60_000));
  const [whole] = await ring.close();
  const bytes = readFileSync(join(directory, '000001.pcapng'));
  expect(await sealLeftover(nodeDisk, directory, '000001.pcapng')).toEqual(whole);
  for (const lost of [1, 11, 59_999, 60_043]) {
    writeFileSync(join(directory, '000002.pcapng'), bytes.subarray(0, bytes.length - lost));
    const sealed = await sealLeftover(nodeDisk, directory, '000002.pcapng');
    expect(sealed.packets).toBe(24);
    expect(sealed.sha256).toBe(sha256('000002.pcapng'));
    expect(statSync(join(directory, '000002.pcapng')).size).toBe(sealed.bytes);
  }
});

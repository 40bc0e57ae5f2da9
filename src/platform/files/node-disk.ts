import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { constants } from 'node:fs';
import { systemErrorCode, type Disk, type DiskFile } from './disk.ts';
import { lockFolder } from './folder-lock.ts';

/** Owner only: a ledger tells much about a network. */
const fileMode = 0o600;
const folderMode = 0o700;

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }

  async read(position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }

  /** fdatasync: it also makes a grown size durable, and leaves out the times that nobody reads. */
  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** The machine's disk, by the thread pool: the event loop never waits for it. */
export const nodeDisk: Disk = {
  async open(path, mode) {
    // O_DSYNC: one call of the system, and one turn of the thread pool, where write and fdatasync take two.
    const through = mode === 'write-through' ? constants.O_DSYNC : 0;
    const flags = mode === 'read' ? constants.O_RDONLY : constants.O_RDWR | constants.O_CREAT | through;
    return new NodeFile(await open(path, flags, fileMode));
  },
  async list(directory) {
    try {
      return (await readdir(directory)).toSorted();
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    }
  },
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: folderMode });
  },
  rename,
  remove: (path) => rm(path),
  async syncDirectory(path) {
    const handle = await open(path, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  lock: lockFolder,
};

import { assert } from '../../model/index.ts';
import type { Disk, DiskFile, OpenMode } from '../../platform/index.ts';

export type DiskOperation = 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'create' | 'syncDirectory';

/** What happens at one changing operation; `index` counts them from 0. */
export type Fault =
  | undefined
  /** The call fails, half of a write having happened. */
  | { fail: 'EIO' | 'ENOSPC' }
  /** The write lands elsewhere in the file, and reports success. */
  | { misdirectBytes: number }
  /** The call takes until this resolves. */
  | { wait: Promise<void> }
  /** The power goes before it happens: this call and all later ones never return. */
  | 'power-off';

export type FaultPlan = (operation: DiskOperation, path: string, index: number) => Fault;

/**
 * What is left for the next start. `killed`: the process died, the kernel kept everything. `lost`: everything that was
 * not synced is gone. A function decides for each unsynced write how many of its bytes reached the disk.
 */
export type CrashMode = 'killed' | 'lost' | ((bytes: number) => number);

interface Change {
  position: number;
  bytes: Buffer;
}

/** A file's content as processes see it and as the platter has it. */
class Inode {
  cached: Buffer = Buffer.alloc(0);
  durable: Buffer = Buffer.alloc(0);
  unsynced: Change[] = [];

  write(change: Change): void {
    this.cached = overlay(this.cached, change);
    this.unsynced.push(change);
  }

  truncate(length: number): void {
    this.cached = this.cached.subarray(0, length);
    this.unsynced = this.unsynced.map(({ position, bytes }) => ({
      position,
      bytes: bytes.subarray(0, Math.max(0, length - position)),
    }));
    // A cut reaches the platter at once, which is the harder case: what it cut off cannot come back by luck.
    this.durable = this.durable.subarray(0, length);
  }

  sync(): void {
    this.durable = this.cached;
    this.unsynced = [];
  }

  afterCrash(mode: CrashMode): Inode {
    const copy = new Inode();
    copy.durable = this.durable;
    if (mode === 'killed') {
      copy.cached = this.cached;
      copy.unsynced = [...this.unsynced];
      return copy;
    }
    if (typeof mode === 'function') {
      for (const { position, bytes } of this.unsynced) {
        const kept = bytes.subarray(0, mode(bytes.length));
        if (kept.length > 0) copy.durable = overlay(copy.durable, { position, bytes: kept });
      }
    }
    copy.cached = copy.durable;
    return copy;
  }
}

function overlay(content: Buffer, { position, bytes }: Change): Buffer {
  const result = Buffer.alloc(Math.max(content.length, position + bytes.length));
  content.copy(result);
  bytes.copy(result, position);
  return result;
}

/**
 * A disk in memory that behaves as badly as disks do: it forgets what was not synced (names in folders included), tears
 * writes, rots, misdirects, fails and stalls. Deterministic.
 */
export class FaultyDisk implements Disk {
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  #index = 0;
  #dead = false;
  readonly counts: Partial<Record<DiskOperation, number>> = {};
  plan: FaultPlan = () => undefined;
  readonly #powerOff = Promise.withResolvers<void>();
  /** Resolves when the power goes. */
  readonly poweredOff: Promise<void> = this.#powerOff.promise;

  /** Changing operations so far. */
  get operations(): number {
    return this.#index;
  }

  /** The disk as the next start finds it; this one goes on unchanged. */
  crash(mode: CrashMode): FaultyDisk {
    const next = new FaultyDisk();
    const copies = new Map<Inode, Inode>();
    const copyOf = (inode: Inode): Inode => {
      const copy = copies.get(inode) ?? inode.afterCrash(mode);
      copies.set(inode, copy);
      return copy;
    };
    for (const [path, inode] of mode === 'lost' ? this.#durableNames : this.#names) {
      next.#names.set(path, copyOf(inode));
    }
    // After a kill the kernel still holds what was not synced, and may lose it later; after a power cut all is settled.
    for (const [path, inode] of mode === 'killed' ? this.#durableNames : next.#names) {
      next.#durableNames.set(path, mode === 'killed' ? copyOf(inode) : inode);
    }
    return next;
  }

  flipBit(path: string, bit: number): void {
    const inode = this.#inode(path);
    const rotten = Buffer.from(inode.cached);
    const at = Math.floor(bit / 8);
    rotten.writeUInt8(rotten.readUInt8(at) ^ (1 << (bit % 8)), at);
    inode.cached = inode.durable = rotten;
  }

  cut(path: string, length: number): void {
    const inode = this.#inode(path);
    inode.cached = inode.durable = inode.cached.subarray(0, length);
  }

  content(path: string): Buffer {
    return this.#inode(path).cached;
  }

  put(path: string, bytes: Buffer): void {
    const inode = this.#names.get(path) ?? new Inode();
    inode.cached = inode.durable = bytes;
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  drop(path: string): void {
    this.#names.delete(path);
    this.#durableNames.delete(path);
  }

  paths(): string[] {
    return [...this.#names.keys()].toSorted();
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    if (mode !== 'read' && !this.#names.has(path)) {
      await this.#change('create', path, () => this.#names.set(path, new Inode()));
    }
    if (!this.#names.has(path)) throw systemError('ENOENT', path);
    const inode = this.#inode(path);
    return {
      write: async (position, bytes) => {
        await this.#write(path, inode, { position, bytes: Buffer.from(bytes) });
        // Between the two the power may go, as it may in the middle of a real one.
        if (mode === 'write-through') await this.#change('sync', path, () => inode.sync());
      },
      read: (position, length) => this.#alive(Buffer.from(inode.cached.subarray(position, position + length))),
      sync: () => this.#change('sync', path, () => inode.sync()),
      truncate: (length) => this.#change('truncate', path, () => inode.truncate(length)),
      size: () => this.#alive(inode.cached.length),
      close: () => this.#alive(undefined),
    };
  }

  list(directory: string): Promise<string[]> {
    const prefix = `${directory}/`;
    const inside = this.paths().filter((path) => path.startsWith(prefix));
    return this.#alive(inside.map((path) => path.slice(prefix.length)).filter((name) => !name.includes('/')));
  }

  makeDirectory(): Promise<void> {
    return this.#alive(undefined);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change('rename', from, () => {
      this.#names.set(to, this.#inode(from));
      this.#names.delete(from);
    });
  }

  remove(path: string): Promise<void> {
    return this.#change('remove', path, () => this.#names.delete(path));
  }

  syncDirectory(directory: string): Promise<void> {
    return this.#change('syncDirectory', directory, () => {
      const inside = (path: string) => path.startsWith(`${directory}/`);
      for (const path of this.#durableNames.keys()) if (inside(path)) this.#durableNames.delete(path);
      for (const [path, inode] of this.#names) if (inside(path)) this.#durableNames.set(path, inode);
    });
  }

  lock(): Promise<() => Promise<void>> {
    return this.#alive(() => this.#alive(undefined));
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    assert(inode, `the file ${path} exists`);
    return inode;
  }

  #write(path: string, inode: Inode, change: Change): Promise<void> {
    return this.#change(
      'write',
      path,
      (fault) => {
        const shift = typeof fault === 'object' && 'misdirectBytes' in fault ? fault.misdirectBytes : 0;
        inode.write({ ...change, position: change.position + shift });
      },
      () => inode.write({ ...change, bytes: change.bytes.subarray(0, change.bytes.length / 2) }),
    );
  }

  async #change(
    operation: DiskOperation,
    path: string,
    happen: (fault: Fault) => void,
    halfHappen?: () => void,
  ): Promise<void> {
    await this.#alive(undefined);
    const fault = this.plan(operation, path, this.#index);
    this.#index += 1;
    this.counts[operation] = (this.counts[operation] ?? 0) + 1;
    if (fault === 'power-off') {
      this.#dead = true;
      this.#powerOff.resolve();
      await this.#alive(undefined);
    } else if (fault && 'fail' in fault) {
      halfHappen?.();
      throw systemError(fault.fail, path);
    } else if (fault && 'wait' in fault) {
      await fault.wait;
    }
    happen(fault);
  }

  /** Nothing returns after the power went. */
  #alive<Value>(value: Value): Promise<Value> {
    return this.#dead ? new Promise<never>(() => undefined) : Promise.resolve(value);
  }
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

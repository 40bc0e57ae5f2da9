/**
 * Files as durable parts see them. The real disk is `node-disk.ts`; tests hand in one that tears writes, forgets what
 * was not synced and fails. Failures are thrown as they come from the system, with their `code` (`ENOSPC`, `EIO`).
 */
export interface Disk {
  /** `write` and `write-through` create the file when it is missing; `read` throws ENOENT. */
  open(path: string, mode: OpenMode): Promise<DiskFile>;
  /** Names in a folder, sorted; none when the folder is missing. */
  list(directory: string): Promise<string[]>;
  makeDirectory(path: string): Promise<void>;
  /** Replaces the target at once. */
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes creations, renames and removals inside a folder durable. */
  syncDirectory(path: string): Promise<void>;
  /** Takes the folder for this process, or throws DATA_LOCKED; resolves to what releases it. */
  lock(directory: string): Promise<() => Promise<void>>;
}

/** `write-through`: a write resolves when it is durable, without a `sync` of its own. */
export type OpenMode = 'read' | 'write' | 'write-through';

export interface DiskFile {
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** Fewer bytes than asked for only at the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
  /** Makes content and size durable. After a failure the state of the disk is unknown: never retry. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** The `code` of a system error, such as `ENOENT`. */
export function systemErrorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** The whole file, or undefined when it is missing. For small files: more than the limit is an error. */
export async function readSmallFile(disk: Disk, path: string, limitBytes: number): Promise<Buffer | undefined> {
  let file;
  try {
    file = await disk.open(path, 'read');
  } catch (error) {
    // Where the folder is a file, whoever uses the folder says so.
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return undefined;
    throw error;
  }
  try {
    const bytes = await file.size();
    if (bytes > limitBytes) throw new RangeError(`${path} has ${bytes} bytes, at most ${limitBytes} are expected`);
    return await file.read(0, bytes);
  } finally {
    await file.close();
  }
}

/** Writes beside the target, syncs, renames, syncs the folder: afterwards the file is the old or the new one, whole. */
export async function replaceFile(disk: Disk, directory: string, name: string, bytes: Uint8Array): Promise<void> {
  await replace(disk, { directory, name, bytes }, true);
}

/** The same for what only has to outlive this process: nothing waits for the disk, and a power cut may cost the file. */
export async function replaceFileSoon(disk: Disk, directory: string, name: string, bytes: Uint8Array): Promise<void> {
  await replace(disk, { directory, name, bytes }, false);
}

async function replace(
  disk: Disk,
  { directory, name, bytes }: { directory: string; name: string; bytes: Uint8Array },
  mustLast: boolean,
): Promise<void> {
  const temporary = `${directory}/${name}.new`;
  const file = await disk.open(temporary, 'write');
  try {
    await file.truncate(0);
    await file.write(0, bytes);
    if (mustLast) await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, `${directory}/${name}`);
  if (mustLast) await disk.syncDirectory(directory);
}

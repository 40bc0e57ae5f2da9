import { randomBytes } from 'node:crypto';
import { messageOf } from '../../model/index.ts';
import { systemErrorCode, type Disk } from '../../platform/index.ts';

const pieceBytes = 1024 * 1024;

/**
 * Overwrites a file with noise, makes that durable, and removes it. On flash and on file systems that copy on write (Btrfs,
 * ZFS, snapshots) old blocks may outlive this: there only encryption of the disk helps. Returns what went wrong, as a
 * sentence; a file that is gone is no problem. It is removed even where it could not be overwritten.
 */
export async function shredFile(disk: Disk, directory: string, name: string): Promise<string | undefined> {
  const path = `${directory}/${name}`;
  let problem: string | undefined;
  try {
    const file = await disk.open(path, 'read').then(async (found) => {
      await found.close();
      return disk.open(path, 'write');
    });
    try {
      const bytes = await file.size();
      for (let at = 0; at < bytes; at += pieceBytes)
        await file.write(at, randomBytes(Math.min(pieceBytes, bytes - at)));
      await file.sync();
      await file.truncate(0);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (systemErrorCode(thrown) === 'ENOENT') return undefined;
    problem = `${name} could not be overwritten: ${messageOf(thrown)}`;
  }
  try {
    await disk.remove(path);
    await disk.syncDirectory(directory);
  } catch (thrown) {
    problem = `${name} could not be removed: ${messageOf(thrown)}`;
  }
  return problem;
}

import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { QwError } from '../../model/index.ts';
import { systemErrorCode } from './disk.ts';
import { bootId } from '../linux/boot-id.ts';

/**
 * One process owns a folder. Node has no flock, so ownership is a file `lock-<generation>` that names its owner.
 *
 * Taking over from a dead owner must not race with others that do the same, therefore a generation is never reused and
 * never removed while it is the highest: who finds the highest generation dead or released creates the next one
 * (by `link`, which fails when it exists, and shows the content at once), then looks whether it is still the highest.
 * Only the owner of a higher generation removes lower ones; releasing writes `released` into one's own.
 */
export async function lockFolder(directory: string): Promise<() => Promise<void>> {
  const owner = await describeProcess(process.pid);
  for (;;) {
    const highest = (await generations(directory)).at(-1) ?? 0;
    if (highest > 0) await refuseIfAlive(directory, highest);
    const mine = highest + 1;
    if (!(await claim(directory, mine, owner))) continue;
    const present = await generations(directory);
    if (present.at(-1) !== mine) {
      await rm(lockPath(directory, mine), { force: true });
      continue;
    }
    for (const older of present) if (older < mine) await rm(lockPath(directory, older), { force: true });
    return () => writeFile(lockPath(directory, mine), 'released\n');
  }
}

const lockPath = (directory: string, generation: number) => `${directory}/lock-${generation}`;

async function generations(directory: string): Promise<number[]> {
  const numbers = (await readdir(directory)).map((name) => Number(/^lock-(\d+)$/.exec(name)?.[1] ?? 0));
  return numbers.filter((number) => number > 0).sort((a, b) => a - b);
}

async function refuseIfAlive(directory: string, generation: number): Promise<void> {
  const path = lockPath(directory, generation);
  let text;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  const pid = Number(/^pid (\d+)$/m.exec(text)?.[1] ?? 0);
  if (pid > 0 && isAlive(pid) && (await describeProcess(pid)) === text) {
    throw new QwError('DATA_LOCKED', `the data folder is in use by process ${pid}`, { where: path, facts: { pid } });
  }
}

async function claim(directory: string, generation: number, owner: string): Promise<boolean> {
  const unique = `${directory}/claim-${process.pid}-${crypto.randomUUID()}`;
  try {
    await writeFile(unique, owner, { flag: 'wx', mode: 0o600 });
    await link(unique, lockPath(directory, generation));
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(unique, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** Process ids are reused: boot and start time (field 22 of proc_pid_stat(5)) tell two owners of one number apart. */
async function describeProcess(pid: number): Promise<string> {
  const boot = await bootId();
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
  return `pid ${pid}\nstarted ${started}\nboot ${boot}\n`;
}

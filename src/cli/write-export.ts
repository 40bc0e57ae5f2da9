import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { QwError } from '../model/index.ts';

/** Remembers which files are ours: no others are ever removed. */
const listName = '.quorumwatch-export.json';
/** What a watcher may name: no way leads out of the folder, whoever answers. */
const path = /^(?!.*(^|\/)\.)[a-z0-9._-]+(\/[a-z0-9._-]+)*$/i;
const maxFiles = 100_000;

/**
 * Puts files into a folder that may be served meanwhile: each one is the old or the new one, whole, those that lead to
 * others come after those, and what is no more goes last. Whoever stops in between leaves a site without a dead link, and
 * may run it again. Throws CONFLICT for a folder with other things in it.
 */
export async function writeExport(
  directory: string,
  files: readonly { path: string; text: string }[],
): Promise<{ written: number; removed: number }> {
  const wrong = files.find((file) => !path.test(file.path) || file.path === listName);
  if (wrong || files.length > maxFiles) {
    throw new QwError('BAD_INPUT', `the watcher names a file that cannot be one: ${JSON.stringify(wrong?.path)}`);
  }
  await mkdir(directory, { recursive: true });
  const before = await listOf(directory);
  const names = new Set(files.map((file) => file.path));
  // Before anything is written: what a stop leaves behind is ours as well.
  await write(directory, listName, JSON.stringify([...new Set([...before, ...names])]));
  let written = 0;
  for (const file of files) {
    if ((await textOf(join(directory, file.path))) === file.text) continue;
    await write(directory, file.path, file.text);
    written++;
  }
  const gone = before.filter((one) => !names.has(one));
  for (const one of gone) await rm(join(directory, one), { force: true });
  await write(directory, listName, JSON.stringify([...names]));
  return { written, removed: gone.length };
}

async function listOf(directory: string): Promise<string[]> {
  const text = await textOf(join(directory, listName));
  if (text !== undefined) {
    try {
      const list: unknown = JSON.parse(text);
      if (Array.isArray(list)) return list.filter((one): one is string => typeof one === 'string' && path.test(one));
    } catch {
      throw new QwError('CONFLICT', 'the list of what was exported is damaged', {
        where: join(directory, listName),
        hint: 'export into an empty folder',
      });
    }
  }
  const [other] = await readdir(directory);
  if (other === undefined) return [];
  throw new QwError('CONFLICT', `the folder holds other things, such as ${JSON.stringify(other)}`, {
    where: directory,
    hint: 'export into an empty or new folder',
  });
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Readable by everybody, unlike what a watcher keeps for itself: a web server runs as another user. */
async function write(directory: string, name: string, text: string): Promise<void> {
  const target = join(directory, name);
  await mkdir(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `.${basename(target)}.new`);
  await writeFile(temporary, text, { mode: 0o644, flush: true });
  await rename(temporary, target);
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeDisk, replaceFile } from '../../platform/index.ts';
import type { RunFile } from '../client.ts';

/** What a running watcher leaves in its data folder for the commands beside it. */

export async function writeRunFile(data: string, run: Pick<RunFile, 'url'>, token: string): Promise<RunFile> {
  const written: RunFile = { pid: process.pid, url: run.url, tokenFile: join(data, 'run.token') };
  await replaceFile(nodeDisk, data, 'run.token', Buffer.from(`${token}\n`));
  await replaceFile(nodeDisk, data, 'run.json', Buffer.from(`${JSON.stringify(written)}\n`));
  return written;
}

export async function removeRunFile(data: string): Promise<void> {
  // A folder that cannot be written any more keeps them; they lead nowhere now.
  for (const file of ['run.json', 'run.token']) await rm(join(data, file), { force: true }).catch(() => undefined);
}

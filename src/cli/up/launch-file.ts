import { z } from 'zod';
import { messageOf, QwError } from '../../model/index.ts';
import { nodeDisk, readSmallFile, replaceFile } from '../../platform/index.ts';

/** Lies beside the folders of watchers that are launched together. */
const launchFile = 'launch.json';

const schema = z.strictObject({
  watchers: z.array(z.strictObject({ id: z.string(), dir: z.string(), listen: z.string() })).min(2),
  /** Of the configuration file that was put in force last. */
  configurationHash: z.string().optional(),
});

export type LaunchFile = z.output<typeof schema>;

/** What was launched in this folder before; undefined when nothing was. */
export async function readLaunchFile(data: string): Promise<LaunchFile | undefined> {
  const where = `${data}/${launchFile}`;
  try {
    const bytes = await readSmallFile(nodeDisk, where, 1_048_576);
    return bytes && schema.parse(JSON.parse(bytes.toString()));
  } catch (thrown) {
    throw new QwError('DATA_FOREIGN', `the list of watchers cannot be read: ${messageOf(thrown)}`, { where });
  }
}

export function writeLaunchFile(data: string, content: LaunchFile): Promise<void> {
  return replaceFile(nodeDisk, data, launchFile, Buffer.from(`${JSON.stringify(content, undefined, 2)}\n`));
}

import { readFile } from 'node:fs/promises';

/** Another one after each start of the machine (proc_sys_kernel(5)); `unknown` where there is none. */
export async function bootId(): Promise<string> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown');
  return text.trim();
}

import { join } from 'node:path';
import { sharedFolder } from '../../test/support/shared.ts';
import type { Office } from './office.ts';

const web = 'http://203.0.113.80';

/** Downloads of some seconds: whether each was completed. */
export function downloads(office: Office, count: number): Promise<boolean[]> {
  const chunks = 400;
  const command = ['curl', '-sS', '-m', '20', '-o', '/dev/null', '-w', '%{size_download}', `${web}/slow/${chunks}/10`];
  const one = async () => Number(await office.output('pc', ...command)) === chunks * 1024;
  return Promise.all(Array.from({ length: count }, one));
}

/** Sessions that send 1 kB every 20 ms and have it echoed: whether each went on until its end. */
export function chats(office: Office, count: number): Promise<boolean[]> {
  const chat = join(sharedFolder, 'netlab/proto/tcpchat.py');
  const one = async () => {
    const output = await office.output('pc', chat, '203.0.113.80', '7', '4');
    return (JSON.parse(output) as { end: string }).end === 'finished';
  };
  return Promise.all(Array.from({ length: count }, one));
}

/** A download whose server falls silent: when its client was told that it is over. */
export async function stuckDownload(office: Office): Promise<number> {
  await office.output('pc', 'curl', '-sS', '-m', '20', '-o', '/dev/null', `${web}/slow/3000/10`);
  return Date.now();
}

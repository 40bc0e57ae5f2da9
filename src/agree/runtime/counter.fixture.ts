import { createPrivateKey } from 'node:crypto';
import { systemClock, type Disk } from '../../platform/index.ts';
import { ed25519Signer } from '../crypto/signer.ts';
import type { EntryDraft, LedgerEntry } from '../record/entry.ts';
import type { Application } from './application.ts';
import { openReplica, type ReplicaOptions } from './open-replica.ts';
import type { Replica } from './replica.ts';

/** A small application for tests. A request `name*3` makes three entries, `name*0` none, `refuse` is refused. */
export class Counter implements Application {
  /** Entries by request name, in order. */
  names: string[] = [];
  restored = 0;

  execute(request: Uint8Array): EntryDraft[] {
    const text = Buffer.from(request).toString();
    if (text === 'refuse') throw new Error('refused by the application');
    const [name = '', count = '1'] = text.split('*');
    return Array.from({ length: Number(count) }, (_, part) => ({
      kind: 'counted',
      // What was counted before shows whether a request saw the state after all earlier entries.
      body: { name: `${name}/${part}`, before: this.names.length },
    }));
  }

  apply(entry: LedgerEntry): void {
    this.names.push(nameOf(entry));
  }

  snapshot(): Uint8Array {
    return Buffer.from(JSON.stringify(this.names));
  }

  restore(snapshot: Uint8Array): void {
    this.names = JSON.parse(Buffer.from(snapshot).toString());
    this.restored = this.names.length;
  }
}

export function nameOf(entry: LedgerEntry): string {
  return (entry.body as { name: string }).name;
}

export function signerOf(watcher: string, byte = 7) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]);
  return ed25519Signer(watcher, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

export async function openCounter(
  disk: Disk,
  more: Partial<ReplicaOptions> = {},
): Promise<{ replica: Replica; application: Counter }> {
  const application = new Counter();
  const replica = await openReplica({
    directory: 'data',
    core: 'solo',
    application,
    clock: systemClock,
    signer: signerOf('office'),
    disk,
    ...more,
  });
  return { replica, application };
}

export const request = (text: string): Uint8Array => Buffer.from(text);

export async function allEntries(replica: Replica): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let page = await replica.read(0, 100); page.length > 0; page = await replica.read(entries.length, 100)) {
    entries.push(...page);
  }
  return entries;
}

import type { LedgerEntry } from '../../agree/index.ts';
import type { AuditBody } from '../../model/index.ts';
import type { Audit, NewAudit } from '../accounts/audit.ts';
import { receiptText, type DeletionReceipt } from './collector/retention.ts';

const what = 'delete flows';

/** A deletion as the ledger keeps it. Who asked for one stands in an entry of its own, as with every request. */
export function deletionEvent(watcher: string, receipt: DeletionReceipt): NewAudit {
  return {
    by: watcher,
    identity: 'nobody',
    what,
    on: receipt.kind,
    text: receiptText(receipt),
    from: '',
    outcome: 'done',
  };
}

/** What the ledger says of records of a watcher that are gone. */
export function deletionTexts(entry: LedgerEntry, watcher: string): string[] {
  if (entry.kind !== 'audit') return [];
  const { watcher: by, events } = entry.body as AuditBody;
  return by === watcher ? events.flatMap((event) => (event.what === what ? (event.text ?? []) : [])) : [];
}

/** The same of entries that are at hand. */
export function isDeletionRecorded(audit: Pick<Audit, 'list'>, watcher: string, text: string): boolean {
  return audit.list({ what, by: watcher }).some((one) => one.text === text);
}

import type { NewAudit } from '../accounts/audit.ts';
import { receiptText, type DeletionReceipt } from './collector/retention.ts';

/** A deletion as the ledger keeps it. Who asked for one stands in an entry of its own, as with every request. */
export function deletionEvent(watcher: string, receipt: DeletionReceipt): NewAudit {
  return {
    by: watcher,
    identity: 'nobody',
    what: 'delete flows',
    on: receipt.kind,
    text: receiptText(receipt),
    from: '',
    outcome: 'done',
  };
}

import { enLedgerKinds } from './en-ledger-kinds.ts';
import { t } from './text.ts';

/** A watcher of a later version may send kinds that this page does not know: they keep their name. */
export function ledgerKindText(kind: string): string {
  return Object.hasOwn(enLedgerKinds, kind) ? t(`ledgerKinds.${kind as keyof typeof enLedgerKinds}`) : kind;
}

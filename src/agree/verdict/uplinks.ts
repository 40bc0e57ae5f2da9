import { QwError, type LedgerRequest } from '../../model/index.ts';
import type { Draft } from './draft.ts';

/** A watcher tells what it has done. It may tell it again after a crash: then it is there already. */
export function tellOfUplink(
  draft: Draft,
  { kind, watcher, record }: Extract<LedgerRequest, { kind: 'uplink-switch' | 'uplink-drill' }>,
): void {
  if (record.watcher !== watcher) {
    throw new QwError('FORBIDDEN', `${watcher} speaks for ${record.watcher}`, {
      hint: 'a watcher speaks for itself only',
    });
  }
  const { switches, drills } = draft.uplinkPast;
  if ([...switches, ...drills].some(({ id }) => id === record.id)) {
    throw new QwError('CONFLICT', `${record.id} is in the ledger already`, { facts: { executed: true } });
  }
  if (kind === 'uplink-switch') draft.emit({ kind, body: record });
  else draft.emit({ kind, body: record });
}

import type { JournalRecord, ParticipantId } from '../protocol.ts';
import type { Authority } from './authority.ts';
import { decodeRecord, type PbftRecord } from './journal-record.ts';
import type { Header } from './messages.ts';

/**
 * Tells the guard of every vote that the journal holds. The guard's memory is written apart and later, so a crash may take
 * from it what the journal still has; a journal that is set back afterwards would find a guard that knows of nothing.
 */
export function recall(records: readonly JournalRecord[], self: ParticipantId, authority: Authority): void {
  const own: PbftRecord[] = [];
  for (const bytes of records) {
    const record = decodeRecord(bytes);
    // Votes of a former epoch are signed under another domain, and bind nobody in this one.
    if (record?.type === 'epoch') own.length = 0;
    if (record) own.push(record);
  }
  for (const record of own) {
    if (record.type === 'accepted') {
      const { prePrepare, prepare } = record;
      if (prePrepare.header.signer === self) recallHeader(prePrepare.header, authority);
      if (prepare) authority.vote(prepare, { kind: 'prepare', view: prepare.view, sequence: prepare.sequence });
    } else if (record.type === 'commit') {
      const { commit } = record;
      authority.vote(commit, { kind: 'commit', view: commit.view, sequence: commit.sequence });
    } else if (record.type === 'view-change') {
      authority.vote(record.viewChange, { kind: 'view-change', view: record.viewChange.view, sequence: 0 });
    } else if (record.type === 'new-view' && record.newView.signer === self) {
      for (const header of record.newView.headers) if (header.signer === self) recallHeader(header, authority);
      authority.vote(record.newView, { kind: 'new-view', view: record.newView.view, sequence: 0 });
    }
  }
}

function recallHeader(header: Header, authority: Authority): void {
  const { view, sequence } = header;
  authority.vote({ type: 'pre-prepare', header }, { kind: 'pre-prepare', view, sequence });
}

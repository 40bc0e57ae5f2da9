import { QwError, type LedgerRequest } from '../../model/index.ts';
import type { Draft } from './draft.ts';

type DashboardRequest = Extract<LedgerRequest, { kind: 'dashboard' }>;

/** All of them stand in every snapshot, so together they stay below 14 million characters. */
const maxDashboards = 200;
const maxDocumentLength = 65_536;

/**
 * People save or remove a dashboard. Only its bounds are looked at here: what else it must be may change with the version
 * of the program, and members of different versions have to come to the same ledger.
 */
export function changeDashboard(draft: Draft, { name, by, document, base }: DashboardRequest): void {
  const before = draft.dashboards.get(name);
  const position = before?.position ?? 0;
  if (base !== undefined && base !== position) {
    const found = position === 0 ? 'there is none now' : `it was changed at position ${position}`;
    throw new QwError('CONFLICT', `dashboard ${name} is another than the one that was edited: ${found}`, {
      hint: 'read it again, and make the change there',
      facts: { position },
    });
  }
  if (document === undefined) {
    if (!before) throw new QwError('NOT_FOUND', `there is no dashboard ${name} in the ledger`);
    draft.emit({ kind: 'dashboard', body: { name, by } });
    return;
  }
  if (nameOf(document) !== name) {
    throw new QwError('BAD_INPUT', `the document is not named ${name}`, {
      hint: 'its key `name` says what it is called',
    });
  }
  const text = JSON.stringify(document);
  if (text.length > maxDocumentLength) {
    throw new QwError('REQUEST_TOO_LARGE', `a dashboard has at most ${maxDocumentLength} characters, as JSON`, {
      hint: 'make two of it',
    });
  }
  if (!before && draft.dashboards.size >= maxDashboards) {
    throw new QwError('CONFLICT', `there are ${maxDashboards} dashboards, the most that the ledger keeps`, {
      hint: 'remove one that nobody needs',
    });
  }
  if (before && JSON.stringify(before.document) === text) return;
  draft.emit({ kind: 'dashboard', body: { name, by, document } });
}

function nameOf(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'name' in document ? document.name : undefined;
}

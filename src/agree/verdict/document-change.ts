import { QwError, type LedgerRequest } from '../../model/index.ts';
import type { Draft } from './draft.ts';
import type { Documents } from './documents.ts';

type DocumentRequest = Extract<LedgerRequest, { kind: 'dashboard' | 'flow-view' }>;

interface Bounds {
  what: string;
  many: string;
  most: number;
  longest: number;
  of: (draft: Draft) => Documents;
}

/** All of them stand in every snapshot, so together they stay below 16 million characters. */
const bounds: Readonly<Record<DocumentRequest['kind'], Bounds>> = {
  dashboard: { what: 'dashboard', many: 'dashboards', most: 200, longest: 65_536, of: ({ dashboards }) => dashboards },
  // A statement of SQL has up to 20,000 characters, a filter 4000; most views have a hundred.
  'flow-view': {
    what: 'view of traffic',
    many: 'views of traffic',
    most: 100,
    longest: 32_768,
    of: ({ flowViews }) => flowViews,
  },
};

/**
 * People save, rename or remove a dashboard or a view of traffic. Only its bounds are looked at here: what else it must be
 * may change with the version of the program, and members of different versions have to come to the same ledger.
 */
export function changeDocument(draft: Draft, request: DocumentRequest): void {
  const { kind, name, by, document, base } = request;
  const { what, many, most, longest, of } = bounds[kind];
  const known = of(draft);
  const isRenamed = request.kind === 'flow-view' && document !== undefined && request.was !== name;
  const was = isRenamed ? request.was : undefined;
  const before = known.get(was ?? name);
  const position = before?.position ?? 0;
  if (base !== undefined && base !== position) {
    const found = position === 0 ? 'there is none now' : `it was changed at position ${position}`;
    throw new QwError('CONFLICT', `${what} ${was ?? name} is another than the one that was edited: ${found}`, {
      hint: 'read it again, and make the change there',
      facts: { position },
    });
  }
  if (!before && (document === undefined || was !== undefined))
    throw new QwError('NOT_FOUND', `there is no ${what} ${was ?? name} in the ledger`);
  if (document === undefined) {
    draft.emit({ kind, body: { name, by } });
    return;
  }
  if (was !== undefined && known.has(name)) {
    throw new QwError('CONFLICT', `there is a ${what} ${name} already`, { hint: 'choose another name' });
  }
  if (nameOf(document) !== name) {
    throw new QwError('BAD_INPUT', `the document is not named ${name}`, {
      hint: 'its key `name` says what it is called',
    });
  }
  const text = JSON.stringify(document);
  if (text.length > longest) {
    throw new QwError('REQUEST_TOO_LARGE', `a ${what} has at most ${longest} characters, as JSON`, {
      hint: 'make two of it',
    });
  }
  if (!before && known.size >= most) {
    throw new QwError('CONFLICT', `there are ${most} ${many}, the most that the ledger keeps`, {
      hint: 'remove one that nobody needs',
    });
  }
  if (was === undefined && before && JSON.stringify(before.document) === text) return;
  draft.emit({ kind, body: { name, by, document, ...(was !== undefined && { was }) } });
}

function nameOf(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'name' in document ? document.name : undefined;
}

import { QwError, type Incident, type LedgerRequest } from '../../model/index.ts';
import type { Draft } from './draft.ts';
import { withUpdate } from './incident-record.ts';

type PostmortemRequest = Extract<LedgerRequest, { kind: 'incident-postmortem' }>;

/**
 * Keeps what was learned. Whoever edits says which revision it was that they read, so that nobody's work is undone
 * unseen: CONFLICT otherwise.
 */
export function writePostmortem(draft: Draft, incident: Incident, request: PostmortemRequest): void {
  const { by, text, published, base } = request;
  const { postmortem: before, ...rest } = incident;
  const at = draft.time;
  // Who asks for what is there already, the same request come twice say, undoes nobody's work.
  if ((before?.text ?? '') === text && (before?.published !== undefined) === (published && text !== '')) return;
  if (base !== undefined && base !== (before?.revision ?? 0)) {
    const found = before ? `${before.by} has saved revision ${before.revision}` : 'it was taken back';
    throw new QwError(
      'CONFLICT',
      `the postmortem of incident ${incident.id} is another than the one edited: ${found}`,
      {
        hint: 'read it again, and make the change there',
        facts: { revision: before?.revision ?? 0 },
      },
    );
  }
  if (text === '') {
    const taken = withUpdate(rest, { at, by, kind: 'postmortem', text: 'The postmortem was taken back.' });
    draft.emit({ kind: 'incident', body: taken });
    return;
  }
  const postmortem: Incident['postmortem'] = {
    text,
    by,
    at,
    revision: (before?.revision ?? 0) + 1,
    ...(published && { published: before?.published ?? { by, at } }),
  };
  const said = wordFor(before?.published !== undefined, published);
  const next: Incident = { ...rest, postmortem };
  // Saving a draft again and again would fill the timeline: one line each time that another does it is enough.
  const last = incident.updates.at(-1);
  const again = last?.kind === 'postmortem' && last.by === by && last.text === said;
  const updates = again ? incident.updates.slice(0, -1) : incident.updates;
  draft.emit({ kind: 'incident', body: withUpdate({ ...next, updates }, { at, by, kind: 'postmortem', text: said }) });
}

function wordFor(wasPublished: boolean, published: boolean): string {
  if (!published) return wasPublished ? 'The postmortem is a draft again.' : 'A draft of the postmortem was saved.';
  return wasPublished ? 'The published postmortem was changed.' : 'The postmortem was published.';
}

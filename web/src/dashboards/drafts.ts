import { writeDuration } from '../charts/duration.ts';
import { dashboardHref, navigate } from '../router.ts';

/** Dashboards that were begun and are not saved: made new, copied, or read from a file. They live as long as the page. */

const drafts = new Map<string, unknown>();
/** Begun ones are small, and nobody begins many. */
const most = 20;

export const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A title as a name: `Office, uplinks` becomes `office-uplinks`. */
export const nameFrom = (title: string): string =>
  title
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');

/** Keeps a document under its name, and goes to edit it. */
export function beginDraft(name: string, document: unknown): void {
  const oldest = drafts.keys().next().value;
  if (drafts.size >= most && oldest !== undefined) drafts.delete(oldest);
  drafts.set(name, document);
  navigate(`${dashboardHref(name)}?edit`);
}

export const draftOf = (name: string): unknown => drafts.get(name);
export const endDraft = (name: string): boolean => drafts.delete(name);

/** A document with another name and title. */
export const renamed = (document: unknown, name: string, title: string): unknown => ({
  ...(typeof document === 'object' && document !== null ? document : {}),
  name,
  title,
});

export const emptyDocument = (name: string, title: string): unknown => ({
  version: 1,
  name,
  title,
  range: writeDuration(21_600_000),
  charts: [],
});

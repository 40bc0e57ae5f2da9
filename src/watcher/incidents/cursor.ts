import { QwError, type Incident } from '../../model/index.ts';
import type { IncidentPlace } from '../../store/index.ts';

/** Where a page of incidents ends, as text: what opens or ends meanwhile moves nothing from page to page. */

export function placeOf({ id, status }: Incident): IncidentPlace {
  return { resolved: status === 'resolved', id: Number(id) };
}

export function writeCursor({ resolved, id }: IncidentPlace): string {
  return `${resolved ? 'resolved' : 'open'}-${id}`;
}

/** Undefined for the first page. Throws BAD_INPUT. */
export function readCursor(text: string | undefined): IncidentPlace | undefined {
  if (text === undefined) return undefined;
  const [, state, id] = /^(open|resolved)-(\d{1,15})$/.exec(text) ?? [];
  if (state !== undefined) return { resolved: state === 'resolved', id: Number(id) };
  throw new QwError('BAD_INPUT', `expected the next of the page before as cursor, found ${JSON.stringify(text)}`);
}

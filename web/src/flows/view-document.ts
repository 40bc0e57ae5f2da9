import type { FlowViewDocument } from '../../../src/model/index.ts';
import { writeDuration } from '../charts/duration.ts';
import { rangeFrom } from '../charts/range.ts';
import { filterOf, readView, stepChanges } from './view.ts';

/** What the address says as a document with a name, and back. What is usual stands in neither. */

export interface Naming {
  name: string;
  title: string;
  description?: string;
}

/** `usualMs` is how far back is shown when the address says nothing. */
export function documentOf(address: URLSearchParams, naming: Naming, usualMs: number): FlowViewDocument {
  const view = readView(address);
  const filter = filterOf(view);
  const { by } = stepChanges(view);
  const sql = address.get('sql') ?? '';
  const rank = address.get('rank');
  const least = Number(address.get('least') ?? 0);
  const range = rangeFrom(address, usualMs);
  return {
    version: 1,
    name: naming.name,
    title: naming.title,
    ...((naming.description ?? '') !== '' && { description: naming.description }),
    ...(view.show !== 'flows' && { show: view.show }),
    ...(view.view !== 'source-destination' && { view: view.view }),
    ...(filter !== '' && { filter }),
    ...(by !== '' && { by: [...view.by] }),
    ...(view.measure !== 'bytes' && { measure: view.measure }),
    ...(view.statistic !== 'total' && { statistic: view.statistic }),
    ...(view.point !== 'average' && { point: view.point }),
    ...(view.compare !== 'off' && { compare: view.compare }),
    ...(address.get('lines') === 'single' && { stacked: false }),
    ...(view.show === 'latency' && rank !== null && { rank: rank as NonNullable<FlowViewDocument['rank']> }),
    ...(view.show === 'latency' && least > 0 && { least }),
    ...(view.show === 'sql' && sql !== '' && { sql }),
    ...(range.kind === 'between' && {
      from: new Date(range.fromMs).toISOString(),
      to: new Date(range.toMs).toISOString(),
    }),
    ...(range.kind === 'last' && range.lengthMs !== usualMs && { range: writeDuration(range.lengthMs) }),
  };
}

const plain = [
  'show',
  'view',
  'filter',
  'measure',
  'statistic',
  'point',
  'compare',
  'rank',
  'sql',
  'range',
  'from',
  'to',
] as const;

/** The address of a document, of as much of it as can be read: whoever wrote it may have left out what it must have. */
export function addressOf(document: unknown): URLSearchParams {
  const given = (typeof document === 'object' && document !== null ? document : {}) as Record<string, unknown>;
  const address = new URLSearchParams();
  for (const key of plain) {
    const value = given[key];
    if (typeof value === 'string' && value !== '') address.set(key, value);
  }
  const { by, least } = given;
  if (Array.isArray(by)) address.set('by', by.filter((key) => typeof key === 'string').join(','));
  if (typeof least === 'number') address.set('least', String(least));
  if (given['stacked'] === false) address.set('lines', 'single');
  return address;
}

/** Whether an address shows what a document says, by whatever words. */
export function shows(address: URLSearchParams, document: unknown, usualMs: number): boolean {
  const nameless = { name: '', title: '' };
  const [now, kept] = [address, addressOf(document)].map((one) => JSON.stringify(documentOf(one, nameless, usualMs)));
  return now === kept;
}

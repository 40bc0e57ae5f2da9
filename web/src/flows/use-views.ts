import { useEffect } from 'preact/hooks';
import type { ApiFlowView, ApiPage, FlowViewDocument } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { request } from '../api/session.ts';
import { useResource, type Resource } from '../parts/use-resource.ts';
import { t } from '../text/text.ts';
import { addressOf } from './view-document.ts';

/** All views of traffic, read again whenever somebody saved or removed one. */
export function useViews(): Resource<ApiPage<ApiFlowView>> {
  const views = useResource('flow-views', (signal) => request<ApiPage<ApiFlowView>>('GET', '/flows/views', { signal }));
  const { reload } = views;
  useEffect(() => onLedgerEvent(({ kind }) => kind === 'flow-view' && reload()), []);
  return views;
}

const pathOf = (name: string) => `/flows/views/${encodeURIComponent(name)}`;
/** Of the one that the change rests on; 0 for one that shall be new. */
const based = (position: number) => ({ 'if-match': `"${position}"` });

/** `was` is the name before, where it gets another one. Rejects with ProblemError. */
export const saveView = (document: FlowViewDocument, base: number, was?: string): Promise<ApiFlowView> =>
  request<ApiFlowView>('PUT', pathOf(document.name), {
    headers: based(base),
    query: { was },
    text: { type: 'application/yaml', content: JSON.stringify(document) },
  });

/** Rejects with ProblemError. */
export const removeView = ({ name, position = 0 }: ApiFlowView): Promise<unknown> =>
  request('DELETE', pathOf(name), { headers: based(position) });

const readyMade = ['monitoring', 'forensics', 'security', 'cost', 'capacity', 'nat', 'drops'] as const;
const readyMadeOf = ({ name, source }: ApiFlowView) =>
  source === 'built-in' ? readyMade.find((one) => one === name) : undefined;

/** In the language of the page; what people wrote stays as they wrote it. */
export function titleOf(view: ApiFlowView): string {
  const known = readyMadeOf(view);
  return known === undefined ? view.title : t(`flowViews.names.${known}`);
}

export function aboutOf(view: ApiFlowView): string {
  const known = readyMadeOf(view);
  if (known !== undefined) return t(`flowViews.about.${known}`);
  const given = view.document as { description?: unknown } | null | undefined;
  return typeof given?.description === 'string' ? given.description : '';
}

export function hrefOf({ name, document }: ApiFlowView): string {
  const address = addressOf(document);
  address.set('saved', name);
  return `/flows?${address.toString()}`;
}

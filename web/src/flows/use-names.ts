import { request } from '../api/session.ts';
import { useResource } from '../parts/use-resource.ts';
import type { ConditionField } from './conditions.ts';

/** What the watcher calls what a field holds; other fields have values that nobody could list. */
const kinds: Readonly<Partial<Record<ConditionField, string>>> = {
  exporter: 'exporter',
  'source-name': 'name',
  'destination-name': 'name',
  'source-network': 'network',
  'destination-network': 'network',
};
const mostNames = 50;

/** Names that begin so, to choose from; none where there are none to know, or where they cannot be had. */
export function useNames(field: ConditionField, prefix: string): string[] {
  const kind = kinds[field];
  const { data } = useResource(`names ${kind ?? ''} ${kind === undefined ? '' : prefix}`, async (signal) => {
    if (kind === undefined) return [];
    const query = { prefix, limit: mostNames };
    const { items } = await request<{ items: { kind: string; text: string }[] }>('GET', '/flows/names', {
      query,
      signal,
    });
    return items.filter((item) => item.kind === kind).map(({ text }) => text);
  });
  return data ?? [];
}

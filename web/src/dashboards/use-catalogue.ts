import type { ApiMetric, ApiPage } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { useResource } from '../parts/use-resource.ts';

/** All metrics that this watcher knows, none before they have come. */
export function useCatalogue(): readonly ApiMetric[] {
  const { data } = useResource('metrics', (signal) => request<ApiPage<ApiMetric>>('GET', '/metrics', { signal }));
  return data?.items ?? [];
}

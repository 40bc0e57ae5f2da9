import { request } from '../api/session.ts';
import { useResource, type Resource } from '../parts/use-resource.ts';

/** What `GET /configuration` answers; `document` as it was written. */
export interface InForce {
  document: unknown;
  yaml: string;
  position: number;
}

export function useConfiguration(): Resource<InForce> {
  return useResource('configuration', (signal) => request<InForce>('GET', '/configuration', { signal }));
}

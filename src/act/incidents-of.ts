import type { NotificationBody } from '../model/index.ts';

/** The ids of the incidents that a message is about. */
export function incidentsOf({ incident, others = [] }: NotificationBody): string[] {
  return [incident.id, ...others.map(({ id }) => id)];
}

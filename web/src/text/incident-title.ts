import type { ApiIncident } from '../../../src/model/index.ts';
import { t } from './text.ts';

/** The titles that the cluster gives are sentences of a known form; others are somebody's words and stay. */
export function incidentTitle({ title, check }: Pick<ApiIncident, 'title' | 'check'>): string {
  const rest = title.startsWith(check) ? title.slice(check.length) : '';
  if (rest === ' is down') return t('incidentTitle.down', { check });
  if (rest === ' is degraded') return t('incidentTitle.degraded', { check });
  const by = / is failed on purpose: a drill by (.*)$/s.exec(rest)?.[1];
  return by === undefined ? title : t('incidentTitle.drill', { check, by });
}

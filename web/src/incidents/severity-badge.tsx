import type { ApiIncident } from '../../../src/model/index.ts';
import { t } from '../text/text.ts';

/** How urgent a policy says it is; the word stands beside that of the impact, which may be the same. */
export function SeverityBadge({ severity }: { severity: NonNullable<ApiIncident['severity']> }) {
  return <span class="badge">{t('handling.severityIs', { severity: t(`handling.severities.${severity}`) })}</span>;
}

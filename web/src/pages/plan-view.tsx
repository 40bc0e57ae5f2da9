import type { ApiPlan } from '../../../src/model/index.ts';
import { Name } from '../parts/bidi.tsx';
import { t } from '../text/text.ts';

const signs = { add: '+', remove: '−', change: '~' } as const;

const shown = (value: unknown): string =>
  value === undefined || value === null
    ? t('configuration.absent')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

/** What a new configuration would change, field by field. */
export function PlanView({ plan }: { plan: ApiPlan }) {
  if (plan.changes.length === 0) return <p class="quiet">{t('configuration.noChanges')}</p>;
  return (
    <ul class="plan">
      {plan.changes.map((change) => (
        <li key={`${change.section} ${change.name}`} class={`plan-${change.change}`}>
          <p class="plan-head">
            <span class="plan-sign" aria-hidden="true">
              {signs[change.change]}
            </span>
            <span>{t(`change.${change.change}`)}</span> <span class="quiet">{change.section}</span>{' '}
            <Name text={change.name} />
          </p>
          {change.fields.length > 0 && (
            <dl class="plan-fields">
              {change.fields.map((field) => (
                <div key={field.path}>
                  <dt>{field.path}</dt>
                  <dd>
                    {change.change !== 'add' && <del>{shown(field.before)}</del>}{' '}
                    {change.change !== 'remove' && <ins>{shown(field.after)}</ins>}
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}

import type { ApiPlan } from '../../../src/model/index.ts';
import { Name } from '../parts/bidi.tsx';
import { t } from '../text/text.ts';
import { planLines } from './plan-lines.ts';

const signs = { add: '+', remove: '−', change: '~' } as const;

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
          <dl class="plan-fields">
            {planLines(change.fields).map(({ path, before, after }) => (
              <div key={path}>
                <dt>{path}</dt>
                <dd>
                  {change.change !== 'add' && <del>{before ?? t('configuration.absent')}</del>}{' '}
                  {change.change !== 'remove' && <ins>{after ?? t('configuration.absent')}</ins>}
                </dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}

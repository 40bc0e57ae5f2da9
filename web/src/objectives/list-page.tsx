import type { ApiObjective, ApiPage } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { AlertViews } from '../frame/navigation.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { objectiveHref } from '../router.ts';
import { t } from '../text/text.ts';
import { BudgetBar, ObjectiveState, rate, reached } from './objective-state.tsx';

const refreshMs = 30_000;
const pageSize = 200;
const example = `objectives:
  - name: shop
    goal: 99.9
    checks: [shop-web]`;

/** Objectives with what is left of their budgets. */
export function ObjectivesPage() {
  const { data, problem, reload } = useResource(
    'objectives',
    (signal) => request<ApiPage<ApiObjective>>('GET', '/objectives', { query: { limit: pageSize }, signal }),
    { refreshMs },
  );
  return (
    <Page title={t('objectives.title')}>
      <AlertViews />
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data?.items.length === 0 && (
        <>
          <Empty title={t('objectives.none')} text={t('objectives.noneText')} />
          <pre class="code">{example}</pre>
        </>
      )}
      {data && data.items.length > 0 && (
        <div class="panel table-scroll" role="region" aria-label={t('objectives.title')} tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('objectives.objective')}</th>
                <th scope="col">{t('objectives.state')}</th>
                <th scope="col" class="number">
                  {t('objectives.goal')}
                </th>
                <th scope="col" class="number">
                  {t('objectives.reached')}
                </th>
                <th scope="col">{t('objectives.left')}</th>
                <th scope="col" class="number">
                  {t('objectives.burn')}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((objective) => (
                <Row key={objective.name} objective={objective} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  );
}

function Row({ objective }: { objective: ApiObjective }) {
  return (
    <tr>
      <th scope="row">
        <a href={objectiveHref(objective.name)}>
          <bdi>{objective.name}</bdi>
        </a>
        {objective.comment !== undefined && (
          <div class="quiet">
            <bdi>{objective.comment}</bdi>
          </div>
        )}
      </th>
      <td>
        <ObjectiveState state={objective.state} />
      </td>
      <td class="number">{reached(objective.goal)}</td>
      <td class="number">{reached(objective.compliance)}</td>
      <td>
        <BudgetBar objective={objective} />
      </td>
      <td class="number">{rate(objective.burnRate)}</td>
    </tr>
  );
}

import { useState } from 'preact/hooks';
import type { ApiClusterMember, ApiDemonstration, ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { mayAct, request } from '../api/session.ts';
import { Section } from '../parts/page.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { t } from '../text/text.ts';

const refreshMs = 2000;
const orders = ['lie', 'stop', 'cut', 'heal'] as const;
type Order = (typeof orders)[number];

/** Where the whole cluster runs on one machine for a demonstration: make a watcher lie, stop or be cut off. */
export function Demonstration({ members }: { members: readonly ApiClusterMember[] }) {
  const { data, reload } = useResource(
    'demonstration',
    (signal) => request<ApiDemonstration>('GET', '/demonstration', { signal }),
    { refreshMs },
  );
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const [said, setSaid] = useState('');
  const give = async (watcher: string, fault: Order) => {
    try {
      await request('POST', '/demonstration', { body: { watcher, fault } });
      setProblem(undefined);
      setSaid(t(`demonstration.done.${fault}`, { watcher }));
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
    reload();
  };
  return (
    <Section id="demonstration-title" title={t('demonstration.title')}>
      <p class="quiet">{t('demonstration.hint')}</p>
      <ul class="demonstration">
        {members.map(({ id }) => {
          const fault = data?.faults.find(({ watcher }) => watcher === id)?.fault;
          return (
            <li key={id}>
              <span class="demonstration-name">
                <bdi>{id}</bdi>
                {fault && <span class="badge badge-warn">{t(`demonstration.now.${fault}`)}</span>}
              </span>
              <span class="buttons" role="group" aria-label={t('demonstration.with', { watcher: id })}>
                {orders
                  .filter((order) => (order === 'heal' ? fault !== undefined : fault === undefined))
                  .map((order) => (
                    <button
                      key={order}
                      type="button"
                      class="button"
                      disabled={!mayAct()}
                      onClick={() => void give(id, order)}
                    >
                      {t(`demonstration.order.${order}`)}
                    </button>
                  ))}
              </span>
            </li>
          );
        })}
      </ul>
      <p role="status" class="quiet">
        {said}
      </p>
      {problem && <ProblemView problem={problem} retry={reload} />}
    </Section>
  );
}

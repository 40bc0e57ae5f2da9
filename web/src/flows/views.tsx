import { useState } from 'preact/hooks';
import type { ApiFlowView, ApiProblem, FlowViewDocument } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { mayAct } from '../api/session.ts';
import { Name } from '../parts/bidi.tsx';
import { At } from '../parts/moment.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { query } from '../router.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { saveView, titleOf, useViews } from './use-views.ts';
import { ViewDialog, type ViewTask } from './view-dialogs.tsx';
import { documentOf, shows } from './view-document.ts';
import { ViewsMenu } from './views-menu.tsx';

/** Views by name: a menu to open them, a button to save what is on screen. */
export function Views({ usualMs }: { usualMs: number }) {
  const { data, problem, reload } = useViews();
  const [task, setTask] = useState<ViewTask | undefined>(undefined);
  const views = data?.items ?? [];
  // To whoever may not see who talks to whom the page says so below.
  if (problem?.status === 403) return null;
  const open = views.find(({ name }) => name === query.value.get('saved'));
  return (
    <>
      <ViewsMenu views={views} problem={problem} reload={reload} onTask={setTask} />
      {mayAct() && data && (
        <button type="button" class="button" onClick={() => setTask({ kind: 'save' })}>
          {t('flowViews.saveAs')}
        </button>
      )}
      {open && <OpenView key={`${open.name} ${open.position}`} view={open} usualMs={usualMs} reload={reload} />}
      {task && (
        <ViewDialog
          task={task}
          views={views}
          usualMs={usualMs}
          onClose={() => {
            setTask(undefined);
            reload();
          }}
        />
      )}
    </>
  );
}

/** Which view this is, whose it is, and whether what is on screen is still what it says. */
function OpenView({ view, usualMs, reload }: { view: ApiFlowView; usualMs: number; reload: () => void }) {
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const isChanged = !shows(query.value, view.document, usualMs);
  const update = async () => {
    const { name, title, description } = view.document as FlowViewDocument;
    const naming = { name, title, ...(description !== undefined && { description }) };
    try {
      await saveView(documentOf(query.peek(), naming, usualMs), view.position ?? 0);
      reload();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <div class="open-view" role="status">
      <p>
        <strong>
          <Name text={t('flowViews.shown', { title: isolated(titleOf(view)) })} />
        </strong>
        {view.by !== undefined && (
          <span class="quiet">
            <bdi>{t('flowViews.by', { name: isolated(view.by) })}</bdi>, <At time={view.at} />
          </span>
        )}
        {isChanged && <span class="quiet">{t('flowViews.changed')}</span>}
        {isChanged && view.source === 'ledger' && mayAct() && (
          <button type="button" class="link-button" onClick={() => void update()}>
            {t('flowViews.update')}
          </button>
        )}
      </p>
      {view.problem !== undefined && (
        <p class="field-problem">
          <bdi lang="en">{t('flowViews.problem', { reason: view.problem })}</bdi>
        </p>
      )}
      {problem && <ProblemView problem={problem} />}
    </div>
  );
}

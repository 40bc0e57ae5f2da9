import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiFlowView, ApiProblem } from '../../../src/model/index.ts';
import { mayAct } from '../api/session.ts';
import { download } from '../charts/export.ts';
import { Name } from '../parts/bidi.tsx';
import { At } from '../parts/moment.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { query } from '../router.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { Forensics } from './forensics.tsx';
import { ImportView } from './import-view.tsx';

import { aboutOf, hrefOf, titleOf } from './use-views.ts';
import type { ViewTask } from './view-dialogs.tsx';

interface MenuProps {
  views: readonly ApiFlowView[];
  problem: ApiProblem | undefined;
  reload: () => void;
  onTask: (task: ViewTask) => void;
}

/** All views that have a name: ready-made ones, then those that people saved. */
export function ViewsMenu({ views, problem, reload, onTask }: MenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const address = query.value;
  const close = () => {
    if (menu.current) menu.current.open = false;
  };
  // Whatever was chosen is in the address.
  useEffect(close, [address]);
  const saved = views.filter(({ source }) => source === 'ledger');
  return (
    <details
      ref={menu}
      class="moments ready-views"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || menu.current?.open !== true) return;
        close();
        menu.current.querySelector('summary')?.focus();
      }}
    >
      <summary class="button">{t('flowViews.title')}</summary>
      <div class="menu ready-menu">
        {problem && views.length === 0 && <ProblemView problem={problem} retry={reload} />}
        {views.length > 0 && (
          <>
            <h3>{t('flowViews.ready')}</h3>
            <ul>
              {views
                .filter(({ source }) => source === 'built-in')
                .map((view) => (
                  <li key={view.name}>
                    <ViewLink view={view} />
                  </li>
                ))}
            </ul>
            <h3>{t('flowViews.saved')}</h3>
            {saved.length === 0 && <p class="quiet ready-none">{t('flowViews.none')}</p>}
            <ul>
              {saved.map((view) => (
                <li key={view.name}>
                  <ViewLink view={view} />
                  <SavedFacts
                    view={view}
                    onTask={(task) => {
                      close();
                      onTask(task);
                    }}
                  />
                </li>
              ))}
            </ul>
            {mayAct() && <ImportView views={views} reload={reload} />}
          </>
        )}
        <Forensics />
      </div>
    </details>
  );
}

function ViewLink({ view }: { view: ApiFlowView }) {
  const about = aboutOf(view);
  const isOpen = query.value.get('saved') === view.name;
  return (
    <a href={hrefOf(view)} aria-current={isOpen ? 'true' : undefined}>
      <strong>
        <Name text={titleOf(view)} />
      </strong>
      {about !== '' && (
        <span class="quiet">
          <bdi>{about}</bdi>
        </span>
      )}
      {view.problem !== undefined && (
        <span class="field-problem">
          <bdi lang="en">{t('flowViews.problem', { reason: view.problem })}</bdi>
        </span>
      )}
    </a>
  );
}

/** Who saved it and when, and what can be done with it. */
function SavedFacts({ view, onTask }: { view: ApiFlowView; onTask: (task: ViewTask) => void }) {
  const [failed, setFailed] = useState(false);
  const label = (action: string) => t('flowViews.of', { action, title: isolated(view.title) });
  const save = async () => {
    try {
      const { writeText } = await import('../dashboards/yaml.ts');
      download(`${view.name}.traffic.yaml`, new Blob([writeText(view.document)], { type: 'application/yaml' }));
    } catch {
      setFailed(true);
    }
  };
  return (
    <p class="quiet ready-facts">
      <span>
        <bdi>{t('flowViews.by', { name: isolated(view.by ?? '') })}</bdi>, <At time={view.at} />
      </span>
      <button type="button" class="link-button" aria-label={label(t('flowViews.export'))} onClick={() => void save()}>
        {t('flowViews.export')}
      </button>
      {mayAct() && (
        <>
          <button
            type="button"
            class="link-button"
            aria-label={label(t('flowViews.rename'))}
            onClick={() => onTask({ kind: 'rename', view })}
          >
            {t('flowViews.rename')}
          </button>
          <button
            type="button"
            class="link-button"
            aria-label={label(t('flowViews.remove'))}
            onClick={() => onTask({ kind: 'remove', view })}
          >
            {t('flowViews.remove')}
          </button>
        </>
      )}
      {failed && <span role="alert">{t('flowViews.exportFailed')}</span>}
    </p>
  );
}

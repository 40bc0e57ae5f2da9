import { useState } from 'preact/hooks';
import type { ApiFlowView, ApiProblem, FlowViewDocument } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { nameFrom, namePattern } from '../dashboards/drafts.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { navigate, query, setQuery } from '../router.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { aboutOf, hrefOf, removeView, saveView } from './use-views.ts';
import { documentOf, type Naming } from './view-document.ts';

export type ViewTask = { kind: 'save' } | { kind: 'rename' | 'remove'; view: ApiFlowView };

interface TaskProps {
  task: ViewTask;
  views: readonly ApiFlowView[];
  usualMs: number;
  /** When it is over, done or not. */
  onClose: () => void;
}

/** What somebody wants to do with a view, in front of everything else. */
export function ViewDialog({ task, views, usualMs, onClose }: TaskProps) {
  if (task.kind === 'remove') return <RemoveDialog view={task.view} onClose={onClose} />;
  const renamed = task.kind === 'rename' ? task.view : undefined;
  const save = async (naming: Naming, replaced: ApiFlowView | undefined) => {
    if (!renamed) {
      const document = documentOf(query.peek(), naming, usualMs);
      navigate(hrefOf(await saveView(document, replaced?.position ?? 0)));
      return;
    }
    const { description: _description, ...rest } = renamed.document as FlowViewDocument;
    const saved = await saveView({ ...rest, ...naming }, renamed.position ?? 0, renamed.name);
    if (query.peek().get('saved') === renamed.name) setQuery({ saved: saved.name }, 'replace');
  };
  return <NameDialog renamed={renamed} views={views} save={save} onClose={onClose} />;
}

function NameDialog({
  renamed,
  views,
  save,
  onClose,
}: {
  renamed: ApiFlowView | undefined;
  views: readonly ApiFlowView[];
  save: (naming: Naming, replaced: ApiFlowView | undefined) => Promise<void>;
  onClose: () => void;
}) {
  const [title, setTitle] = useState(renamed?.title ?? '');
  const [written, setWritten] = useState(renamed?.name);
  const [description, setDescription] = useState(renamed ? aboutOf(renamed) : '');
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const name = written ?? nameFrom(title);
  const found = views.find((one) => one.name === name && one.name !== renamed?.name);
  // A ready-made one stays, and renaming one view is no way to lose another.
  const taken = found !== undefined && (found.source === 'built-in' || renamed !== undefined);
  const good = title.trim() !== '' && namePattern.test(name) && !taken;
  const submit = async () => {
    setBusy(true);
    try {
      const more = description.trim();
      await save({ name, title: title.trim(), ...(more !== '' && { description: more }) }, found);
      onClose();
    } catch (thrown) {
      setProblem(problemOf(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t(renamed ? 'flowViews.renameTitle' : 'flowViews.saveTitle')} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (good && !busy) void submit();
        }}
      >
        {problem && <ProblemView problem={problem} />}
        <label class="field">
          <span class="field-label">{t('flowViews.heading')}</span>
          <input value={title} maxLength={200} required onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span class="field-label">{t('flowViews.name')}</span>
          <input
            value={name}
            maxLength={63}
            spellcheck={false}
            aria-describedby="view-name-hint"
            aria-invalid={name !== '' && !good && title.trim() !== ''}
            onInput={(event) => setWritten(event.currentTarget.value)}
          />
        </label>
        <p id="view-name-hint" class={found ? 'field-problem' : 'quiet'} role="status">
          {t(taken ? 'flowViews.taken' : found ? 'flowViews.replaces' : 'flowViews.nameHint')}
        </p>
        <label class="field">
          <span class="field-label">{t('flowViews.description')}</span>
          <input value={description} maxLength={2000} onInput={(event) => setDescription(event.currentTarget.value)} />
        </label>
        <div class="buttons">
          <button type="submit" class="button button-main" disabled={!good || busy}>
            {t(renamed ? 'flowViews.rename' : found ? 'flowViews.replace' : 'flowViews.save')}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t('flowViews.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function RemoveDialog({ view, onClose }: { view: ApiFlowView; onClose: () => void }) {
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const remove = async () => {
    try {
      await removeView(view);
      if (query.peek().get('saved') === view.name) setQuery({ saved: undefined }, 'replace');
      onClose();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <Dialog title={t('flowViews.removeTitle')} onClose={onClose}>
      <div class="form">
        {problem && <ProblemView problem={problem} />}
        <p>{t('flowViews.removeText', { title: isolated(view.title) })}</p>
        <div class="buttons">
          <button type="button" class="button button-bad" onClick={() => void remove()}>
            {t('flowViews.remove')}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t('flowViews.cancel')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

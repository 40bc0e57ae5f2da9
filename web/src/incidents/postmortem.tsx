import { useState } from 'preact/hooks';
import type { ApiIncident } from '../../../src/model/index.ts';
import { mayAct } from '../api/session.ts';
import { LeaveGuard } from '../parts/leave-guard.tsx';
import { At } from '../parts/moment.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { t } from '../text/text.ts';
import { MarkdownView } from './markdown-view.tsx';
import { useAct } from './use-act.ts';

interface Props {
  incident: ApiIncident;
  path: string;
  done: () => void;
}

const maxTextLength = 16_384;

/** What was learned: read as it will look, or written beside it. */
export function Postmortem({ incident, path, done }: Props) {
  const { postmortem } = incident;
  const [editing, setEditing] = useState(false);
  if (editing) return <Editor incident={incident} path={path} done={done} onClose={() => setEditing(false)} />;
  return (
    <div class="respond">
      {postmortem ? (
        <>
          <p class="quiet">
            <span class={`badge ${postmortem.published ? '' : 'badge-warn'}`}>
              {t(postmortem.published ? 'handling.published' : 'handling.draft')}
            </span>{' '}
            <bdi>{postmortem.by}</bdi> · <At time={postmortem.at} />
          </p>
          <MarkdownView text={postmortem.text} />
        </>
      ) : (
        <p class="quiet">{t('handling.postmortemNone')}</p>
      )}
      {mayAct() && (
        <button type="button" class="button" onClick={() => setEditing(true)}>
          {t(postmortem ? 'handling.edit' : 'handling.write')}
        </button>
      )}
    </div>
  );
}

function Editor({ incident, path, done, onClose }: Props & { onClose: () => void }) {
  // What was read when the editing began: whoever saves in between is told apart by it.
  const [base, setBase] = useState(incident.postmortem?.revision ?? 0);
  const [text, setText] = useState(incident.postmortem?.text ?? '');
  const [preview, setPreview] = useState(false);
  const { busy, problem, send } = useAct(done);
  const save = async (published: boolean) => {
    if (await send('PUT', `${path}/postmortem`, { text, published, base })) onClose();
    else done();
  };
  const current = incident.postmortem;
  const isConflict = problem?.code === 'CONFLICT';
  return (
    <form
      class="respond"
      onSubmit={(event) => {
        event.preventDefault();
        void save(true);
      }}
    >
      <LeaveGuard active={text !== (current?.text ?? '')} during="postmortem" />
      <div class="segments" role="group" aria-label={t('handling.postmortem')}>
        <button type="button" aria-pressed={!preview} onClick={() => setPreview(false)}>
          {t('handling.source')}
        </button>
        <button type="button" aria-pressed={preview} onClick={() => setPreview(true)}>
          {t('handling.preview')}
        </button>
      </div>
      {preview ? (
        <MarkdownView text={text} />
      ) : (
        <label class="field">
          <span class="field-label">{t('handling.postmortemText')}</span>
          <textarea
            class="postmortem-text"
            rows={14}
            maxLength={maxTextLength}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      )}
      {isConflict ? (
        <div class="notice notice-warn" role="alert">
          <p>{t('handling.conflict')}</p>
          {(current?.revision ?? 0) !== base && (
            <button
              type="button"
              class="button"
              onClick={() => {
                setText(current?.text ?? '');
                setBase(current?.revision ?? 0);
              }}
            >
              {t('handling.readTheirs')}
            </button>
          )}
        </div>
      ) : (
        problem && <ProblemView problem={problem} />
      )}
      <div class="buttons">
        <button type="submit" class="button button-main" disabled={busy || text.trim() === ''}>
          {t('handling.publish')}
        </button>
        <button type="button" class="button" disabled={busy || text.trim() === ''} onClick={() => void save(false)}>
          {t('handling.saveDraft')}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t('handling.cancel')}
        </button>
      </div>
    </form>
  );
}

import { useState } from 'preact/hooks';
import type { ApiIncident } from '../../../src/model/index.ts';
import { mayAct } from '../api/session.ts';
import { At } from '../parts/moment.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { incidentHref } from '../router.ts';
import { t } from '../text/text.ts';
import { useAct } from './use-act.ts';

interface Props {
  incident: ApiIncident;
  path: string;
  done: () => void;
}

const maxTextLength = 4000;

/** What caused it, in the words of who found out. */
export function Cause({ incident, path, done }: Props) {
  const { cause } = incident;
  const [text, setText] = useState(cause?.text ?? '');
  const [editing, setEditing] = useState(false);
  const { busy, problem, send } = useAct(done);
  if (!editing) {
    return (
      <div class="respond">
        {cause ? (
          <div>
            <p class="update-text">
              <bdi>{cause.text}</bdi>
            </p>
            <p class="quiet">
              <bdi>{cause.by}</bdi> · <At time={cause.at} />
            </p>
          </div>
        ) : (
          <p class="quiet">{t('handling.causeNone')}</p>
        )}
        {mayAct() && (
          <button
            type="button"
            class="button"
            onClick={() => {
              setText(cause?.text ?? '');
              setEditing(true);
            }}
          >
            {t(cause ? 'handling.edit' : 'handling.write')}
          </button>
        )}
      </div>
    );
  }
  return (
    <form
      class="respond"
      onSubmit={(event) => {
        event.preventDefault();
        void send('PUT', `${path}/cause`, { text: text.trim() }).then((ok) => ok && setEditing(false));
      }}
    >
      <label class="field">
        <span class="field-label">{t('handling.causeText')}</span>
        <textarea
          rows={3}
          maxLength={maxTextLength}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <div class="buttons">
        <button type="submit" class="button button-main" disabled={busy}>
          {t('handling.causeSave')}
        </button>
        <button type="button" class="button" onClick={() => setEditing(false)}>
          {t('handling.cancel')}
        </button>
      </div>
      {problem && <ProblemView problem={problem} />}
    </form>
  );
}

/** Other incidents that people say have the same cause. */
export function SameCause({ incident, path, done }: Props) {
  const [other, setOther] = useState('');
  const { busy, problem, send } = useAct(done);
  const linked = incident.sameCause ?? [];
  return (
    <div class="respond">
      {linked.length === 0 && <p class="quiet">{t('handling.sameCauseNone')}</p>}
      {linked.length > 0 && (
        <ul class="plain">
          {linked.map((id) => (
            <li key={id} class="linked">
              <a href={incidentHref(id)}>{t('handling.incident', { id })}</a>
              {mayAct() && (
                <button
                  type="button"
                  class="link-button"
                  disabled={busy}
                  aria-label={t('handling.unlink', { id })}
                  onClick={() => void send('POST', `${path}/same-cause`, { incident: id, linked: false })}
                >
                  ✕
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayAct() && (
        <form
          class="link-form"
          onSubmit={(event) => {
            event.preventDefault();
            const id = other.trim().replace(/^#/, '');
            void send('POST', `${path}/same-cause`, { incident: id, linked: true }).then((ok) => ok && setOther(''));
          }}
        >
          <label class="field">
            <span class="field-label">{t('handling.linkTo')}</span>
            <input
              value={other}
              inputMode="numeric"
              maxLength={16}
              autocomplete="off"
              onInput={(event) => setOther(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button" disabled={busy || !/^#?\d{1,15}$/.test(other.trim())}>
            {t('handling.link')}
          </button>
        </form>
      )}
      {problem && <ProblemView problem={problem} />}
    </div>
  );
}

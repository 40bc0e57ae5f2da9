import { useState } from 'preact/hooks';
import type { ApiIncident } from '../../../src/model/index.ts';
import { session } from '../api/session.ts';
import { ProblemView } from '../parts/problem-view.tsx';
import { t } from '../text/text.ts';
import { impacts } from './filter-query.ts';
import { SnoozeDialog } from './snooze-dialog.tsx';
import { useAct } from './use-act.ts';

const maxTextLength = 2000;
const statuses = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
type Status = (typeof statuses)[number];

/** What an operator can do about an incident; who may only look does not see it. */
export function Respond({ incident, path, done }: { incident: ApiIncident; path: string; done: () => void }) {
  const act = useAct(done);
  const [snoozing, setSnoozing] = useState(false);
  const resolved = incident.status === 'resolved';
  return (
    <div class="respond">
      {!resolved && (
        <div class="buttons">
          {!incident.acknowledged && (
            <button
              type="button"
              class="button button-main"
              disabled={act.busy}
              onClick={() => void act.send('POST', `${path}/acknowledge`, {})}
            >
              {t('incident.acknowledge')}
            </button>
          )}
          <button type="button" class="button" onClick={() => setSnoozing(true)}>
            {t('handling.snooze.button')}
          </button>
        </div>
      )}
      {act.problem && <ProblemView problem={act.problem} />}
      <NoteForm path={path} done={done} />
      {!resolved && (
        <>
          <StatusForm key={incident.status} status={incident.status} path={path} done={done} />
          <AssignForm key={incident.assigned?.to} incident={incident} path={path} done={done} />
        </>
      )}
      <label class="field">
        <span class="field-label">{t('handling.impactSet')}</span>
        <select
          value={incident.impactOverride ?? ''}
          disabled={act.busy}
          onChange={(event) => {
            const impact = event.currentTarget.value;
            void act.send('PUT', `${path}/impact`, impact === '' ? {} : { impact });
          }}
        >
          <option value="" selected={incident.impactOverride === undefined}>
            {t('handling.impactByVerdict', { impact: t(`impact.${incident.impact}`) })}
          </option>
          {impacts.map((impact) => (
            <option key={impact} value={impact} selected={impact === incident.impactOverride}>
              {t(`impact.${impact}`)}
            </option>
          ))}
        </select>
      </label>
      {snoozing && <SnoozeDialog incident={incident} onClose={() => setSnoozing(false)} />}
    </div>
  );
}

function NoteForm({ path, done }: { path: string; done: () => void }) {
  const [text, setText] = useState('');
  const { busy, problem, send } = useAct(done);
  return (
    <form
      class="respond"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === '') return;
        void send('POST', `${path}/notes`, { text: text.trim() }).then((ok) => ok && setText(''));
      }}
    >
      <label class="field">
        <span class="field-label">{t('incident.text')}</span>
        <textarea
          rows={3}
          maxLength={maxTextLength}
          value={text}
          placeholder={t('incident.textHint')}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <div class="buttons">
        <button type="submit" class="button" disabled={busy || text.trim() === ''}>
          {t('incident.note')}
        </button>
      </div>
      {problem && <ProblemView problem={problem} />}
    </form>
  );
}

function StatusForm({ status, path, done }: { status: Status; path: string; done: () => void }) {
  const [wanted, setWanted] = useState<Status>(status);
  const [text, setText] = useState('');
  const { busy, problem, send } = useAct(done);
  return (
    <form
      class="respond"
      onSubmit={(event) => {
        event.preventDefault();
        void send('POST', `${path}/status`, { status: wanted, text: text.trim() }).then((ok) => ok && setText(''));
      }}
    >
      <label class="field">
        <span class="field-label">{t('handling.status')}</span>
        <select value={wanted} onChange={(event) => setWanted(event.currentTarget.value as Status)}>
          {statuses.map((one) => (
            <option key={one} value={one} selected={one === wanted}>
              {t(`incidentStatus.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="field-label">{t('handling.statusText')}</span>
        <input value={text} maxLength={maxTextLength} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <div class="buttons">
        <button type="submit" class="button" disabled={busy || (wanted === status && text.trim() === '')}>
          {t('handling.statusSet')}
        </button>
      </div>
      {problem && <ProblemView problem={problem} />}
    </form>
  );
}

function AssignForm({ incident, path, done }: { incident: ApiIncident; path: string; done: () => void }) {
  const [to, setTo] = useState(incident.assigned?.to ?? '');
  const { busy, problem, send } = useAct(done);
  const suggested = [...new Set([session.value.name ?? '', ...incident.told])].filter((name) => name !== '');
  return (
    <form
      class="respond"
      onSubmit={(event) => {
        event.preventDefault();
        const name = to.trim();
        void send('PUT', `${path}/assignee`, name === '' ? {} : { to: name });
      }}
    >
      <label class="field">
        <span class="field-label">{t('handling.assignee')}</span>
        <input
          list="assignees"
          value={to}
          maxLength={200}
          autocomplete="off"
          placeholder={t('handling.assigneeHint')}
          onInput={(event) => setTo(event.currentTarget.value)}
        />
        <datalist id="assignees">
          {suggested.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      <div class="buttons">
        <button type="submit" class="button" disabled={busy || to.trim() === (incident.assigned?.to ?? '')}>
          {t('handling.assign')}
        </button>
      </div>
      {problem && <ProblemView problem={problem} />}
    </form>
  );
}

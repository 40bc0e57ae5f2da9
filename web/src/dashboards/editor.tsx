import { useMemo, useRef, useState } from 'preact/hooks';
import type { ApiDashboard, ApiProblem, Dashboard } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { Editor as TextField, type EditorHandle } from '../pages/editor.tsx';
import { Name } from '../parts/bidi.tsx';
import { LeaveGuard } from '../parts/leave-guard.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { navigate, setLeaveGuard, setQuery } from '../router.ts';
import { t } from '../text/text.ts';
import { EditForm } from './edit-form.tsx';
import { endDraft } from './drafts.ts';
import { readDocument, writeDocument } from './read-document.ts';
import { useYaml } from './use-yaml.ts';

export interface EditorProps {
  entry: ApiDashboard;
  /** It was never saved: made new, copied or imported. */
  begun: boolean;
  onSaved: () => void;
}

type Content = { kind: 'form'; dashboard: Dashboard } | { kind: 'text'; text: string };

interface Refusal {
  problem?: ApiProblem;
  errors: readonly { message: string; path?: string; line?: number | undefined; column?: number | undefined }[];
}

/** A dashboard being edited: as a form with the charts themselves, or as text. */
export function Editor({ entry, begun, onSaved }: EditorProps) {
  const yaml = useYaml();
  const read = useMemo(() => readDocument(entry.document), [entry]);
  const [content, setContent] = useState<Content | undefined>(
    read.ok ? { kind: 'form', dashboard: read.dashboard } : undefined,
  );
  const [changed, setChanged] = useState(begun);
  const [refusal, setRefusal] = useState<Refusal>({ errors: [] });
  const [busy, setBusy] = useState(false);
  const handle = useRef<EditorHandle | null>(null);
  // A document that the form cannot show is edited as text.
  const shown: Content = content ?? { kind: 'text', text: yaml?.writeText(entry.document) ?? '' };
  const title = shown.kind === 'form' ? shown.dashboard.title : entry.title;
  const textOf = (of: Content) => (of.kind === 'text' ? of.text : (yaml?.writeText(writeDocument(of.dashboard)) ?? ''));

  const asForm = () => {
    if (!yaml) return;
    const { document, errors } = yaml.readText(textOf(shown));
    if (errors.length > 0) return setRefusal({ errors });
    const now = readDocument(document);
    if (!now.ok)
      return setRefusal({
        errors: [{ path: now.path, message: t(`dashboards.expected.${now.expected}`) }],
      });
    setRefusal({ errors: [] });
    setContent({ kind: 'form', dashboard: now.dashboard });
  };
  const save = async () => {
    const text = textOf(shown);
    setBusy(true);
    try {
      await request('PUT', `/dashboards/${encodeURIComponent(entry.name)}`, {
        text: { type: 'application/yaml', content: text },
        headers: entry.position === undefined ? { 'if-none-match': '*' } : { 'if-match': `"${entry.position}"` },
      });
      setLeaveGuard(undefined);
      onSaved();
    } catch (thrown) {
      const problem = problemOf(thrown);
      const errors = problem.errors ?? [];
      // Places count in the text: it is what has to be looked at.
      if (errors.length > 0) setContent({ kind: 'text', text });
      setRefusal({ problem, errors });
      setBusy(false);
    }
  };
  const discard = () => {
    endDraft(entry.name);
    if (entry.position === undefined) navigate('/dashboards');
    else setQuery({ edit: undefined });
  };

  return (
    <Page
      title={title}
      heading={<Name text={title} />}
      aside={
        <div class="buttons">
          <div class="segments" role="group" aria-label={t('dashboards.mode')}>
            <button type="button" aria-pressed={shown.kind === 'form'} disabled={!yaml} onClick={asForm}>
              {t('dashboards.asForm')}
            </button>
            <button
              type="button"
              aria-pressed={shown.kind === 'text'}
              disabled={!yaml}
              onClick={() => setContent({ kind: 'text', text: textOf(shown) })}
            >
              {t('dashboards.asText')}
            </button>
          </div>
          <button type="button" class="button" onClick={discard}>
            {t(changed ? 'dashboards.leave' : 'dashboards.done')}
          </button>
          <button
            type="button"
            class="button button-main"
            disabled={!changed || busy || !yaml}
            onClick={() => void save()}
          >
            {t('dashboards.save')}
          </button>
        </div>
      }
    >
      <LeaveGuard active={changed} during="edit" />
      <p class="quiet page-note source-note" role="status">
        {changed ? t('dashboards.unsaved') : ''}
      </p>
      {refusal.problem && <ProblemView problem={refusal.problem} />}
      {refusal.problem?.status === 409 && <p class="notice notice-warn">{t('dashboards.conflict')}</p>}
      <Errors errors={refusal.errors} goTo={(line, column) => handle.current?.goTo(line, column)} />
      {shown.kind === 'form' ? (
        <EditForm
          dashboard={shown.dashboard}
          onChange={(dashboard) => {
            setContent({ kind: 'form', dashboard });
            setChanged(true);
          }}
        />
      ) : (
        <Section id="text-title" title={t('dashboards.document')}>
          <TextField
            label={t('dashboards.document')}
            handle={handle}
            value={shown.text}
            readOnly={!yaml}
            badLines={refusal.errors.flatMap(({ line }) => (line === undefined ? [] : [line]))}
            onChange={(text) => {
              setContent({ kind: 'text', text });
              setChanged(true);
            }}
          />
        </Section>
      )}
    </Page>
  );
}

function Errors({ errors, goTo }: { errors: Refusal['errors']; goTo: (line: number, column: number) => void }) {
  if (errors.length === 0) return null;
  return (
    <div class="notice notice-bad" role="alert">
      <ul class="config-errors">
        {errors.map(({ path, message, line, column = 1 }, index) => (
          <li key={index}>
            {line !== undefined && (
              <button type="button" class="link-button" onClick={() => goTo(line, column)}>
                {t('dashboards.line', { line, column })}
              </button>
            )}{' '}
            {path !== undefined && <code>{path}</code>} <bdi>{message}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

import { useMemo, useRef, useState } from 'preact/hooks';
import type { ApiProblem } from '../../../src/model/index.ts';
import { Editor as TextField, type EditorHandle } from '../pages/editor.tsx';
import { useConfiguration, type InForce } from '../on-call/use-configuration.ts';
import { LeaveGuard } from '../parts/leave-guard.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Empty, ProblemView, Waiting } from '../parts/problem-view.tsx';
import { alertHref, navigate, setLeaveGuard } from '../router.ts';
import { t } from '../text/text.ts';
import { Backtest } from './backtest.tsx';
import { examplePolicy, readPolicy, type PolicyDocument } from './policy-document.ts';
import { PolicyForm } from './policy-form.tsx';
import { SavePolicy } from './save-policy.tsx';
import { usePolicyYaml, type PolicyYaml } from './use-policy-yaml.ts';

/** A policy being made (without a name) or changed: written, tried on the past, and saved with the configuration. */
export function AlertEditor({ name }: { name: string | undefined }) {
  const yaml = usePolicyYaml();
  const { data, problem, reload } = useConfiguration();
  const text = yaml && data && (name === undefined ? yaml.writeText(examplePolicy) : yaml.policyText(data.yaml, name));
  const isLoaded = yaml !== undefined && data !== undefined;
  if (isLoaded && text !== undefined)
    return <EditPolicy name={name} yaml={yaml} inForce={data} begun={text} reload={reload} />;
  return (
    <Page title={name ?? t('alerts.new')}>
      {problem && !data && <ProblemView problem={problem} retry={reload} />}
      {!problem && !isLoaded && <Waiting />}
      {isLoaded && <Empty title={t('alerts.none')} />}
      <a href="/alerts">{t('alerts.all')}</a>
    </Page>
  );
}

interface EditProps {
  name: string | undefined;
  yaml: PolicyYaml;
  inForce: InForce;
  /** Its text before anything is changed. */
  begun: string;
  reload: () => void;
}

type Content = { kind: 'form'; policy: PolicyDocument } | { kind: 'text'; text: string };

interface Fault {
  message: string;
  path?: string;
  line?: number | undefined;
  column?: number | undefined;
}

function EditPolicy({ name, yaml, inForce, begun, reload }: EditProps) {
  const first = useMemo(() => contentOf(begun, yaml), [begun]);
  const [content, setContent] = useState<Content>(first);
  const [touched, setTouched] = useState(false);
  // A new one can be saved as it begins.
  const changed = touched || name === undefined;
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  const handle = useRef<EditorHandle | null>(null);
  // Comments are kept as long as the form has changed nothing.
  const text = content.kind === 'text' ? content.text : content === first ? begun : yaml.writeText(content.policy);
  const unreadable: readonly Fault[] = content.kind === 'text' ? yaml.readText(text).errors : [];
  const shown = [...unreadable, ...faults];
  const change = (next: Content) => {
    setContent(next);
    setTouched(true);
    setFaults([]);
  };
  const asForm = () => {
    const policy = unreadable.length > 0 ? undefined : readPolicy(yaml.readText(text).document);
    if (policy) setContent({ kind: 'form', policy });
    else setFaults([{ message: t('alerts.form.unreadable') }]);
  };
  /** What a watcher finds wrong in the policy counts lines in its text, which is shown then. */
  const onRefused = (problem: ApiProblem, within?: string) => {
    const found = (problem.errors ?? []).map(({ path, message }): Fault => ({
      path,
      message,
      ...yaml.lineOf(text, path, within),
    }));
    setFaults(found);
    if (found.some(({ line }) => line !== undefined)) setContent({ kind: 'text', text });
  };
  const leave = () => navigate(name === undefined ? '/alerts' : alertHref(name));
  return (
    <Page
      title={name ?? t('alerts.new')}
      {...(name !== undefined && { heading: <bdi>{name}</bdi> })}
      aside={
        <div class="buttons">
          <div class="segments" role="group" aria-label={t('alerts.form.mode')}>
            <button type="button" aria-pressed={content.kind === 'form'} onClick={asForm}>
              {t('alerts.form.asForm')}
            </button>
            <button
              type="button"
              aria-pressed={content.kind === 'text'}
              onClick={() => setContent({ kind: 'text', text })}
            >
              {t('alerts.form.asText')}
            </button>
          </div>
          <button type="button" class="button" onClick={leave}>
            {t(changed ? 'alerts.form.leave' : 'alerts.form.done')}
          </button>
        </div>
      }
    >
      <LeaveGuard active={touched} during={name === undefined ? 'new' : 'edit'} />
      <p class="quiet page-note source-note" role="status">
        {changed ? t('alerts.form.unsaved') : ''}
      </p>
      <Faults faults={shown} goTo={(line, column) => handle.current?.goTo(line, column)} />
      {content.kind === 'form' ? (
        <PolicyForm policy={content.policy} onChange={(policy) => change({ kind: 'form', policy })} />
      ) : (
        <Section id="text-title" title={t('alerts.form.text')}>
          <TextField
            label={t('alerts.form.text')}
            handle={handle}
            value={content.text}
            readOnly={false}
            badLines={shown.flatMap(({ line }) => (line === undefined ? [] : [line]))}
            onChange={(next) => change({ kind: 'text', text: next })}
          />
        </Section>
      )}
      <Section id="backtest-title" title={t('alerts.test.title')}>
        <Backtest text={text} onRefused={onRefused} />
      </Section>
      <Section id="save-title" title={t('alerts.save.title')}>
        <SavePolicy
          name={name}
          text={text}
          savable={changed && unreadable.length === 0}
          inForce={inForce}
          yaml={yaml}
          onRefused={onRefused}
          onConflict={reload}
          onSaved={(saved) => {
            setLeaveGuard(undefined);
            navigate(saved === undefined ? '/alerts' : alertHref(saved));
          }}
        />
      </Section>
    </Page>
  );
}

function contentOf(text: string, yaml: PolicyYaml): Content {
  const { document, errors } = yaml.readText(text);
  const policy = errors.length > 0 ? undefined : readPolicy(document);
  return policy ? { kind: 'form', policy } : { kind: 'text', text };
}

function Faults({ faults, goTo }: { faults: readonly Fault[]; goTo: (line: number, column: number) => void }) {
  if (faults.length === 0) return null;
  return (
    <div class="notice notice-bad" role="alert">
      <ul class="config-errors">
        {faults.map(({ path, message, line, column = 1 }, index) => (
          <li key={index}>
            {line !== undefined && (
              <button type="button" class="link-button" onClick={() => goTo(line, column)}>
                {t('alerts.form.line', { line, column })}
              </button>
            )}{' '}
            {path !== undefined && <code>{path}</code>} <bdi>{message}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

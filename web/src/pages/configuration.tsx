import { useRef, useState } from 'preact/hooks';
import type { ApiPlan, ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { mayAct, request } from '../api/session.ts';
import { SettingsViews } from '../frame/navigation.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { StateMark } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { Editor, type EditorHandle } from './editor.tsx';
import { PlanView } from './plan-view.tsx';

/** What `GET /configuration` answers. */
interface InForce {
  yaml: string;
  position: number;
  source: string;
}

export function ConfigurationPage() {
  const { data, problem, reload } = useResource('configuration', (signal) =>
    request<InForce>('GET', '/configuration', { signal }),
  );
  const [applied, setApplied] = useState(false);
  return (
    <Page title={t('nav.configuration')}>
      <SettingsViews />
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && (
        <EditConfiguration
          key={data.position}
          inForce={data}
          applied={applied}
          reload={reload}
          done={() => {
            setApplied(true);
            reload();
          }}
        />
      )}
    </Page>
  );
}

type Step =
  | { kind: 'editing' }
  | { kind: 'busy' }
  | { kind: 'planned'; plan: ApiPlan; yaml: string }
  | { kind: 'refused'; problem: ApiProblem };

/** With its places listed below it, a problem needs no hint of where to look. */
function named({ type, title, status, code, detail }: ApiProblem): ApiProblem {
  return { type, title, status, code, ...(detail === undefined ? {} : { detail }) };
}

interface EditProps {
  inForce: InForce;
  /** The document in force is what was applied here a moment ago. */
  applied: boolean;
  reload: () => void;
  done: () => void;
}

function EditConfiguration({ inForce, applied, reload, done }: EditProps) {
  const [yaml, setYaml] = useState(inForce.yaml);
  const [step, setStep] = useState<Step>({ kind: 'editing' });
  const editor = useRef<EditorHandle | null>(null);
  const changed = yaml !== inForce.yaml;
  const attempt = async (work: () => Promise<Step>) => {
    setStep({ kind: 'busy' });
    try {
      setStep(await work());
    } catch (thrown) {
      setStep({ kind: 'refused', problem: problemOf(thrown) });
    }
  };
  const plan = () =>
    attempt(async () => ({
      kind: 'planned',
      yaml,
      plan: await request<ApiPlan>('POST', '/configuration/plan', { body: { yaml } }),
    }));
  const apply = (planned: Extract<Step, { kind: 'planned' }>) =>
    attempt(async () => {
      await request('PUT', '/configuration', { body: { yaml: planned.yaml, basedOn: planned.plan.basedOn } });
      done();
      return { kind: 'editing' };
    });
  const busy = step.kind === 'busy';
  const errors = step.kind === 'refused' ? (step.problem.errors ?? []) : [];

  return (
    <>
      <p class="quiet page-note source-note">
        {t('configuration.inForce', { position: formatInteger(inForce.position), source: inForce.source })}
      </p>
      <div class="columns columns-wide-first">
        <Section
          id="yaml-title"
          title={t('configuration.document')}
          aside={
            <div class="buttons">
              <button
                type="button"
                class="button"
                disabled={!changed || busy}
                onClick={() => {
                  setYaml(inForce.yaml);
                  setStep({ kind: 'editing' });
                }}
              >
                {t('configuration.discard')}
              </button>
              <button
                type="button"
                class="button button-main"
                disabled={!changed || busy || !mayAct()}
                onClick={() => void plan()}
              >
                {t('configuration.plan')}
              </button>
            </div>
          }
        >
          <Editor
            label={t('configuration.document')}
            handle={editor}
            value={yaml}
            readOnly={!mayAct()}
            badLines={errors.flatMap(({ line }) => (line === undefined ? [] : [line]))}
            onChange={(value) => {
              setYaml(value);
              if (step.kind !== 'editing') setStep({ kind: 'editing' });
            }}
          />
        </Section>
        <Section id="plan-title" title={t('configuration.changes')}>
          <div role="status" class="plan-area">
            {step.kind === 'editing' && applied && !changed && (
              <p class="state state-up">
                <StateMark state="up" /> {t('configuration.applied')}
              </p>
            )}
            {step.kind === 'editing' && (
              <p class="quiet">{t(changed ? 'configuration.planHint' : 'configuration.unchanged')}</p>
            )}
            {busy && <Waiting />}
            {step.kind === 'planned' && (
              <>
                <PlanView plan={step.plan} />
                {step.plan.changes.length > 0 && (
                  <button type="button" class="button button-main" onClick={() => void apply(step)}>
                    {t('configuration.apply', { count: step.plan.changes.length })}
                  </button>
                )}
              </>
            )}
            {step.kind === 'refused' && (
              <>
                <ProblemView
                  problem={errors.length > 0 ? named(step.problem) : step.problem}
                  {...(step.problem.status === 409 ? { retry: reload } : {})}
                />
                <ul class="config-errors">
                  {errors.map((error, index) => (
                    <li key={index}>
                      {error.line !== undefined && (
                        <button
                          type="button"
                          class="link-button"
                          onClick={() => editor.current?.goTo(error.line ?? 1, error.column ?? 1)}
                        >
                          {t('configuration.place', { line: error.line, column: error.column ?? 1 })}
                        </button>
                      )}{' '}
                      <code>{error.path}</code> <span>{error.message}</span>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        </Section>
      </div>
    </>
  );
}

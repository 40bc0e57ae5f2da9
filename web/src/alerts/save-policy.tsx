import { useEffect, useState } from 'preact/hooks';
import type { ApiPlan, ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { isAdmin, request } from '../api/session.ts';
import type { InForce } from '../on-call/use-configuration.ts';
import { PlanView } from '../pages/plan-view.tsx';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { t } from '../text/text.ts';
import type { PolicyYaml } from './use-policy-yaml.ts';

export interface SavePolicyProps {
  /** As it is called in the configuration in force; undefined for a new one. */
  name: string | undefined;
  text: string;
  /** It differs from what is in force, and can be read. */
  savable: boolean;
  inForce: InForce;
  yaml: PolicyYaml;
  /** `within`: how paths into the policy begin. */
  onRefused: (problem: ApiProblem, within: string) => void;
  /** The configuration was changed by somebody else. */
  onConflict: () => void;
  /** With the name that it has now; undefined when it was deleted. */
  onSaved: (name: string | undefined) => void;
}

type Step =
  | { kind: 'idle' }
  | { kind: 'busy' }
  | { kind: 'planned'; plan: ApiPlan; yaml: string; saved: string | undefined }
  | { kind: 'refused'; problem: ApiProblem };

/** Through the configuration, as any other change: shown first, then committed on what was shown. */
export function SavePolicy({ name, text, savable, inForce, yaml, onRefused, onConflict, onSaved }: SavePolicyProps) {
  const [step, setStep] = useState<Step>({ kind: 'idle' });
  useEffect(() => setStep({ kind: 'idle' }), [text, inForce.position]);
  const attempt = async (within: string, work: () => Promise<Step>) => {
    setStep({ kind: 'busy' });
    try {
      setStep(await work());
    } catch (thrown) {
      const problem = problemOf(thrown);
      setStep({ kind: 'refused', problem });
      onRefused(problem, within);
    }
  };
  const plan = (whole: string, saved: string | undefined) =>
    attempt(yaml.pathOf(whole, saved), async () => {
      const answer = await request<ApiPlan>('POST', '/configuration/plan', { body: { yaml: whole } });
      return { kind: 'planned', plan: answer, yaml: whole, saved };
    });
  const apply = ({ plan: { basedOn }, yaml: whole, saved }: Extract<Step, { kind: 'planned' }>) =>
    attempt(yaml.pathOf(whole, saved), async () => {
      await request('PUT', '/configuration', { body: { yaml: whole, basedOn } });
      onSaved(saved);
      return { kind: 'idle' };
    });
  const savedName = () => {
    const { document } = yaml.readText(text);
    const given = (document as { name?: unknown } | null)?.name;
    return typeof given === 'string' ? given : undefined;
  };
  const busy = step.kind === 'busy';
  return (
    <>
      <p class="quiet">{t('alerts.save.text')}</p>
      <div class="buttons">
        <button
          type="button"
          class="button"
          disabled={!savable || busy}
          onClick={() => void plan(yaml.withPolicy(inForce.yaml, name, text), savedName())}
        >
          {t('alerts.save.plan')}
        </button>
        {name !== undefined && (
          <button
            type="button"
            class="button button-bad"
            disabled={busy}
            onClick={() => void plan(yaml.withoutPolicy(inForce.yaml, name), undefined)}
          >
            {t('alerts.save.remove')}
          </button>
        )}
      </div>
      <div role="status" class="plan-area">
        {busy && <Waiting />}
        {step.kind === 'planned' && (
          <>
            <PlanView plan={step.plan} />
            {step.plan.changes.length > 0 &&
              (isAdmin() ? (
                <button type="button" class="button button-main" onClick={() => void apply(step)}>
                  {t('alerts.save.apply')}
                </button>
              ) : (
                <p class="quiet">{t('alerts.save.needsAdmin')}</p>
              ))}
          </>
        )}
        {step.kind === 'refused' && (
          <>
            <ProblemView problem={step.problem} {...(step.problem.status === 409 && { retry: onConflict })} />
            {step.problem.status === 409 && <p>{t('alerts.save.conflict')}</p>}
          </>
        )}
      </div>
    </>
  );
}

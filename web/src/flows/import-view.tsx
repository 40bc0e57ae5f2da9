import { useRef, useState } from 'preact/hooks';
import type { ApiFlowView, ApiProblem, FlowViewDocument } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { namePattern } from '../dashboards/drafts.ts';
import { ProblemView } from '../parts/problem-view.tsx';
import { navigate } from '../router.ts';
import { t } from '../text/text.ts';
import { hrefOf, saveView } from './use-views.ts';

const mostFileBytes = 131_072;

/** Saves a view out of a file under the name that it has there, in place of one of this name. */
export function ImportView({ views, reload }: { views: readonly ApiFlowView[]; reload: () => void }) {
  const file = useRef<HTMLInputElement>(null);
  const [failure, setFailure] = useState('');
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const take = async (chosen: File | undefined) => {
    if (!chosen) return;
    if (chosen.size > mostFileBytes) {
      setFailure(t('flowViews.tooLarge'));
      return;
    }
    try {
      const { readText } = await import('../dashboards/yaml.ts');
      const { document, errors } = readText(await chosen.text());
      const name = (document as { name?: unknown } | null | undefined)?.name;
      if (errors[0]) setFailure(errors[0].message);
      else if (typeof name !== 'string' || !namePattern.test(name)) setFailure(t('flowViews.noName'));
      else {
        const base = views.find((one) => one.name === name)?.position ?? 0;
        navigate(hrefOf(await saveView(document as FlowViewDocument, base)));
        reload();
      }
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <div class="ready-import">
      <button type="button" class="button" onClick={() => file.current?.click()}>
        {t('flowViews.import')}
      </button>
      <input
        ref={file}
        type="file"
        hidden
        accept=".yaml,.yml,.json"
        onChange={(event) => {
          setFailure('');
          setProblem(undefined);
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      {failure !== '' && (
        <p class="field-problem" role="alert">
          {t('flowViews.importFailed', { reason: failure })}
        </p>
      )}
      {problem && <ProblemView problem={problem} />}
    </div>
  );
}

import type { ApiProblem } from '../../../src/model/index.ts';
import { problemText } from '../text/problem-text.ts';
import { t } from '../text/text.ts';

/** What went wrong (the detail says it best), where, and what to do; with a way to try again. */
export function ProblemView({ problem, retry }: { problem: ApiProblem; retry?: () => void }) {
  const { what, detail, hint } = problemText(problem);
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{what}</strong>
        {detail !== undefined && (
          <span class="quiet" lang="en">
            {' '}
            {detail}
          </span>
        )}
        {problem.where !== undefined && <span class="quiet"> ({problem.where})</span>}
      </p>
      {hint !== undefined && <p class="quiet">{hint}</p>}
      {retry && (
        <button type="button" class="button" onClick={retry}>
          {t('problem.retry')}
        </button>
      )}
    </div>
  );
}

/** One line above data that could not be refreshed. */
export function StaleNotice({ problem, retry }: { problem: ApiProblem | undefined; retry: () => void }) {
  if (!problem) return null;
  return (
    <div class="notice notice-warn" role="status">
      <p>
        {t('problem.stale')} <span class="quiet">{problem.detail ?? problem.title}</span>
      </p>
      <button type="button" class="button" onClick={retry}>
        {t('problem.retry')}
      </button>
    </div>
  );
}

/** Shown while something is first read. */
export function Waiting() {
  return (
    <div class="waiting" role="status">
      <span class="waiting-bar" aria-hidden="true" />
      <span class="hidden-text">{t('loading')}</span>
    </div>
  );
}

export function Empty({ title, text }: { title: string; text?: string }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {text !== undefined && <p class="quiet">{text}</p>}
    </div>
  );
}

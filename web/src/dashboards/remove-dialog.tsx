import { useState } from 'preact/hooks';
import type { ApiDashboard, ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { navigate } from '../router.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';

/** Asks before a dashboard is taken away from everybody. */
export function RemoveDialog({ entry, onClose }: { entry: ApiDashboard; onClose: () => void }) {
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const remove = async () => {
    try {
      await request('DELETE', `/dashboards/${encodeURIComponent(entry.name)}`, {
        headers: { 'if-match': `"${entry.position ?? 0}"` },
      });
      navigate('/dashboards');
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <Dialog title={t('dashboards.removeTitle')} onClose={onClose}>
      <div class="form">
        {problem && <ProblemView problem={problem} />}
        <p>{t('dashboards.removeText', { title: isolated(entry.title) })}</p>
        <div class="buttons">
          <button type="button" class="button button-bad" onClick={() => void remove()}>
            {t('dashboards.removeNow')}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t('dashboards.cancel')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

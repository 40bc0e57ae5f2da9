import type { ApiProblem } from '../../../src/model/index.ts';
import { Empty, ProblemView } from '../parts/problem-view.tsx';
import { t } from '../text/text.ts';

/** Who talks to whom is not for everybody: then it is said for whom, in place of an error. */
export function TrafficProblem({ problem, retry }: { problem: ApiProblem; retry?: () => void }) {
  if (problem.status === 403) return <Empty title={t('flows.notForAll')} text={t('flows.notForAllHint')} />;
  return <ProblemView problem={problem} {...(retry && { retry })} />;
}

import type { ApiUplinks } from '../../../src/model/index.ts';
import { formatMoment } from '../text/format.ts';
import { t } from '../text/text.ts';
import { OverdueDrills, RunningDrill } from './drill.tsx';
import type { Obstacle } from './obstacles.ts';

/** What somebody should know before reading on: what is missing here and how to get it, what runs, what is due. */
export function Notices({ status, obstacle }: { status: ApiUplinks; obstacle: Obstacle | undefined }) {
  const { here, policy, drill, choice, uplinks } = status;
  return (
    <>
      {here.problems.length > 0 && (
        <div class="notice notice-bad machine-problems" role="alert">
          <p>
            <strong>{t('uplinks.problems', { watcher: here.watcher })}</strong>
          </p>
          <ul>
            {here.problems.map((problem) => (
              <li key={problem}>
                <bdi>{problem}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div role="status">
        {drill && <RunningDrill drill={drill} />}
        {choice && (
          <div class="notice">
            <p>{t('uplinks.choice', { ...choice, since: formatMoment(choice.since) ?? choice.since })}</p>
          </div>
        )}
        {here.waitingRecords > 0 && (
          <div class="notice notice-warn">
            <p>{t('uplinks.waiting', { count: here.waitingRecords })}</p>
          </div>
        )}
        {policy.dryRun && (
          <div class="notice">
            <p>{t('uplinks.dryRun')}</p>
          </div>
        )}
        {obstacle && (
          <div class="notice">
            <p>{t(`uplinks.obstacle.${obstacle}`, { actor: policy.actor ?? '' })}</p>
          </div>
        )}
      </div>
      <OverdueDrills uplinks={uplinks} />
    </>
  );
}

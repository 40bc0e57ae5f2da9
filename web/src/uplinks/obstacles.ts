import type { ApiUplinks } from '../../../src/model/index.ts';

/** Why something cannot be asked for; the watcher decides, the page says so before anybody tries. */

export type Obstacle = 'viewer' | 'off' | 'elsewhere' | 'unable' | 'dryRun' | 'running' | 'notUp' | 'alone';

/** Undefined: an operator can switch here. */
export function switchObstacle({ policy, here }: ApiUplinks, mayAct: boolean): Obstacle | undefined {
  if (!mayAct) return 'viewer';
  if (policy.act === 'off') return 'off';
  if (here.acts) return undefined;
  return policy.actor === undefined || policy.actor === here.watcher ? 'unable' : 'elsewhere';
}

/** Undefined: this uplink can be failed on purpose. */
export function drillObstacle(status: ApiUplinks, uplink: string, mayAct: boolean): Obstacle | undefined {
  const obstacle = switchObstacle(status, mayAct);
  if (obstacle) return obstacle;
  if (status.policy.dryRun) return 'dryRun';
  if (status.drill) return 'running';
  const up = (status.uplinks.find(({ name }) => name === uplink)?.families ?? []).filter(({ state }) => state === 'up');
  if (up.length === 0) return 'notUp';
  const covered = up.every(({ family }) =>
    status.uplinks.some(
      ({ name, families }) => name !== uplink && families.some((one) => one.family === family && one.state === 'up'),
    ),
  );
  return covered ? undefined : 'alone';
}

import type { ApiUplinks } from '../../../src/model/index.ts';

/** Why something cannot be asked for; the watcher decides, the page says so before anybody tries. */

export type Obstacle = 'viewer' | 'off' | 'elsewhere' | 'unable' | 'dryRun' | 'running' | 'alone';

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
  const own = status.uplinks.find(({ name }) => name === uplink)?.families ?? [];
  const covered = own.some(({ family }) =>
    status.uplinks.some(
      ({ name, families }) => name !== uplink && families.some((one) => one.family === family && one.state === 'up'),
    ),
  );
  return covered ? undefined : 'alone';
}

/** In how many families an uplink has to carry traffic before there is nothing to switch to it. */
export function carriesAll(status: ApiUplinks, uplink: string): boolean {
  const families = status.uplinks.find(({ name }) => name === uplink)?.families ?? [];
  return families.length > 0 && families.every(({ serving }) => serving === true);
}

/** What carries new connections of a family: with failover the first alone. */
export function carriersOf(status: ApiUplinks, family: 4 | 6): readonly string[] {
  const names = status.serving.find((one) => one.family === family)?.uplinks ?? [];
  return status.policy.mode === 'failover' ? names.slice(0, 1) : names;
}

import { QwError, type FailoverSettings, type UplinkSettings } from '../../model/index.ts';
import { awayBy, type RouterRoute } from './uplink-routes.ts';

/** Throws CONFLICT where switching would not lead to what the configuration says. */
export function refuseUnfit(
  routes: readonly RouterRoute[],
  uplinks: readonly UplinkSettings[],
  mode: FailoverSettings['mode'],
): void {
  for (const { name } of uplinks) {
    if (routes.some(({ uplink }) => uplink === name)) continue;
    throw new QwError('CONFLICT', `no route of the router belongs to the uplink ${name}`, {
      hint: `name the comment of its default route in failover.router.routes.${name}`,
    });
  }
  const priorityOf = (name: string) => uplinks.find((uplink) => uplink.name === name)?.priority ?? 0;
  for (const route of routes) {
    const { comment, own, destination, menu } = route;
    if (own.distance > awayBy) {
      const hint = `give it a distance of at most ${awayBy}`;
      throw new QwError('CONFLICT', `the route ${comment} has the distance ${own.distance}`, { hint });
    }
    if (mode === 'balance') continue;
    const wrong = routes.find(
      (other) =>
        other.menu === menu &&
        other.destination === destination &&
        priorityOf(other.uplink) > priorityOf(route.uplink) &&
        other.own.distance <= own.distance,
    );
    if (!wrong) continue;
    throw new QwError(
      'CONFLICT',
      `the router prefers ${wrong.comment} (distance ${wrong.own.distance}) to ${comment} (distance ${own.distance}), or shares between them`,
      { hint: 'give the routes distances in the order of the uplinks’ priorities' },
    );
  }
}

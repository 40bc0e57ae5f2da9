import type { Digest, DirectionFigures } from '../../model/index.ts';
import type { Figure } from './own-figures.ts';
import type { Labels } from './metric.ts';

/**
 * What one watcher told of its paths and checks, under the name that its link has: it can say wrong things of itself only.
 * Loss and jitter of the way back belong to the path in that direction, which the other watcher tells too.
 */
export function digestFigures(watcher: string, digest: Digest, siteOf: (watcher: string) => string): Figure[] {
  const figures: Figure[] = [];
  const say = (name: string, labels: Labels, value: number | undefined) => {
    if (value !== undefined) figures.push({ metric: `quorumwatch_${name}`, labels, value });
  };
  const site = siteOf(watcher);
  for (const { to, rtt, forward, mtuBytes, clock } of digest.paths) {
    const labels = { from: watcher, to, site_from: site, site_to: siteOf(to) };
    say('path_rtt_seconds', labels, rtt && rtt.medianMs / 1000);
    say('path_rtt_p95_seconds', labels, rtt && rtt.p95Ms / 1000);
    say('path_loss_ratio', labels, lossOf(forward));
    say('path_jitter_seconds', labels, forward?.jitterMs === undefined ? undefined : forward.jitterMs / 1000);
    say('path_mtu_bytes', labels, mtuBytes);
    say('path_clock_ahead_seconds', labels, clock && clock.aheadMs / 1000);
  }
  for (const { check, passed, degraded, failed, latency } of digest.checks) {
    const labels = { check, watcher, site };
    const known = passed + degraded + failed;
    say('location_latency_seconds', labels, latency.count > 0 ? latency.sumUs / latency.count / 1e6 : undefined);
    say('location_success_ratio', labels, known > 0 ? (passed + degraded) / known : undefined);
  }
  return figures;
}

/** Of nothing that was sent nothing is known. */
function lossOf(direction: DirectionFigures | undefined): number | undefined {
  return direction && direction.sent > 0 ? direction.lost / direction.sent : undefined;
}

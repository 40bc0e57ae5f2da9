import type { Digest, MemberRecord } from '../../model/index.ts';

/** A value of a metric that is not one of a sample. */
export interface PathPoint {
  metric: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Metrics of paths between watchers: unit and help, as the catalogue lists them. Each has the labels of `pathLabels`. */
export const pathMetrics = {
  quorumwatch_path_rtt_seconds: {
    unit: 'seconds',
    help: 'Median round trip between two watchers, of the last minute.',
  },
  quorumwatch_path_rtt_p95_seconds: { unit: 'seconds', help: 'Round trip between two watchers, 95th percentile.' },
  quorumwatch_path_loss_ratio: {
    unit: 'ratio',
    help: 'Packets lost one way between two watchers, of the last minute.',
  },
  quorumwatch_path_jitter_seconds: { unit: 'seconds', help: 'Mean difference of transit between packets, one way.' },
  quorumwatch_path_clock_ahead_seconds: { unit: 'seconds', help: 'How much the other watcher’s clock is ahead.' },
  quorumwatch_path_clock_bound_seconds: { unit: 'seconds', help: 'By how much that may be wrong.' },
  quorumwatch_path_mtu_bytes: { unit: 'bytes', help: 'Largest IP packet of those tried that passed both ways.' },
} as const;

/** `direction` is `forward` (from, to) or `back`; empty where a figure is of both. */
export const pathLabels = ['from', 'to', 'site_from', 'site_to', 'direction'] as const;

/** What one watcher's digest says of its paths; what is not known has no point. */
export function pathPoints(
  from: string,
  { paths }: Pick<Digest, 'paths'>,
  watchers: readonly Pick<MemberRecord, 'id' | 'site'>[],
): PathPoint[] {
  const siteOf = (id: string) => watchers.find((watcher) => watcher.id === id)?.site ?? '';
  const site_from = siteOf(from);
  return paths.flatMap(({ to, rtt, forward, back, clock, mtuBytes }) => {
    const both = { from, to, site_from, site_to: siteOf(to), direction: '' };
    const points: PathPoint[] = [];
    const add = (metric: keyof typeof pathMetrics, value: number | undefined, direction = '') => {
      if (value !== undefined) points.push({ metric, labels: { ...both, direction }, value });
    };
    const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);
    add('quorumwatch_path_rtt_seconds', seconds(rtt?.medianMs));
    add('quorumwatch_path_rtt_p95_seconds', seconds(rtt?.p95Ms));
    for (const [direction, figures] of [
      ['forward', forward],
      ['back', back],
    ] as const) {
      if (!figures) continue;
      if (figures.sent > 0) add('quorumwatch_path_loss_ratio', figures.lost / figures.sent, direction);
      add('quorumwatch_path_jitter_seconds', seconds(figures.jitterMs), direction);
    }
    add('quorumwatch_path_clock_ahead_seconds', seconds(clock?.aheadMs));
    add('quorumwatch_path_clock_bound_seconds', seconds(clock?.boundMs));
    add('quorumwatch_path_mtu_bytes', mtuBytes);
    return points;
  });
}

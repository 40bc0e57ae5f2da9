import type { ApiUplinks } from '../../../src/model/index.ts';

type State = ApiUplinks['uplinks'][number]['families'][number]['state'];
type Change = Partial<ApiUplinks['policy']> & Partial<ApiUplinks['here']>;

/** What the API says of uplinks in these states; the first one serves. */
export function status(states: Readonly<Record<string, Partial<Record<4 | 6, State>>>>, over: Change = {}): ApiUplinks {
  const { watcher = 'here', acts = true, ...policy } = over;
  return {
    policy: {
      mode: 'failover',
      act: 'local-evidence',
      dryRun: false,
      actor: 'here',
      watchers: ['here'],
      probeIntervalMs: 50,
      holdMs: 10_000,
      graceMs: 1500,
      ...policy,
    },
    here: { watcher, judges: true, acts, problems: [], waitingRecords: 0 },
    uplinks: Object.entries(states).map(([name, families], index) => ({
      name,
      device: name,
      priority: index + 1,
      weight: 1,
      chosen: false,
      drillOverdue: false,
      families: ([4, 6] as const).flatMap((family) => {
        const state = families[family];
        const check = `uplink/${name}/ipv${family}`;
        const figures = { reason: '', failing: [], lossPercent: 0, flapPercent: 0, opinions: [] };
        return state
          ? [{ uplink: name, family, gateway: '192.0.2.1', state, ...figures, serving: index === 0, check }]
          : [];
      }),
    })),
    serving: [{ family: 4, uplinks: Object.keys(states) }],
  };
}

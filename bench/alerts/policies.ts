import { alertPolicySchema, type AlertPolicy } from '../../src/model/index.ts';

/** Policies as an operator of many sites has them: most look at one thing or one team, some at a site, a few at all. */

/** Of the series that policies look at. */
export const population = { checks: 5000, teams: 100, sites: 10, watchers: 100, paths: 40 } as const;

type Where = Readonly<Record<string, string>>;

export function mixedPolicies(count: number): AlertPolicy[] {
  return Array.from({ length: count }, (_, place) =>
    alertPolicySchema.parse({
      name: `policy-${place}`,
      'auto-close': '1h',
      conditions: conditionsOf(place),
      combiner: 'AND_WITH_MATCHING_RESOURCE',
    }),
  );
}

const latency = 'quorumwatch_probe_latency_seconds';
const path = 'quorumwatch_path_rtt_seconds';
const byCheck = ['check'];

/** Twenty shapes, each a twentieth of the policies. */
function conditionsOf(place: number): object[] {
  const turn = Math.floor(place / 20);
  const team: Where = { label_team: `t${turn % population.teams}` };
  const site: Where = { site: `s${turn % population.sites}` };
  const check: Where = { check: `c${(turn * 97) % population.checks}` };
  const from: Where = { from: `w${turn % population.watchers}` };
  // Of 1,000 policies 5 look at everything there is.
  const wide: Where = turn % 10 === 0 ? {} : site;
  const threshold = (metric: string, where: Where, more: object) => ({ threshold: { metric, where, ...more } });
  switch (place % 20) {
    case 0:
    case 1:
      return [{ ...threshold(latency, team, { 'group-by': byCheck, above: 0.6 }), for: '30s' }];
    case 2:
      return [threshold(latency, team, { 'group-by': byCheck, aggregate: 'p95', window: '5m', above: 5 })];
    case 3:
      return [threshold(latency, check, { aggregate: 'max', above: 5 })];
    case 4:
      return [threshold(latency, check, { aggregate: 'p99', window: '10m', above: 5 })];
    case 5:
      return [threshold('quorumwatch_probe_loss_ratio', team, { 'group-by': byCheck, above: 0.2 })];
    case 6:
      return [threshold('quorumwatch_probe_success_ratio', check, { window: '5m', below: 0.5 })];
    case 7:
      return [threshold(path, from, { 'group-by': ['to'], above: 1 })];
    case 8:
      return [threshold(path, from, { aggregate: 'last', window: '30s', above: 1 })];
    case 9:
      return [threshold(latency, wide, { 'group-by': byCheck, window: '5m', above: 2 })];
    case 10:
      return [threshold('quorumwatch_telemetry_rows_total', { watcher: `w${turn}` }, { below: 0 })];
    case 11:
    case 12:
      return [ratio(place % 2 === 0 ? team : site)];
    case 13:
      return [{ absent: { metric: latency, where: team, 'group-by': byCheck, after: '5m' } }];
    case 14:
      return [{ absent: { metric: path, where: from, 'group-by': ['to'], after: '2m' } }];
    case 15:
      return [{ 'rate-of-change': { metric: latency, where: team, 'group-by': byCheck, window: '5m', above: 400 } }];
    case 16:
      return [{ forecast: { metric: path, where: from, 'group-by': ['to'], within: '4h', above: 1000 } }];
    case 17:
      return [
        { forecast: { metric: latency, where: team, 'group-by': byCheck, window: '30m', within: '1h', above: 50 } },
      ];
    case 18:
      return [{ verdict: { select: `team=t${turn % population.teams}`, is: ['down'] } }];
    default:
      return [threshold(latency, team, { 'group-by': byCheck, above: 0.6 }), ratio(team)];
  }
}

function ratio(where: Where): object {
  const samples = 'quorumwatch_samples_total';
  const of = { metric: samples, where: { ...where, outcome: 'fail' } };
  return { ratio: { of, to: { metric: samples, where }, 'group-by': byCheck, window: '5m', above: 0.5 } };
}

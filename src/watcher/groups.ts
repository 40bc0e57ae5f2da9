import type { CheckView, VerdictMachine } from '../agree/index.ts';
import {
  formatInstant,
  matchesSelector,
  type ApiGroup,
  type ApiGroupDetail,
  type ApiLocatedCheck,
  type ApiLocation,
  type EpochMs,
  type Group,
  type Milliseconds,
  type VerdictState,
} from '../model/index.ts';
import type { Clock } from '../platform/index.ts';
import { hostOf } from './present.ts';

/** Groups of targets and checks, and each check as the watchers see it, each from its own place. */
export interface GroupDesk {
  groups: () => ApiGroup[];
  group: (name: string) => ApiGroupDetail | undefined;
  locations: (check: string) => ApiLocatedCheck | undefined;
}

/** What a watcher measured of a check last. */
export interface LocalFigures {
  at: EpochMs;
  latencyMs?: Milliseconds;
  lossPercent?: number;
}

export interface GroupParts {
  machine: { view: (at: EpochMs) => View };
  clock: Pick<Clock, 'now'>;
  /** Of this watcher and of those that tell it theirs. */
  figures: (check: string, watcher: string) => LocalFigures | undefined;
}

type View = Pick<ReturnType<VerdictMachine['view']>, 'checks' | 'check' | 'configuration' | 'membership'>;

/** From worst to best. */
const order: readonly VerdictState[] = ['down', 'partial', 'degraded', 'unknown', 'up'];
const maxShownChecks = 1000;

export function createGroupDesk({ machine, clock, figures }: GroupParts): GroupDesk {
  const view = () => machine.view(clock.now());

  const locationsOf = (now: View, check: CheckView): ApiLocation[] => {
    const sites = new Map(now.membership.watchers.map(({ id, site }) => [id, site]));
    const watchers = [...new Set([...check.judges, ...Object.keys(check.opinions)])];
    return watchers.map((watcher) => {
      const opinion = check.opinions[watcher];
      const measured = figures(check.check.name, watcher);
      return {
        watcher,
        site: sites.get(watcher) ?? '',
        stand: standOf(check, watcher),
        ...(opinion && { state: opinion.state, since: formatInstant(opinion.since) }),
        ...(opinion?.reason && { reason: opinion.reason }),
        ...(measured?.latencyMs === undefined ? {} : { latencyMs: measured.latencyMs }),
        ...(measured?.lossPercent === undefined ? {} : { lossPercent: measured.lossPercent }),
        ...(measured && { ageMs: Math.max(0, clock.now() - measured.at) }),
      };
    });
  };

  const located = (now: View, view: CheckView): ApiLocatedCheck => ({
    check: view.check.name,
    host: hostOf(view.check),
    verdict: view.verdict,
    disabled: view.check.disabled,
    locations: locationsOf(now, view),
    ...(view.check.target === undefined ? {} : { target: view.check.target }),
    ...(view.since === undefined ? {} : { since: formatInstant(view.since) }),
    ...(view.reason === undefined ? {} : { reason: view.reason }),
  });

  const summary = (now: View, group: Group, checks: readonly CheckView[]): ApiGroup => {
    const counts = { up: 0, degraded: 0, partial: 0, down: 0, unknown: 0, disabled: 0 };
    for (const { check, verdict } of checks) counts[check.disabled ? 'disabled' : verdict]++;
    const worst = order.find((state) => counts[state] > 0);
    const targets = now.configuration?.targets ?? [];
    return {
      name: group.name,
      select: group.select,
      targets: targets.filter(({ labels }) => matchesSelector(group.select, labels)).length,
      counts,
      disputed: checks.filter(isDisputed).length,
      ...(worst === undefined ? {} : { worst }),
      ...(group.comment === undefined ? {} : { comment: group.comment }),
    };
  };

  const checksOf = (now: View, group: Group) =>
    [...now.checks()].filter(({ check }) => matchesSelector(group.select, check.labels));

  return {
    groups: () => {
      const now = view();
      return (now.configuration?.groups ?? []).map((group) => summary(now, group, checksOf(now, group)));
    },
    group: (name) => {
      const now = view();
      const group = now.configuration?.groups.find((one) => one.name === name);
      if (!group) return undefined;
      const checks = checksOf(now, group).toSorted((a, b) => rank(a) - rank(b));
      const ofTarget = Map.groupBy(checks, ({ check }) => check.target);
      const members = (now.configuration?.targets ?? []).filter(({ labels }) => matchesSelector(group.select, labels));
      return {
        ...summary(now, group, checks),
        members: members.map((target) => ({
          name: target.name,
          host: target.host,
          labels: target.labels,
          checks: ofTarget.get(target.name)?.length ?? 0,
        })),
        checks: checks.slice(0, maxShownChecks).map((check) => located(now, check)),
        omitted: Math.max(0, checks.length - maxShownChecks),
      };
    },
    locations: (name) => {
      const now = view();
      const check = now.check(name);
      return check && located(now, check);
    },
  };
}

const rank = ({ check, verdict }: CheckView) => (check.disabled ? order.length : order.indexOf(verdict));

/** What a watcher says beside what was decided. Up and degraded both say that it answers. */
function standOf({ verdict, opinions, silent }: CheckView, watcher: string): ApiLocation['stand'] {
  if (silent.includes(watcher)) return 'unheard';
  const state = opinions[watcher]?.state ?? 'unknown';
  if (state === 'unknown') return 'unsure';
  if (verdict === 'unknown') return 'with';
  return (state === 'down') === (verdict === 'down') ? 'with' : 'against';
}

/** Of those that are heard and know, some say that it answers and some that it doesn't. */
function isDisputed({ check, opinions, silent }: CheckView): boolean {
  const heard = Object.entries(opinions).filter(([watcher]) => !silent.includes(watcher));
  const states = heard.map(([, { state }]) => state).filter((state) => state !== 'unknown');
  const down = states.filter((state) => state === 'down').length;
  return !check.disabled && down > 0 && down < states.length;
}

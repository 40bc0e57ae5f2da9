import type { AlertView, View } from '../../agree/index.ts';
import {
  QwError,
  type AlertPolicy,
  type ApiAlertDetail,
  type ApiAlertSummary,
  type ApiBacktest,
  type ApiPage,
  type EpochMs,
  type Milliseconds,
} from '../../model/index.ts';
import type { Paging } from '../paging.ts';
import { BacktestDoor, type BacktestParts, type BacktestTask } from './backtest/backtest.ts';
import type { PolicyRun } from './policy-run.ts';
import { presentAlert, presentAlertDetail, presentBacktest } from './present-alerts.ts';
import { readPolicies } from './read-policies.ts';

interface AlertFilter {
  /** Words that all stand in name, comment, labels or conditions. */
  search?: string;
  state?: ApiAlertSummary['state'];
}

/** Alerting policies: what they make of things now, and what they would have made of the past. */
export interface AlertDesk {
  /** In the order of the configuration. */
  list: (filter: AlertFilter, paging: Paging) => ApiPage<ApiAlertSummary>;
  get: (name: string) => ApiAlertDetail | undefined;
  /**
   * Tries policies of YAML on what is stored. Throws CONFIG_INVALID, BAD_INPUT, REQUEST_TOO_LARGE, OVERLOADED while
   * another one runs, and what the store throws.
   */
  backtest: (yaml: string, task: Omit<BacktestTask, 'configuration'>) => Promise<ApiBacktest>;
}

export interface AlertDeskParts extends Omit<BacktestParts, 'view'> {
  view: () => Pick<View, 'alerts' | 'checks' | 'check' | 'membership' | 'configuration' | 'inForce'>;
  runs: () => ReadonlyMap<string, PolicyRun>;
}

/** Longer than what any store keeps by default. */
const longestMs: Milliseconds = 400 * 86_400_000;

export function createAlertDesk(parts: AlertDeskParts): AlertDesk {
  const { view, runs } = parts;
  const door = new BacktestDoor();
  const policies = () => view().configuration?.alerts ?? [];
  const alertsByPolicy = () => {
    const found = new Map<string, AlertView[]>();
    for (const alert of view().alerts()) {
      const known = found.get(alert.policy);
      if (known) known.push(alert);
      else found.set(alert.policy, [alert]);
    }
    return found;
  };
  return {
    list: (filter, { cursor, limit }) => {
      const alerts = alertsByPolicy();
      const all = policies()
        .filter((policy) => fits(policy, filter.search))
        .map((policy) => presentAlert(policy, alerts.get(policy.name) ?? [], runs().get(policy.name)))
        .filter(({ state }) => filter.state === undefined || state === filter.state);
      const from = Math.max(0, Number(cursor ?? 0) || 0);
      const items = all.slice(from, from + limit);
      return { items, total: all.length, ...(from + limit < all.length ? { next: String(from + limit) } : {}) };
    },
    get: (name) => {
      const policy = policies().find((one) => one.name === name);
      if (!policy) return undefined;
      const alerts = [...view().alerts()].filter((alert) => alert.policy === name);
      return presentAlertDetail(policy, alerts, runs().get(name), writtenPolicy(view().inForce?.body.document, name));
    },
    backtest: async (yaml, task) => {
      checkTimes(task, parts.clock.now());
      const configuration = readPolicies(yaml, view().inForce?.body.document);
      return presentBacktest(task.from, await door.run(parts, { ...task, configuration }));
    },
  };
}

/** As people wrote it, without defaults; durations are as they wrote them too. */
function writtenPolicy(document: unknown, name: string): Record<string, unknown> {
  const alerts = typeof document === 'object' && document !== null && 'alerts' in document ? document.alerts : [];
  const all = Array.isArray(alerts) ? (alerts as Record<string, unknown>[]) : [];
  return all.find((one) => one['name'] === name) ?? {};
}

function fits(policy: AlertPolicy, search: string | undefined): boolean {
  if (search === undefined) return true;
  const { name, comment = '', labels, conditions } = policy;
  const text = [name, comment, JSON.stringify(labels), JSON.stringify(conditions)].join('\n').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function checkTimes({ from, to }: { from: EpochMs; to: EpochMs }, now: EpochMs): void {
  if (from >= to) throw new QwError('BAD_INPUT', 'expected from to be before to');
  if (from >= now) throw new QwError('BAD_INPUT', 'expected a time of the past');
  if (to - from > longestMs) throw new QwError('BAD_INPUT', 'a back-test goes over 400 days at most');
}

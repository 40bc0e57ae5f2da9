import {
  canonicalJson,
  matchesSelector,
  uplinkActor,
  uplinkChecks,
  type AlertPolicy,
  type Check,
  type Configuration,
  type EpochMs,
  type MemberRecord,
  type Milliseconds,
} from '../../model/index.ts';
import { Dependencies } from './dependencies.ts';
import { flapStepMs } from './flap.ts';
import { compileMaintenance, type Maintenance } from './maintenance.ts';
import { alertType, policyCheck, resourceCheck } from './policies/policy-check.ts';
import { splitAlertCheck } from './policies/resource-name.ts';
import { Routing } from './routing/routing.ts';

/** A watcher as the verdict sees it. */
export type Watching = Pick<MemberRecord, 'id' | 'role' | 'site' | 'labels'>;

/** A check with what follows from the rest of the configuration. */
export interface PlannedCheck {
  check: Check;
  /**
   * The watchers whose opinions count, in the order of their numbers: all members, or of all watchers those that the
   * check's selector matches.
   */
  judges: readonly string[];
  /** Those and, without a selector, the observers: what they say is kept, so that it counts once they are members. */
  watchers: readonly string[];
  /** A state enters the flap ring at least this often. */
  flapStepMs: Milliseconds;
  /** The alerting policy that it stands for, or one of whose resources it stands for. */
  policy?: AlertPolicy;
}

/** Names of resources whose checks are remembered; others are made again each time. */
const maxRememberedResources = 20_000;

/** The configuration in force, made ready to be asked. Derived: it never stands in a snapshot. */
export class Plan {
  readonly configuration: Configuration | undefined;
  readonly checks: ReadonlyMap<string, PlannedCheck>;
  readonly dependencies: Dependencies;
  /** Those who may carry out actions. */
  readonly members: readonly string[];
  /** The one of them that switches uplinks; absent where none is named. */
  readonly uplinkActor: string | undefined;
  /** Who is told what of an incident. */
  readonly routing: Routing;
  readonly #maintenance: readonly Maintenance[];
  readonly #order: ReadonlyMap<string, number>;
  /** Made when they are asked for; they follow from their names. */
  readonly #resources = new Map<string, PlannedCheck>();

  constructor(configuration: Configuration | undefined, watchers: readonly Watching[]) {
    const uplinks = configuration ? uplinkChecks(configuration.uplinks, configuration.failover) : [];
    const policies = new Map((configuration?.alerts ?? []).map((policy) => [policy.name, policy]));
    const watch = [...(configuration?.watch ?? []), ...uplinks, ...[...policies.values()].map(policyCheck)];
    const judgesOf = new Map<string | undefined, readonly string[]>();
    const select = (selector: string | undefined) => {
      const known = judgesOf.get(selector);
      if (known) return known;
      const judges = watchers
        .filter((watcher) =>
          selector === undefined
            ? watcher.role === 'member'
            : matchesSelector(selector, labelsOf(watcher, configuration)),
        )
        .map(({ id }) => id);
      judgesOf.set(selector, judges);
      return judges;
    };
    this.configuration = configuration;
    this.members = select(undefined);
    this.uplinkActor = configuration && uplinkActor(configuration.failover, this.members);
    const uplinkJudges =
      configuration?.failover.act === 'quorum' || this.uplinkActor === undefined ? undefined : [this.uplinkActor];
    const all = watchers.map(({ id }) => id);
    this.checks = new Map(
      watch.map((check) => {
        const { select: selector } = check.watchers;
        const local = check.type === uplinkType && selector === undefined ? uplinkJudges : undefined;
        const judges = local ?? select(selector);
        const watchers = local ?? (selector === undefined ? all : judges);
        const policy = check.type === alertType ? policies.get(check.name) : undefined;
        const planned = { check, judges, watchers, flapStepMs: flapStepMs(check.interval), ...(policy && { policy }) };
        return [check.name, planned];
      }),
    );
    this.routing = new Routing(configuration);
    this.dependencies = new Dependencies(watch);
    this.#maintenance = (configuration?.maintenance ?? []).map(compileMaintenance);
    this.#order = new Map(watch.map((check, at) => [check.name, at]));
  }

  /** A check of the configuration, or one that stands for a resource of a policy, which is as its policy's. */
  planned(name: string): PlannedCheck | undefined {
    return this.checks.get(name) ?? this.#planResource(name);
  }

  /** A check that is probed and has a verdict. */
  enabled(name: string): PlannedCheck | undefined {
    const planned = this.planned(name);
    return planned?.check.disabled === false ? planned : undefined;
  }

  /** The name of a maintenance window that covers the check now. */
  maintenance(check: Check, at: EpochMs): string | undefined {
    const { policy } = this.planned(check.name) ?? {};
    const { labels } = check;
    return this.#maintenance.find(
      (window) =>
        window.activeAt(at) && (window.covers(check) || (policy && window.covers({ name: policy.name, labels }))),
    )?.name;
  }

  /** Parents before those that depend on them, then the order of the configuration. */
  sorted(names: Iterable<string>): string[] {
    const { dependencies } = this;
    const keyed = [...names].map((name) => {
      const line = this.lineOf(name);
      return { name, depth: dependencies.depth(line), place: this.#order.get(line) ?? 0 };
    });
    keyed.sort((a, b) => a.depth - b.depth || a.place - b.place || (a.name < b.name ? -1 : 1));
    return keyed.map(({ name }) => name);
  }

  /** The name under which the configuration has it: a resource depends on what its policy depends on. */
  lineOf(name: string): string {
    return this.checks.has(name) ? name : (this.#planResource(name)?.policy?.name ?? name);
  }

  #planResource(name: string): PlannedCheck | undefined {
    const known = this.#resources.get(name);
    if (known) return known;
    const split = splitAlertCheck(name);
    const base = split && this.checks.get(split.policy);
    if (!split || base?.policy?.['incident-per'] !== 'resource') return undefined;
    const planned = { ...base, check: resourceCheck(base.check, name, split.resource) };
    if (this.#resources.size >= maxRememberedResources) this.#resources.clear();
    this.#resources.set(name, planned);
    return planned;
  }
}

/** The type of the checks that stand for uplinks: no probe has it. */
const uplinkType = 'uplink';

/** What a watcher says of itself goes before what the configuration says of all. */
function labelsOf({ site, labels }: Watching, configuration: Configuration | undefined): Record<string, string> {
  return { site: configuration?.site ?? '', ...configuration?.labels, ...(site && { site }), ...labels };
}

/**
 * Whether two definitions probe the same thing. If not, the check starts again from unknown, in the watchers that probe
 * it and in the verdict. How often, by whom, and what is done about it may change without that.
 */
export function sameDefinition(a: Check, b: Check): boolean {
  return definition(a) === definition(b);
}

function definition(check: Check): string {
  return canonicalJson([
    check.type,
    check.host,
    check.anchors,
    check['anchors-required'],
    check['address-family'],
    check['src-address'],
    check.device,
    check.mark,
    check.options,
  ]);
}

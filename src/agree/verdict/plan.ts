import {
  canonicalJson,
  matchesSelector,
  uplinkActor,
  uplinkChecks,
  type Check,
  type Configuration,
  type EpochMs,
  type MemberRecord,
  type Milliseconds,
} from '../../model/index.ts';
import { Dependencies } from './dependencies.ts';
import { flapStepMs } from './flap.ts';
import { compileMaintenance, type Maintenance } from './maintenance.ts';

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
}

/** The configuration in force, made ready to be asked. Derived: it never stands in a snapshot. */
export class Plan {
  readonly configuration: Configuration | undefined;
  readonly checks: ReadonlyMap<string, PlannedCheck>;
  readonly dependencies: Dependencies;
  /** Those who may carry out actions. */
  readonly members: readonly string[];
  /** The one of them that switches uplinks; absent where none is named. */
  readonly uplinkActor: string | undefined;
  readonly #maintenance: readonly Maintenance[];
  readonly #order: ReadonlyMap<string, number>;

  constructor(configuration: Configuration | undefined, watchers: readonly Watching[]) {
    const uplinks = configuration ? uplinkChecks(configuration.uplinks, configuration.failover) : [];
    const watch = [...(configuration?.watch ?? []), ...uplinks];
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
        return [check.name, { check, judges, watchers, flapStepMs: flapStepMs(check.interval) }];
      }),
    );
    this.dependencies = new Dependencies(watch);
    this.#maintenance = (configuration?.maintenance ?? []).map(compileMaintenance);
    this.#order = new Map(watch.map((check, at) => [check.name, at]));
  }

  /** A check that is probed and has a verdict. */
  enabled(name: string): PlannedCheck | undefined {
    const planned = this.checks.get(name);
    return planned?.check.disabled === false ? planned : undefined;
  }

  /** The name of a maintenance window that covers the check now. */
  maintenance(check: Check, at: EpochMs): string | undefined {
    return this.#maintenance.find((window) => window.activeAt(at) && window.covers(check))?.name;
  }

  /** Parents before those that depend on them, then the order of the configuration. */
  sorted(names: Iterable<string>): string[] {
    const key = (name: string) => this.#order.get(name) ?? 0;
    const { dependencies } = this;
    return [...names].sort((a, b) => dependencies.depth(a) - dependencies.depth(b) || key(a) - key(b));
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

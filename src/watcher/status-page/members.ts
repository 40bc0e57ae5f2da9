import type { CheckView, VerdictMachine } from '../../agree/index.ts';
import {
  matchesSelector,
  standsForCheck,
  uplinkChecks,
  type Configuration,
  type EpochMs,
  type Milliseconds,
  type StatusComponent,
  type StatusPageSettings,
} from '../../model/index.ts';

/** Which checks each component stands for. */

type View = Pick<ReturnType<VerdictMachine['view']>, 'alerts' | 'check' | 'configuration' | 'inForce'>;

/** Resources of policies come up at any time; whoever asks has those of a minute ago. */
const freshMs: Milliseconds = 60_000;

/** Looks through all checks only when there may be others: there may be very many. */
export class Members {
  #known: { position: number; at: EpochMs; names: readonly (readonly string[])[] } | undefined;

  /** Names for each component, in their order. */
  names(view: View, settings: StatusPageSettings, now: EpochMs): readonly (readonly string[])[] {
    const position = view.inForce?.position ?? 0;
    const known = this.#known;
    if (known && known.position === position && Math.abs(now - known.at) < freshMs) return known.names;
    const names = namesOf(view, settings);
    this.#known = { position, at: now, names };
    return names;
  }

  /** The same as they are now. A policy that only warns makes nothing worse than degraded. */
  views(view: View, settings: StatusPageSettings, now: EpochMs): CheckView[][] {
    const warnings = warningsOf(view.configuration);
    return this.names(view, settings, now).map((names) =>
      names.flatMap((name): CheckView[] => {
        const found = view.check(name);
        if (!found) return [];
        const softened = found.policy !== undefined && warnings.has(found.policy) && found.verdict === 'down';
        return [softened ? { ...found, verdict: 'degraded' } : found];
      }),
    );
  }
}

/** Names of the policies whose severity is warning. */
export function warningsOf(configuration: Configuration | undefined): ReadonlySet<string> {
  const policies = configuration?.alerts ?? [];
  return new Set(policies.filter(({ severity }) => severity === 'warning').map(({ name }) => name));
}

function namesOf(view: View, { components }: StatusPageSettings): string[][] {
  const { configuration } = view;
  if (!configuration) return components.map(() => []);
  const checks = [...configuration.watch, ...uplinkChecks(configuration.uplinks, configuration.failover)].filter(
    ({ disabled }) => !disabled,
  );
  const policies = new Set(configuration.alerts.filter(({ disabled }) => !disabled).map(({ name }) => name));
  const isNamed = components.some(({ 'stands-for': { checks: names = [] } }) => names.some((one) => policies.has(one)));
  const alerts = isNamed ? [...view.alerts()] : [];
  return components.map((component) => {
    const stands = meaningOf(component, configuration);
    return [
      ...checks.filter(stands).map(({ name }) => name),
      ...alerts.filter(({ policy }) => component['stands-for'].checks?.includes(policy)).map(({ check }) => check.name),
    ];
  });
}

function meaningOf(component: StatusComponent, { groups }: Configuration) {
  const { checks, group, select } = component['stands-for'];
  const names = new Set(checks);
  const grouped = groups.find(({ name }) => name === group)?.select;
  return ({ name, labels }: { name: string; labels: Readonly<Record<string, string>> }): boolean =>
    (names.size > 0 && standsForCheck(names, name)) ||
    (grouped !== undefined && matchesSelector(grouped, labels)) ||
    (select !== undefined && matchesSelector(select, labels));
}

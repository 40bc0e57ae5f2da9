import {
  canonicalJson,
  type AlertPolicy,
  type Check,
  type Configuration,
  type EpochMs,
  type Escalation,
  type Incident,
  type Milliseconds,
  type OnCallOverride,
  type Severity,
} from '../../../model/index.ts';
import { labelsOfIncident, severityOf } from './incident-labels.ts';
import type { IsQuiet } from './quiet-hours.ts';
import { compileRota, type CompiledRota, type OnCall } from './rota.ts';
import { Routes, type RouteMatch } from './routes.ts';

/** Incidents of one group share messages to one receiver. */
export interface Group {
  labels: Readonly<Record<string, string>>;
  /** Equal labels have equal keys. */
  key: string;
}

/** How somebody is told, whoever it is. */
export interface Manner {
  group?: Group;
  /** After the incident opened. */
  waitMs: Milliseconds;
  intervalMs: Milliseconds;
  repeatMs?: Milliseconds;
  quiet: readonly IsQuiet[];
}

/** Somebody is to be told that the incident began: a receiver, or whoever is on call by a rota. */
export interface Duty extends Manner {
  receiver?: string;
  rota?: string;
  /** Since the incident began. */
  delayMs: Milliseconds;
  /** Its first step. */
  escalation?: string;
}

/** The steps of an escalation behind the first. */
export interface Climb extends Manner {
  escalation: Escalation;
  delayMs: Milliseconds;
}

export interface Duties {
  first: readonly Duty[];
  climbs: readonly Climb[];
  /** Everybody who was told is told again so often. */
  renotifyMs?: Milliseconds;
  severity: Severity;
}

/** Whom a check or policy names itself: each with the shortest delay. */
type Named = ReadonlyMap<string, Milliseconds>;
type Routed = Pick<Incident, 'check' | 'severity' | 'impact' | 'impactOverride' | 'resource'>;

type Judged = { check: Check; policy?: AlertPolicy };
type RoutedConfiguration = Pick<Configuration, 'site' | 'notify' | 'routes' | 'quiet-hours' | 'rotas' | 'escalations'>;

const maxKept = 20_000;
const nothing: RoutedConfiguration = {
  site: '',
  notify: {},
  routes: [],
  'quiet-hours': [],
  rotas: [],
  escalations: [],
};

/** Everything about telling people that follows from the configuration. */
export class Routing {
  readonly #configuration: RoutedConfiguration;
  readonly #routes: Routes;
  readonly #rotas: ReadonlyMap<string, CompiledRota>;
  readonly #escalations: ReadonlyMap<string, Escalation>;
  /** A thousand incidents are asked about at each tick, and the answer depends on these few words alone. */
  readonly #kept = new Map<string, Duties>();

  /** Without a configuration nobody is told anything. */
  constructor(configuration: RoutedConfiguration = nothing) {
    this.#configuration = configuration;
    this.#routes = new Routes(configuration);
    this.#rotas = new Map(configuration.rotas.map((rota) => [rota.name, compileRota(rota)]));
    this.#escalations = new Map(configuration.escalations.map((one) => [one.name, one]));
  }

  /** Whom an incident concerns while its check has this verdict; `named` must follow from check and verdict. */
  duties(incident: Routed, { check, policy }: Judged, verdict: 'down' | 'degraded', named: () => Named): Duties {
    const { impact, impactOverride = '', severity = '', resource } = incident;
    const series = resource ? JSON.stringify(resource) : '';
    const key = `${verdict} ${impact} ${impactOverride} ${severity} ${series} ${incident.check}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const labels = labelsOfIncident(incident, check, this.#configuration, policy?.name);
    const first: Duty[] = [];
    const climbs: Climb[] = [];
    for (const [name, delayMs] of named()) this.#add(name, delayMs, byName, first, climbs);
    for (const match of this.#routes.matching(labels)) {
      const manner = mannerOf(match, labels);
      for (const name of match.notify) this.#add(name, 0, manner, first, climbs);
    }
    const renotifyMs = policy?.renotify;
    const duties: Duties = {
      first,
      climbs,
      ...(renotifyMs !== undefined && { renotifyMs }),
      severity: severityOf(incident, check),
    };
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#kept.set(key, duties);
    return duties;
  }

  isReceiver(name: string): boolean {
    return Object.hasOwn(this.#configuration.notify, name);
  }

  /** In the order of the configuration. */
  rotas(): Iterable<CompiledRota> {
    return this.#rotas.values();
  }

  /** Who is on call; an override for a receiver that is no longer configured does not count. */
  onCall(rota: string, at: EpochMs, overrides: readonly OnCallOverride[]): OnCall {
    return this.#rotas.get(rota)?.at(at, this.counted(overrides)) ?? {};
  }

  counted(overrides: readonly OnCallOverride[]): readonly OnCallOverride[] {
    return overrides.length === 0 ? overrides : overrides.filter(({ receiver }) => this.isReceiver(receiver));
  }

  #add(name: string, delayMs: Milliseconds, manner: Manner, first: Duty[], climbs: Climb[]): void {
    const escalation = this.#escalations.get(name);
    if (!escalation) {
      first.push({ ...manner, delayMs, ...this.targetOf(name) });
      return;
    }
    if (climbs.some((climb) => climb.escalation === escalation)) return;
    const [step] = escalation.steps;
    const stepDelayMs = delayMs + (step?.after ?? 0);
    for (const target of step?.notify ?? []) {
      first.push({ ...manner, delayMs: stepDelayMs, ...this.targetOf(target), escalation: name });
    }
    climbs.push({ ...manner, escalation, delayMs: stepDelayMs });
  }

  /** A rota, or what must be a receiver then. */
  targetOf(name: string): Pick<Duty, 'receiver' | 'rota'> {
    return this.#rotas.has(name) ? { rota: name } : { receiver: name };
  }
}

/** Those whom a check names are told at once, each incident by itself. */
const byName: Manner = { waitMs: 0, intervalMs: 0, quiet: [] };

function mannerOf(match: RouteMatch, labels: Readonly<Record<string, string>>): Manner {
  const { groupBy, groupWaitMs: waitMs, groupIntervalMs: intervalMs, repeatMs, quiet } = match;
  return {
    ...(groupBy && { group: groupOf(Object.fromEntries(groupBy.map((name) => [name, cut(labels[name] ?? '')]))) }),
    waitMs,
    intervalMs,
    ...(repeatMs !== undefined && { repeatMs }),
    quiet,
  };
}

/** The labels of its groups stand in an incident. */
const maxGroupValue = 60;

function cut(value: string): string {
  return value.slice(0, maxGroupValue).toWellFormed();
}

export function groupOf(labels: Readonly<Record<string, string>>): Group {
  return { labels, key: canonicalJson(labels) };
}

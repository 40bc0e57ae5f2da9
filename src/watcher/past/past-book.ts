import type { LedgerEntry } from '../../agree/index.ts';
import {
  maintenanceSchema,
  standsForCheck,
  type EpochMs,
  type Incident,
  type LedgerBodies,
  type MaintenanceWindow,
  type Milliseconds,
  type Transition,
  type VerdictState,
} from '../../model/index.ts';
import type { CheckPast, Span } from '../../report/index.ts';

/** What the ledger says of the past of the checks behind a status page, kept at hand. */

/** Changes that are kept of all checks together; beyond it the oldest are forgotten and their time is unknown. */
const maxChanges = 300_000;
const maxIncidents = 2000;
/** Configurations whose maintenance windows are remembered. */
const maxPlans = 500;
const aheadMs: Milliseconds = 86_400_000;

interface Change {
  at: EpochMs;
  from: VerdictState;
  to: VerdictState;
}

/** Maintenance as it was configured from some time on. */
export interface PastPlan {
  at: EpochMs;
  windows: readonly MaintenanceWindow[];
}

export class PastBook {
  readonly #changes = new Map<string, Change[]>();
  readonly #incidents = new Map<string, Incident>();
  readonly #watchers = new Set<string>();
  #plans: PastPlan[] = [];
  #names: ReadonlySet<string>;
  /** Resolved incidents from then on are here; open ones are in any case. */
  incidentsSince: EpochMs;
  #size = 0;
  #forgottenUntil = -Infinity;
  /** Grows with everything that may change what the past looks like, but for changes since `#since`. */
  #version = 0;
  #since = -Infinity;
  /** Time of the newest entry. */
  #newestAt = -Infinity;

  /** `names`: the checks whose past is kept; a name stands for `name@…` too. */
  constructor(names: ReadonlySet<string>, incidentsSince: EpochMs) {
    this.#names = names;
    this.incidentsSince = incidentsSince;
  }

  /** Whether these are the names whose past is kept. */
  keeps(names: ReadonlySet<string>): boolean {
    return names.size === this.#names.size && [...names].every((name) => this.#names.has(name));
  }

  /** Another number as soon as something before this time has changed. */
  versionBefore(time: EpochMs): string {
    if (this.#since !== time) {
      this.#since = time;
      this.#version++;
    }
    return String(this.#version);
  }

  get plans(): readonly PastPlan[] {
    return this.#plans;
  }

  /** Watchers that an entry named, members no more included. */
  isWatcher(name: string): boolean {
    return this.#watchers.has(name);
  }

  add(entry: LedgerEntry): void {
    this.#newestAt = Math.max(this.#newestAt, entry.time);
    switch (entry.kind) {
      case 'transition':
        this.#addTransition(entry.body as Transition);
        break;
      case 'incident':
        this.addIncident(entry.body as Incident);
        break;
      case 'configuration':
        this.#addPlan(entry.time, (entry.body as LedgerBodies['configuration']).document);
        break;
      case 'membership':
        for (const { id } of (entry.body as LedgerBodies['membership']).watchers) this.#watchers.add(id);
        break;
    }
  }

  addIncident(incident: Incident): void {
    if (![incident.check, ...incident.affected].some((check) => standsForCheck(this.#names, check))) return;
    this.#incidents.delete(incident.id);
    this.#incidents.set(incident.id, incident);
    if (this.#incidents.size <= maxIncidents) return;
    for (const [id, { status }] of this.#incidents) {
      if (status !== 'resolved') continue;
      this.#incidents.delete(id);
      break;
    }
  }

  /** The last verdict of the check that was not unknown. */
  lastKnown(check: string): VerdictState | undefined {
    return this.#changes.get(check)?.findLast(({ to }) => to !== 'unknown')?.to;
  }

  /** No older incident can be added. */
  get isFull(): boolean {
    return this.#incidents.size >= maxIncidents;
  }

  incident(id: string): Incident | undefined {
    return this.#incidents.get(id);
  }

  /** Newest first. */
  incidents(): Incident[] {
    return [...this.#incidents.values()].sort((a, b) => b.openedAt - a.openedAt || Number(b.id) - Number(a.id));
  }

  /** What is over for longer is forgotten. A clock that runs ahead of the ledger by days is not believed. */
  forget(now: EpochMs, keptMs: Milliseconds): void {
    this.#forgetBefore(Math.min(now, this.#newestAt + aheadMs) - keptMs);
  }

  #forgetBefore(before: EpochMs): void {
    for (const [name, list] of this.#changes) {
      // The last one before says what it was at the time itself.
      const kept = list.findIndex(({ at }, index) => at >= before || (list[index + 1]?.at ?? Infinity) > before);
      if (kept <= 0) continue;
      this.#size -= kept;
      this.#changes.set(name, list.slice(kept));
    }
    const first = this.#plans.findLastIndex(({ at }) => at <= before);
    if (first > 0) this.#plans = this.#plans.slice(first);
  }

  /**
   * The past of one check. `now` is its present verdict and since when it holds, which counts where no change is kept.
   * A check that was taken away and came back has no transition for having been away: unknown from the first
   * configuration after its last change on. What lies before `after` may be left out, but for what it was like then.
   */
  pastOf(
    check: string,
    now: { verdict: VerdictState; since: EpochMs | undefined },
    after = -Infinity,
  ): Omit<CheckPast, 'maintenance'> {
    const all = this.#changes.get(check) ?? [];
    const list = all.slice(
      Math.max(
        0,
        all.findLastIndex(({ at }) => at < after),
      ),
    );
    if (list.length === 0) {
      const { verdict, since } = now;
      if (since === undefined) return { initial: 'unknown', changes: [] };
      return { initial: 'unknown', changes: [{ at: Math.max(since, this.#forgottenUntil), to: verdict }] };
    }
    const changes: { at: EpochMs; to: VerdictState }[] = [];
    for (const [index, { at, from, to }] of list.entries()) {
      const before = list[index - 1];
      if (before && before.to !== from) {
        const away = this.#plans.find((plan) => plan.at > before.at && plan.at <= at);
        changes.push({ at: away?.at ?? at, to: from });
      }
      changes.push({ at, to });
    }
    const initial = list[0]?.from ?? 'unknown';
    if (this.#forgottenUntil === -Infinity) return { initial, changes };
    return { initial: 'unknown', changes: [{ at: this.#forgottenUntil, to: initial }, ...changes] };
  }

  #addTransition({ check, since, from, to }: Transition): void {
    if (!standsForCheck(this.#names, check)) return;
    const list = this.#changes.get(check) ?? [];
    if (list.length === 0) this.#changes.set(check, list);
    list.push({ at: since, from, to });
    this.#size++;
    if (since < this.#since) this.#version++;
    if (this.#size > maxChanges) this.#forgetOldest();
  }

  #addPlan(at: EpochMs, document: unknown): void {
    const windows: MaintenanceWindow[] = [];
    const given = (document as { maintenance?: unknown } | null)?.maintenance;
    for (const window of Array.isArray(given) ? given : []) {
      // Older versions may have written what this one does not know.
      const read = maintenanceSchema.safeParse(window);
      if (read.success) windows.push(read.data);
    }
    this.#plans.push({ at, windows });
    if (this.#plans.length > maxPlans) this.#plans.shift();
    this.#version++;
  }

  /** A tenth at once: it would otherwise be done with every change. */
  #forgetOldest(): void {
    const times = [...this.#changes.values()].flatMap((list) => list.map(({ at }) => at)).sort((a, b) => a - b);
    this.#forgottenUntil = times[Math.floor(times.length / 10)] ?? this.#forgottenUntil;
    this.#version++;
    this.#forgetBefore(this.#forgottenUntil);
  }
}

export interface Labelled {
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** When a check was in maintenance: each plan counts until the next one. `spansOf` gives those of one window. */
export function maintenanceOf(
  check: Labelled,
  plans: readonly PastPlan[],
  spansOf: (window: MaintenanceWindow) => { covers: (check: Labelled) => boolean; spans: readonly Span[] },
): Span[] {
  const found: Span[] = [];
  for (const [index, { at, windows }] of plans.entries()) {
    const end = plans[index + 1]?.at ?? Infinity;
    for (const window of windows) {
      const { covers, spans } = spansOf(window);
      if (!covers(check)) continue;
      for (const span of spans) {
        const clipped = { from: Math.max(span.from, at), to: Math.min(span.to, end) };
        if (clipped.from < clipped.to) found.push(clipped);
      }
    }
  }
  return merged(found);
}

function merged(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && span.from <= last.to) result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else result.push(span);
  }
  return result;
}

import { createHash } from 'node:crypto';
import type { CheckView, VerdictMachine } from '../../agree/index.ts';
import {
  standsForCheck,
  type Configuration,
  type EpochMs,
  type MaintenanceWindow,
  type Milliseconds,
  type StatusComponent,
  type StatusPageSettings,
  type VerdictState,
} from '../../model/index.ts';
import {
  Calendar,
  componentState,
  dayFigures,
  publicIncident,
  withGaps,
  type CheckPast,
  type CountedCheck,
  type DayFigures,
  type PublicMaintenance,
  type Span,
  type StatusComponentView,
  type StatusWorld,
} from '../../report/index.ts';
import { Members, warningsOf } from './members.ts';
import { maintenanceOf, type PastBook } from '../past/past-book.ts';
import { plannedWindow, type PlannedWindow } from '../past/planned-window.ts';

/** Gathers what the public may know out of what the cluster agreed on. */

export const shownDays = 90;
const dayMs: Milliseconds = 86_400_000;
/** Maintenance that lies further ahead, or is over for longer, is not shown. */
const aheadMs = 30 * dayMs;
const overMs = 90 * dayMs;
const maxAhead = 20;
const maxOver = 100;

type View = ReturnType<VerdictMachine['view']>;

interface Surroundings {
  settings: StatusPageSettings;
  now: EpochMs;
  /** Where the page is reached unless the configuration says so. */
  url: string;
  network: string;
  /** When nobody watched. */
  gaps: readonly Span[];
}

interface ComponentTimes {
  book: PastBook;
  starts: readonly EpochMs[];
  today: EpochMs;
  now: EpochMs;
  since: EpochMs;
  gaps: readonly Span[];
  warnings: ReadonlySet<string>;
}

/** What of the past does not change any more, remembered until something before today does. */
interface Settled {
  key: string;
  days: readonly DayFigures[];
  /** Of each of its checks. */
  maintenance: readonly (readonly Span[])[];
}

export class WorldMaker {
  readonly #windows = new Map<string, PlannedWindow>();
  readonly #settled = new Map<string, Settled>();
  readonly #members = new Members();
  #windowsOf = '';
  #calendar = new Calendar('UTC');

  calendar(zone: string): Calendar {
    if (this.#calendar.zone !== zone) this.#calendar = new Calendar(zone);
    return this.#calendar;
  }

  /** Checks and policies whose past is wanted; a name stands for `name@…` too. */
  names(view: View, settings: StatusPageSettings, now: EpochMs): ReadonlySet<string> {
    const named = settings.components.flatMap((component) => component['stands-for'].checks ?? []);
    const covered = new Set(named);
    const others = this.#members.names(view, settings, now).flat();
    return new Set([...named, ...others.filter((name) => !standsForCheck(covered, name))]);
  }

  make(view: View, book: PastBook, { settings, now, url, network, gaps }: Surroundings): StatusWorld {
    const calendar = this.calendar(settings['time-zone']);
    const starts = calendar.lastDays(now, shownDays);
    const today = starts.at(-1) ?? now;
    this.#forgetWindows(calendar.dateAt(now));
    const full = settings.detail === 'full';
    const inForce = view.inForce;
    const since = inForce?.time ?? now;
    const began = view.genesis && 'createdAt' in view.genesis ? view.genesis.createdAt : 0;
    const members = this.#members.views(view, settings, now);
    const warnings = warningsOf(view.configuration);
    const ofCheck = new Map<string, string[]>();
    for (const [index, component] of settings.components.entries()) {
      for (const { check } of members[index] ?? [])
        ofCheck.set(check.name, [...(ofCheck.get(check.name) ?? []), componentId(component)]);
    }
    const watchers = new Set(view.membership.watchers.map(({ id }) => id));
    const publishing = {
      componentsOf: (check: string) => ofCheck.get(check) ?? namedBy(settings.components, check),
      isPerson: (by: string) => !watchers.has(by) && !book.isWatcher(by),
      full,
    };
    return {
      title: settings.title,
      ...(settings.description !== undefined && { description: settings.description }),
      ...(settings['logo-text'] !== undefined && { logoText: settings['logo-text'] }),
      url: settings.url ?? url,
      languages: settings.languages,
      timeZone: settings['time-zone'],
      since,
      historyFrom: Math.max(book.incidentsSince, began),
      now,
      components: settings.components.map((component, index) =>
        this.#component(component, members[index] ?? [], { book, starts, today, now, since, gaps, warnings }),
      ),
      incidents: book.incidents().flatMap((incident) => publicIncident(incident, publishing) ?? []),
      maintenance: this.#maintenance(view.configuration, settings.components, members, { now, full }),
      subscribe: { mail: settings.subscribe?.mail !== undefined, webhooks: settings.subscribe?.webhooks ?? false },
      network,
      alone: view.membership.watchers.filter(({ role }) => role !== 'observer').length < 2,
      certificates: full,
    };
  }

  #component(component: StatusComponent, checks: readonly CheckView[], at: ComponentTimes): StatusComponentView {
    const { book, starts, today, now, since, gaps, warnings } = at;
    const id = componentId(component);
    const pastOf = ({ check: { name }, policy, verdict, since: from }: CheckView, after?: EpochMs) => {
      const past = book.pastOf(name, { verdict, since: from }, after);
      return policy !== undefined && warnings.has(policy) ? softened(past) : past;
    };
    const key = JSON.stringify([today, checks.map(({ check }) => check.name), book.versionBefore(today)]);
    let settled = this.#settled.get(id);
    if (settled?.key !== key) {
      const maintenance = checks.map(({ check }) =>
        maintenanceOf(check, book.plans, (window) => this.#window(window, now)),
      );
      const pasts = checks.map((view, index) =>
        withGaps({ ...pastOf(view), maintenance: maintenance[index] ?? [] }, gaps),
      );
      settled = { key, days: dayFigures(pasts, starts), maintenance };
      this.#settled.set(id, settled);
    }
    const { days, maintenance } = settled;
    const recent = checks.map((view, index) =>
      withGaps({ ...pastOf(view, today), maintenance: maintenance[index] ?? [] }, gaps),
    );
    const counted = checks.map((view): CountedCheck => {
      const known = book.lastKnown(view.check.name);
      const isMaintained = view.maintenance !== undefined;
      return { verdict: view.verdict, maintenance: isMaintained, ...(known !== undefined && { lastKnown: known }) };
    });
    const { description, group, name } = component;
    return {
      id,
      name,
      ...(description !== undefined && { description }),
      ...(group !== undefined && { group }),
      ...componentState(counted),
      updatedAt: Math.max(since, ...checks.map((view) => view.since ?? 0)),
      days: [...days, ...dayFigures(recent, [today, Math.max(now, today)])],
    };
  }

  #maintenance(
    configuration: Configuration | undefined,
    components: readonly StatusComponent[],
    members: readonly (readonly CheckView[])[],
    { now, full }: { now: EpochMs; full: boolean },
  ): PublicMaintenance[] {
    const found = (configuration?.maintenance ?? []).flatMap((window): PublicMaintenance[] => {
      const { covers, spans } = this.#window(window, now);
      const touched = components.filter((_, index) => (members[index] ?? []).some(({ check }) => covers(check)));
      if (touched.length === 0) return [];
      return spans.map(({ from, to }) => ({
        id: hash(`${window.name}\n${from}`),
        ...(full && { name: window.name }),
        from,
        to,
        status: now < from ? 'scheduled' : now < to ? 'in_progress' : 'completed',
        components: touched.map(componentId),
      }));
    });
    const ofStatus = (status: PublicMaintenance['status']) => found.filter((one) => one.status === status);
    return [
      ...ofStatus('in_progress').sort((a, b) => a.to - b.to),
      ...ofStatus('scheduled')
        .sort((a, b) => a.from - b.from)
        .slice(0, maxAhead),
      ...ofStatus('completed')
        .sort((a, b) => b.from - a.from)
        .slice(0, maxOver),
    ];
  }

  #window(window: MaintenanceWindow, now: EpochMs): PlannedWindow {
    const key = JSON.stringify(window);
    const known = this.#windows.get(key);
    if (known) return known;
    const made = plannedWindow(window, { from: now - overMs - dayMs, to: now + aheadMs });
    this.#windows.set(key, made);
    return made;
  }

  /** Worked out once a day: windows that recur often are not cheap. */
  #forgetWindows(date: string): void {
    if (this.#windowsOf === date) return;
    this.#windowsOf = date;
    this.#windows.clear();
    this.#settled.clear();
  }
}

/** Stable over languages and restarts; begins with a letter, as identifiers of HTML do in style sheets. */
function componentId({ name }: Pick<StatusComponent, 'name'>): string {
  return `c${hash(name)}`;
}

/** Of a check that is not looked through, such as a resource that came up just now. */
function namedBy(components: readonly StatusComponent[], check: string): string[] {
  return components
    .filter((component) => standsForCheck(new Set(component['stands-for'].checks), check))
    .map(componentId);
}

/** A policy that only warns: while it fires, something is degraded. */
function softened(past: Omit<CheckPast, 'maintenance'>): Omit<CheckPast, 'maintenance'> {
  const soften = (verdict: VerdictState) => (verdict === 'down' ? 'degraded' : verdict);
  return { initial: soften(past.initial), changes: past.changes.map(({ at, to }) => ({ at, to: soften(to) })) };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

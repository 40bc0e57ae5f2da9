import { createHash } from 'node:crypto';
import { compileMaintenance, type CheckView, type VerdictMachine } from '../../agree/index.ts';
import {
  matchesSelector,
  standsForCheck,
  type Configuration,
  type EpochMs,
  type MaintenanceWindow,
  type Milliseconds,
  type StatusComponent,
  type StatusPageSettings,
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
import { maintenanceOf, type Labelled, type PastBook } from './past-book.ts';

/** Gathers what the public may know out of what the cluster agreed on. */

export const shownDays = 90;
const dayMs: Milliseconds = 86_400_000;
/** Maintenance that lies further ahead, or is over for longer, is not shown. */
const aheadMs = 30 * dayMs;
const overMs = 90 * dayMs;
const maxAhead = 20;
const maxOver = 100;
/** Of one maintenance window over all the time that is looked at. */
const maxSpans = 3000;

type View = ReturnType<VerdictMachine['view']>;

interface Window {
  covers: (check: Labelled) => boolean;
  spans: readonly Span[];
}

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
}

/** What of the past does not change any more, remembered until something before today does. */
interface Settled {
  key: string;
  days: readonly DayFigures[];
}

export class WorldMaker {
  readonly #windows = new Map<string, Window>();
  readonly #settled = new Map<string, Settled>();
  #windowsOf = '';
  #calendar = new Calendar('UTC');

  calendar(zone: string): Calendar {
    if (this.#calendar.zone !== zone) this.#calendar = new Calendar(zone);
    return this.#calendar;
  }

  make(view: View, book: PastBook, { settings, now, url, network, gaps }: Surroundings): StatusWorld {
    const calendar = this.calendar(settings['time-zone']);
    const starts = calendar.lastDays(now, shownDays);
    const today = starts.at(-1) ?? now;
    this.#forgetWindows(calendar.dateAt(now));
    const full = settings.detail === 'full';
    const inForce = view.inForce;
    const since = inForce?.time ?? now;
    const members = settings.components.map((component) => checksOf(view, component));
    const ofCheck = new Map<string, string[]>();
    for (const [index, component] of settings.components.entries()) {
      for (const { check } of members[index] ?? [])
        ofCheck.set(check.name, [...(ofCheck.get(check.name) ?? []), componentId(component)]);
    }
    const watchers = new Set(view.membership.watchers.map(({ id }) => id));
    const publishing = {
      componentsOf: (check: string) => ofCheck.get(check) ?? [],
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
      now,
      components: settings.components.map((component, index) =>
        this.#component(component, members[index] ?? [], { book, starts, today, now, since, gaps }),
      ),
      incidents: book.incidents().flatMap((incident) => publicIncident(incident, publishing) ?? []),
      maintenance: this.#maintenance(view.configuration, settings.components, members, { now, full }),
      subscribe: { mail: settings.subscribe?.mail !== undefined, webhooks: settings.subscribe?.webhooks ?? false },
      network,
      certificates: full,
    };
  }

  #component(component: StatusComponent, checks: readonly CheckView[], at: ComponentTimes): StatusComponentView {
    const { book, starts, today, now, since, gaps } = at;
    const id = componentId(component);
    const pasts = checks.map((view): CheckPast => {
      const { verdict } = view;
      const past = book.pastOf(view.check.name, { verdict, since: view.since });
      const maintenance = maintenanceOf(view.check, book.plans, (window) => this.#window(window, now));
      return withGaps({ ...past, maintenance }, gaps);
    });
    const counted = checks.map((view, index): CountedCheck => {
      const known = pasts[index]?.changes.findLast(({ to }) => to !== 'unknown')?.to;
      const maintenance = view.maintenance !== undefined;
      return { verdict: view.verdict, maintenance, ...(known !== undefined && { lastKnown: known }) };
    });
    const key = JSON.stringify([today, checks.map(({ check }) => check.name), book.versionBefore(today)]);
    const settled = this.#settled.get(id);
    const days = settled?.key === key ? settled.days : dayFigures(pasts, starts);
    if (settled?.key !== key) this.#settled.set(id, { key, days });
    const { description, group, name } = component;
    return {
      id,
      name,
      ...(description !== undefined && { description }),
      ...(group !== undefined && { group }),
      ...componentState(counted),
      updatedAt: Math.max(since, ...checks.map((view) => view.since ?? 0)),
      days: [...days, ...dayFigures(pasts, [today, Math.max(now, today)])],
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

  #window(window: MaintenanceWindow, now: EpochMs): Window {
    const key = JSON.stringify(window);
    const known = this.#windows.get(key);
    if (known) return known;
    const names = window.checks && new Set(window.checks);
    const made: Window = {
      covers: ({ name, labels }) =>
        (names === undefined && window.select === undefined) ||
        (names !== undefined && standsForCheck(names, name)) ||
        (window.select !== undefined && matchesSelector(window.select, labels)),
      spans: compileMaintenance(window).spans(now - overMs - dayMs, now + aheadMs, maxSpans),
    };
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

/** The checks of a component that are not switched off. */
export function checksOf(view: View, component: StatusComponent): CheckView[] {
  const { checks, group, select } = component['stands-for'];
  const names = new Set(checks);
  const grouped = view.configuration?.groups.find(({ name }) => name === group)?.select;
  return [...view.checks()].filter(
    ({ check }) =>
      !check.disabled &&
      (standsForCheck(names, check.name) ||
        (grouped !== undefined && matchesSelector(grouped, check.labels)) ||
        (select !== undefined && matchesSelector(select, check.labels))),
  );
}

/** Stable over languages and restarts; begins with a letter, as identifiers of HTML do in style sheets. */
export function componentId({ name }: Pick<StatusComponent, 'name'>): string {
  return `c${hash(name)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

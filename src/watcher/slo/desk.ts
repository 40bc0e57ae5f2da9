import type { VerdictMachine } from '../../agree/index.ts';
import {
  burnPairs,
  checksOf,
  genesisText,
  QwError,
  type ApiObjective,
  type ApiObjectiveBundle,
  type ApiObjectiveDetail,
  type ApiPage,
  type EpochMs,
  type Incident,
  type Milliseconds,
  type Objective,
} from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import {
  added,
  burnDown,
  burnRate,
  Calendar,
  compliance,
  errorBudget,
  monthAt,
  monthSpan,
  nextMonth,
  periodAt,
  uptimeTallies,
  type Span,
  type Tally,
} from '../../report/index.ts';
import type { AlertDesk } from '../alerts/alert-desk.ts';
import type { WatcherReplica } from '../cluster-figures.ts';
import type { Paging } from '../paging.ts';
import { checkPasts } from '../past/check-pasts.ts';
import { PastBook } from '../past/past-book.ts';
import { keptMs, type Past } from '../past/past.ts';
import { readPast } from '../past/read-past.ts';
import { count, countedLimitMs, tallied, unknownObjective, type Counting } from './count.ts';
import { measure, outages, type Sources } from './measure.ts';
import { expectedOf, presentObjective, presentOutage, type Stand } from './present.ts';
import { makeReport } from './report.ts';

/** Service level objectives: how they stand, and what proves it. */
export interface ObjectiveDesk {
  /** In the order of the configuration, as they were up to half a minute ago. */
  list: (filter: { search?: string }, paging: Paging) => Promise<ApiPage<ApiObjective>>;
  /** Throws NOT_FOUND. */
  get: (name: string) => Promise<ApiObjectiveDetail>;
  /** A calendar month such as `2026-10`. Throws NOT_FOUND, BAD_INPUT for what is no month or has not begun, and OVERLOADED. */
  report: (name: string, month: string) => Promise<ApiObjectiveBundle>;
}

export interface ObjectiveParts extends Counting {
  clock: Clock;
  machine: VerdictMachine;
  past: Past;
  replica: Pick<WatcherReplica, 'read' | 'status'>;
  alerts: Pick<AlertDesk, 'get'>;
  certificates: { export: (incident: Incident) => Promise<string> };
}

const freshMs: Milliseconds = 30_000;
const maxKept = 1000;
const maxOutages = 200;
const shownMonths = 3;
/** Made at a time: each may read the ledger and make hundreds of certificates. */
const maxReports = 2;
/** Parts of the longest window of a burn rate: what is counted by them is exact to one of them. */
const windowParts = 360;

export class Objectives implements ObjectiveDesk {
  readonly #parts: ObjectiveParts;
  readonly #sources: Sources;
  readonly #calendars = new Map<string, Calendar>();
  readonly #kept = new Map<string, { key: string; at: Milliseconds; found: Promise<Stand> }>();
  #reports = 0;

  constructor(parts: ObjectiveParts) {
    this.#parts = parts;
    const { past, store, ask } = parts;
    this.#sources = { store, ask, view: () => this.#view(), book: () => past.book, gaps: () => past.gaps };
  }

  /** To be called at the start and after each change of configuration. */
  configure(): void {
    const names = this.#objectives().flatMap((objective) => this.#checksOf(objective).map(({ name }) => name));
    this.#parts.past.want('objectives', names.length > 0 ? new Set(names) : undefined);
  }

  async list({ search = '' }: { search?: string }, { cursor, limit }: Paging): Promise<ApiPage<ApiObjective>> {
    const words = search.toLowerCase().split(/\s+/);
    const all = this.#objectives().filter(({ name, comment = '', labels }) => {
      const text = [name, comment, ...Object.entries(labels).map((pair) => pair.join('='))].join('\n').toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const from = Math.max(0, Number(cursor ?? 0) || 0);
    const items: ApiObjective[] = [];
    for (const objective of all.slice(from, from + limit)) items.push(presentObjective(await this.#stand(objective)));
    return { items, total: all.length, ...(from + limit < all.length && { next: String(from + limit) }) };
  }

  async get(name: string): Promise<ApiObjectiveDetail> {
    const objective = this.#named(name);
    const stand = await this.#stand(objective);
    const { checks, measured, now, span } = stand;
    const names = checks.map((check) => check.name);
    const { book } = this.#parts.past;
    const found = book ? outages(this.#sources, book, names, { from: span.from, to: Math.min(now, span.to) }) : [];
    const { latency } = objective.indicator;
    return {
      ...presentObjective(stand),
      names,
      ...(latency && { latency: { belowMs: latency.below, countedBelowMs: countedLimitMs(latency.below) } }),
      alerts: await this.#alertsOf(stand),
      series: {
        at: measured.bounds.slice(0, -1),
        total: measured.parts.map(({ total }) => total),
        bad: measured.parts.map(({ bad }) => bad),
        leftPercent: burnDown(measured.parts, objective.goal, expectedOf(stand)),
      },
      outages: found
        .slice(-maxOutages)
        .reverse()
        .map((outage) => presentOutage(outage, now)),
      omittedOutages: Math.max(0, found.length - maxOutages),
      months: await this.#monthsOf(objective, now),
    };
  }

  async report(name: string, month: string): Promise<ApiObjectiveBundle> {
    if (this.#reports >= maxReports) throw new QwError('OVERLOADED', 'others ask for reports too');
    this.#reports++;
    try {
      return await this.#report(name, month);
    } finally {
      this.#reports--;
    }
  }

  async #report(name: string, month: string): Promise<ApiObjectiveBundle> {
    const objective = this.#named(name);
    const now = this.#parts.clock.now();
    const calendar = this.#calendar(objective);
    const span = monthSpan(month, calendar);
    if (span.from > now) throw new QwError('BAD_INPUT', `the month ${month} has not begun yet`);
    const checks = this.#checksOf(objective);
    const names = checks.map((check) => check.name);
    const book = await this.#bookSince(span, names);
    if (!book) throw new QwError('OVERLOADED', 'the past is still being read from the ledger');
    const measured = await measure(this.#sources, { ...objective, period: 'month' }, checks, {
      span,
      now,
      calendar,
      book,
    });
    const view = this.#view();
    const { genesis } = view;
    return makeReport(
      { objective, checks, span, now, measured },
      {
        network: this.#parts.machine.network,
        month,
        outages: outages(this.#sources, book, names, { from: span.from, to: Math.min(now, span.to) }),
        incident: (id) => book.incident(id) ?? view.incident(id),
        certificate: (incident) => this.#parts.certificates.export(incident),
        genesis: genesis && 'format' in genesis ? genesisText(genesis) : undefined,
      },
    );
  }

  #view() {
    return this.#parts.machine.view(this.#parts.clock.now());
  }

  #objectives(): readonly Objective[] {
    return this.#view().configuration?.objectives ?? [];
  }

  #named(name: string): Objective {
    const found = this.#objectives().find((one) => one.name === name);
    if (!found) throw unknownObjective(name);
    return found;
  }

  #checksOf(objective: Objective) {
    return checksOf(objective, this.#view().configuration?.watch ?? []).filter(({ disabled }) => !disabled);
  }

  #calendar({ 'time-zone': zone }: Objective): Calendar {
    const calendar = this.#calendars.get(zone) ?? new Calendar(zone);
    this.#calendars.set(zone, calendar);
    return calendar;
  }

  /** Measured once for all who ask within half a minute. */
  async #stand(objective: Objective): Promise<Stand> {
    const { clock, past } = this.#parts;
    const checks = this.#checksOf(objective);
    const key = JSON.stringify([objective, checks.map(({ name }) => name), past.book === undefined]);
    const kept = this.#kept.get(objective.name);
    const isFresh = kept?.key === key && clock.monotonic() - kept.at < freshMs;
    const found = isFresh ? kept.found : this.#measured(objective, checks);
    if (!isFresh) {
      this.#kept.delete(objective.name);
      this.#kept.set(objective.name, { key, at: clock.monotonic(), found });
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest);
    }
    const firing = this.#policiesOf(objective).filter((name) => this.#parts.alerts.get(name)?.state === 'firing');
    return { ...(await found), firing };
  }

  async #measured(objective: Objective, checks: Stand['checks']): Promise<Stand> {
    const now = this.#parts.clock.now();
    const calendar = this.#calendar(objective);
    const span = periodAt(objective, now, calendar);
    const measured = await measure(this.#sources, objective, checks, { span, now, calendar });
    return { objective, checks, span, now, measured, firing: [] };
  }

  #policiesOf(objective: Objective): string[] {
    return objective.alerts.disabled ? [] : burnPairs(objective).map(({ policy }) => policy);
  }

  async #alertsOf({ objective, checks, now }: Stand): Promise<ApiObjectiveDetail['alerts']> {
    const pairs = burnPairs(objective);
    const alerts = this.#policiesOf(objective).map((name) => this.#parts.alerts.get(name));
    const windows = [...new Set(pairs.flatMap(({ longMs, shortMs }) => [longMs, shortMs]))];
    const rates = new Map<Milliseconds, number | undefined>();
    for (const windowMs of windows) {
      const names = checks.map(({ name }) => name);
      const tally = await this.#tallyOf(objective, names, now, windowMs).catch(() => undefined);
      rates.set(windowMs, tally && burnRate(tally, objective.goal));
    }
    return pairs.flatMap(({ policy, factor, longMs, shortMs }) => {
      const alert = alerts.find((one) => one?.name === policy);
      const [long, short] = [rates.get(longMs), rates.get(shortMs)];
      if (!alert) return [];
      const { severity, state } = alert;
      return [
        {
          policy,
          severity,
          state,
          factor,
          longMs,
          shortMs,
          ...(long !== undefined && { longBurnRate: long }),
          ...(short !== undefined && { shortBurnRate: short }),
        },
      ];
    });
  }

  async #tallyOf(objective: Objective, names: readonly string[], now: EpochMs, windowMs: Milliseconds): Promise<Tally> {
    const span = { from: now - windowMs, to: now };
    const { book, gaps } = this.#parts.past;
    if (objective.indicator.uptime) {
      const pasts = book ? checkPasts(this.#view(), book, names, { ...span, gaps }) : [];
      return added(uptimeTallies(pasts, [span.from, span.to]));
    }
    const stepMs = Math.max(1000, Math.ceil(windowMs / windowParts / 1000) * 1000);
    const { steps } = await count(this.#sources, objective, names, span, stepMs);
    return added(tallied(steps, [span.from - stepMs / 2, span.to]));
  }

  async #monthsOf(objective: Objective, now: EpochMs): Promise<ApiObjectiveDetail['months']> {
    const calendar = this.#calendar(objective);
    const checks = this.#checksOf(objective);
    const months: ApiObjectiveDetail['months'] = [];
    let month = monthAt(now, calendar);
    for (let shown = 0; shown < shownMonths; shown++, month = nextMonth(month, -1)) {
      const span = monthSpan(month, calendar);
      const inMonth: Objective = { ...objective, period: 'month' };
      const measured = await measure(this.#sources, inMonth, checks, { span, now, calendar });
      const tally = added(measured.parts);
      const good = compliance(tally);
      const expected = expectedOf({ objective: inMonth, checks, span, now });
      const { leftPercent } = errorBudget(tally, objective.goal, expected);
      // What nobody remembers is no month without outages.
      if (good === undefined || (objective.indicator.uptime && span.to < now - keptMs)) continue;
      const complete = span.to <= now && !(objective.indicator.uptime && span.from < now - keptMs);
      months.push({
        month,
        complete,
        compliance: good,
        ...tally,
        ...(leftPercent !== undefined && { leftPercent }),
      });
    }
    return months;
  }

  /** The past that is kept at hand, or that of an earlier month, read from the ledger for this once. */
  async #bookSince(span: Span, names: readonly string[]): Promise<PastBook | undefined> {
    const { clock, past, replica } = this.#parts;
    if (span.from >= clock.now() - keptMs)
      return past.book ?? (names.length === 0 ? new PastBook(new Set(), 0) : undefined);
    const book = new PastBook(new Set(names), span.from);
    const read = (from: number, limit: number) => replica.read(from, limit);
    const { entries } = replica.status();
    await readPast(book, { read, entries: () => entries }, span.from, new AbortController().signal);
    return book;
  }
}

import type { View } from '../../agree/index.ts';
import type { SeriesSource } from '../../explain/index.ts';
import {
  messageOf,
  type ApiUplinks,
  type Check,
  type Digest,
  type EpochMs,
  type TelemetrySettings,
  type VerdictState,
  uplinkChecks,
} from '../../model/index.ts';
import { sleep, type Clock, type Log } from '../../platform/index.ts';
import type { EngineHealth, JudgedSample, Series } from '../../store/index.ts';
import { readCheckSeries } from './check-series.ts';
import { withinRolled } from './cover.ts';
import { digestFigures } from './digest-figures.ts';
import { createMetricsDesk, type MetricsDesk } from './desk.ts';
import { isTraffic, trafficSeconds } from './flow-metrics.ts';
import { samplesFamily, type Labels } from './metric.ts';
import { openEngine, type OpenedEngine } from './open-engine.ts';
import { ownFigures, uplinkFigures, type Figure, type OwnSources } from './own-figures.ts';
import { Recorder, type RowListener } from './recorder.ts';
import type { MetricsStore } from './scope.ts';
import { SeriesBook } from './series-book.ts';
import { createSeriesSource } from './series-source.ts';
import { VerdictRounds } from './verdict-rounds.ts';

export interface TelemetryOptions {
  self: string;
  /** The data folder. */
  directory: string;
  clock: Clock;
  log: Log;
  settings: () => TelemetrySettings;
  view: () => View;
  /** What is wrong, in a sentence; undefined when it is no more. */
  onProblem(part: string, problem: string | undefined): void;
}

/** What there is to record besides samples; the parts of the watcher that know it come after telemetry. */
export interface TelemetrySources extends Omit<OwnSources, 'memoryBytes' | 'telemetry'> {
  uplinks: () => ApiUplinks;
}

/** Own figures are taken every so many ticks of a second, uplinks with each. */
const ownFiguresEvery = 5;
const retainEvery = 600;
/** For what is on its way to the disk when the watcher stops. */
const patienceMs = 3000;
/** So long what is known of the tables may be used. */
const healthMs = 2000;
const memoryBytes = () => process.memoryUsage.rss();
const noHealth: EngineHealth = { ready: false, problems: [], tables: {} };

/** Everything that is measured, on its way into the store, and the answers to questions about it. */
export class Telemetry {
  readonly desk: MetricsDesk;
  /** The same for PromQL. */
  readonly series: SeriesSource;
  readonly #options: TelemetryOptions;
  readonly #opened: OpenedEngine;
  /** Where everything that was measured is asked for. */
  readonly store: MetricsStore;
  readonly #recorder: Recorder;
  readonly #verdicts: VerdictRounds;
  /** Numbers of the series of samples, by check; labels change with the configuration only. */
  readonly #series = new Map<string, number | undefined>();
  #sources: TelemetrySources | undefined;
  #health: { at: number; asked: Promise<EngineHealth>; known: EngineHealth } | undefined;
  #ticks = 0;

  static async open(options: TelemetryOptions): Promise<Telemetry> {
    return new Telemetry(options, await openEngine(options));
  }

  private constructor(options: TelemetryOptions, opened: OpenedEngine) {
    const { clock } = options;
    this.#options = options;
    this.#opened = opened;
    for (const problem of opened.problems) options.onProblem('telemetry engine', problem);
    const book = new SeriesBook(opened.keeper);
    this.#recorder = new Recorder({
      engine: opened.engine,
      book,
      onProblem: (problem) => options.onProblem('telemetry rows', problem && `telemetry: ${problem}`),
    });
    this.#verdicts = new VerdictRounds();
    this.store = { engine: opened.engine, book, clock, tables: () => this.#tables() };
    this.desk = createMetricsDesk(this.store);
    this.series = createSeriesSource(this.store);
  }

  attach(sources: TelemetrySources): void {
    this.#sources = sources;
    void this.#tables();
  }

  /** Each row from now on, as it is recorded. */
  hear(listener: RowListener): void {
    this.#recorder.hear(listener);
  }

  /** A judged sample of this watcher. */
  sample(sample: JudgedSample): void {
    const { check } = sample;
    if (!this.#series.has(check)) this.#series.set(check, this.#seriesOf(check));
    const series = this.#series.get(check);
    if (series !== undefined) this.#recorder.sample(series, sample);
  }

  /** Values that other parts measure, with all their labels. */
  record(figures: readonly Figure[], at: EpochMs = this.#options.clock.now()): void {
    for (const { metric, labels, value } of figures) this.#recorder.point(metric, labels, value, at);
  }

  /** Figures of this watcher itself, which goes among their labels. */
  recordOwn(figures: readonly Figure[], at: EpochMs): void {
    const own = this.#own();
    this.record(
      figures.map((figure) => ({ ...figure, labels: { ...figure.labels, ...own } })),
      at,
    );
  }

  /** What a watcher told of itself, this one included. */
  digest(watcher: string, digest: Digest): void {
    const view = this.#options.view();
    this.record(digestFigures(watcher, digest, (id) => siteOf(view, id)));
  }

  /** A verdict that has changed; the others are written down once a minute. */
  verdict(check: string, verdict: VerdictState): void {
    const found = this.#options.view().check(check);
    // A policy is judged by what is measured; that it fires is in the ledger.
    if (found && found.policy === undefined) this.#recordVerdict(found.check, verdict);
  }

  /** The configuration in force is another one: names, labels and sites may be too. */
  configure(): void {
    this.#series.clear();
    const { configuration } = this.#options.view();
    if (!configuration) return;
    const { watch, uplinks, failover } = configuration;
    this.#verdicts.setChecks([...watch, ...uplinkChecks(uplinks, failover)].map(({ name }) => name));
  }

  /** A check as this watcher has seen it; undefined where the store cannot tell, or knows no more than sums. */
  checkSeries(check: string, from: EpochMs, to: EpochMs, points: number): Promise<Series | undefined> {
    return readCheckSeries(this.store, { check, watcher: this.#options.self, from, to, points });
  }

  /** What this watcher says of itself now, without watcher and site. */
  figures(): Figure[] {
    const sources = this.#sources;
    if (!sources) return [];
    const { written, dropped, waiting } = this.#recorder.figures;
    const health = this.#health?.known ?? noHealth;
    const telemetry = () => ({ written, dropped, waiting, health });
    return [...ownFigures({ ...sources, memoryBytes, telemetry }), ...uplinkFigures(sources.uplinks())];
  }

  /** To be called every second. */
  tick(): void {
    this.#ticks++;
    if (this.#sources) {
      const all = this.#ticks % ownFiguresEvery === 0;
      const own = this.#own();
      const withTraffic = this.#ticks % trafficSeconds === 0;
      const figures = all
        ? this.figures().filter(({ metric }) => withTraffic || !isTraffic(metric))
        : uplinkFigures(this.#sources.uplinks());
      this.record(figures.map((figure) => ({ ...figure, labels: { ...figure.labels, ...own } })));
    }
    const view = this.#options.view();
    for (const name of this.#verdicts.next()) {
      const found = view.check(name);
      if (found) this.#recordVerdict(found.check, found.verdict);
    }
    this.#recorder.flush();
    if (this.#ticks % ownFiguresEvery === 0) void this.#tables();
    if (this.#ticks % retainEvery === 1) this.#retain();
  }

  async stop(): Promise<void> {
    const settled = this.#recorder.settled();
    const ended = new AbortController();
    const written = this.#opened.seal().then(() => settled);
    // A disk that stands still must not hold up the end.
    await Promise.race([written, sleep(this.#options.clock, patienceMs, ended.signal)]);
    ended.abort();
    await this.#opened.close();
  }

  #own(): Labels {
    return { watcher: this.#options.self, site: siteOf(this.#options.view(), this.#options.self) };
  }

  #seriesOf(name: string): number | undefined {
    const check = this.#options.view().check(name)?.check;
    if (!check) return undefined;
    return this.#recorder.seriesOf(samplesFamily, { ...labelsOf(check), ...this.#own() });
  }

  #recordVerdict(check: Check, verdict: VerdictState): void {
    const labels = { ...labelsOf(check), ...this.#own() };
    const up = verdict === 'up' || verdict === 'degraded' ? 1 : 0;
    this.record([
      { metric: 'quorumwatch_check_verdict', labels, value: verdictNumbers[verdict] },
      { metric: 'quorumwatch_check_up', labels, value: up },
    ]);
  }

  async #tables(): Promise<EngineHealth['tables']> {
    const now = this.#options.clock.monotonic();
    if (!this.#health || now - this.#health.at > healthMs) {
      const known = this.#health?.known ?? noHealth;
      const asked = this.#opened.engine.health().catch((thrown: unknown) => ({
        ...known,
        ready: false,
        problems: [messageOf(thrown)],
      }));
      const health = { at: now, asked, known };
      this.#health = health;
      health.known = await asked;
      const problem = health.known.problems[0];
      this.#options.onProblem('telemetry store', problem && `telemetry: ${problem}`);
    }
    const { tables } = await this.#health.asked;
    return withinRolled(tables, (table) => this.#opened.rolledUpTo(table));
  }

  #retain(): void {
    this.#opened
      .retain(this.#options.settings().retention)
      .then(() => this.#options.onProblem('telemetry retention', undefined))
      .catch((thrown: unknown) =>
        this.#options.onProblem('telemetry retention', `old telemetry could not be removed: ${messageOf(thrown)}`),
      );
  }
}

export const verdictNumbers: Readonly<Record<VerdictState, number>> = {
  down: 0,
  up: 1,
  degraded: 2,
  partial: 3,
  unknown: 4,
};

const maxCheckLabels = 20;

/** Labels that people gave to a check come after `label_`, so that none of them takes the place of another kind. */
function labelsOf({ name, type, labels }: Pick<Check, 'name' | 'type' | 'labels'>): Labels {
  const given = Object.entries(labels)
    .slice(0, maxCheckLabels)
    .map(([key, value]) => [`label_${key.replaceAll(/[^A-Za-z0-9_]/g, '_')}`, value] as const);
  return { ...Object.fromEntries(given), check: name, type };
}

function siteOf({ membership, configuration }: View, self: string): string {
  return membership.watchers.find(({ id }) => id === self)?.site || (configuration?.site ?? '');
}

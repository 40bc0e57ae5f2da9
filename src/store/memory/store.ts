import { renameSync, rmSync } from 'node:fs';
import type { EpochMs, VerdictState } from '../../model/index.ts';
import type { Clock, Timer } from '../../platform/index.ts';
import { addRollup, addSample, emptyRollup, sliceStart } from '../rollup.ts';
import { isDamaged, RollupTable } from '../tables/rollup-table.ts';
import type { JudgedSample, Rollup, Series, TelemetryStore } from '../telemetry.ts';
import { SampleRing } from './ring.ts';
import { Strip } from './strip.ts';

/**
 * The default engine: the last samples in memory, five-minute and hourly rollups on disk. Rollups are written in small
 * transactions spread over time, so that the event loop never waits for the disk longer than a few milliseconds.
 */

const fiveMinutesMs = 300_000;
const hourMs = 3_600_000;
const stripCells = 48;
const retentionMs = { '5m': 3 * 24 * hourMs, '1h': 90 * 24 * hourMs };
/** Rows in one transaction: about 2 ms. */
const rowsPerFlush = 200;
const flushIntervalMs = 1000;

export interface MemoryStoreOptions {
  clock: Clock;
  /** The database of rollups; without it everything is in memory only. */
  file?: string;
  /** Raw points kept for one check; fewer where `totalPoints` do not suffice. */
  rawPoints?: number;
  /** Raw points kept over all checks together. */
  totalPoints?: number;
  /** Full samples kept over all checks together. */
  fullSamples?: number;
  /** Called once when the disk refuses; measuring goes on in memory. */
  onProblem?: (problem: unknown) => void;
}

interface CheckTelemetry {
  ring: SampleRing;
  full: JudgedSample[];
  current: Rollup;
  hour: Rollup;
  strip: Strip;
  done: number;
  failed: number;
}

export function createMemoryStore(options: MemoryStoreOptions): TelemetryStore {
  return new MemoryStore(options);
}

class MemoryStore implements TelemetryStore {
  readonly #options: MemoryStoreOptions;
  readonly #checks = new Map<string, CheckTelemetry>();
  readonly #rawPoints: number;
  readonly #totalPoints: number;
  #expectedChecks = 1;
  readonly #fullSamples: number;
  #table: RollupTable | undefined;
  #pending: { width: '5m' | '1h'; check: string; rollup: Rollup }[] = [];
  #expireCursor = 0;
  #timer: Timer | undefined;

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
    this.#rawPoints = options.rawPoints ?? 3600;
    this.#totalPoints = options.totalPoints ?? 1_500_000;
    this.#fullSamples = options.fullSamples ?? 10_000;
    if (options.file !== undefined) {
      this.#table = this.#open(options.file);
      this.#timer = options.clock.after(flushIntervalMs, () => this.#tick());
    }
  }

  /** A damaged database is put aside and begun anew; without one the charts reach back to the start only. */
  #open(file: string): RollupTable | undefined {
    try {
      return new RollupTable(file);
    } catch (problem) {
      this.#options.onProblem?.(problem);
      // A full disk or a missing permission is no reason to move a good file.
      if (!isDamaged(problem)) return undefined;
    }
    try {
      renameSync(file, `${file}.damaged`);
      for (const beside of ['-wal', '-shm']) rmSync(`${file}${beside}`, { force: true });
      return new RollupTable(file);
    } catch (problem) {
      this.#options.onProblem?.(problem);
      return undefined;
    }
  }

  append(sample: JudgedSample, verdict: VerdictState): void {
    const check = this.#of(sample.check);
    const slice = sliceStart(sample.startedAt, fiveMinutesMs);
    // A sample from just before the current slice (the wall clock was corrected) is counted in the current one; a clock
    // that was set back goes on where it stands now, or nothing would be shown until it is there again.
    if (slice > check.current.from || slice < check.current.from - fiveMinutesMs)
      this.#closeSlice(sample.check, check, slice);
    check.ring.push(sample.startedAt, sample.outcome, sample.latencyMs, sample.lossPercent);
    addSample(check.current, sample, verdict);
    check.done++;
    if (sample.outcome === 'fail') check.failed++;
    check.full.push(sample);
    const keep = Math.min(50, Math.max(1, Math.floor(this.#fullSamples / this.#checks.size)));
    if (check.full.length > keep) check.full.splice(0, check.full.length - keep);
  }

  recent(name: string, limit: number): readonly JudgedSample[] {
    return this.#checks.get(name)?.full.slice(-limit) ?? [];
  }

  last(name: string): JudgedSample | undefined {
    return this.#checks.get(name)?.full.at(-1);
  }

  counts(name: string): { done: number; failed: number } {
    const check = this.#checks.get(name);
    return { done: check?.done ?? 0, failed: check?.failed ?? 0 };
  }

  strip(name: string, cells: number): readonly Rollup[] {
    const check = this.#checks.get(name);
    if (!check) return [];
    const known = new Map([...check.strip.rollups(), check.current].map((rollup) => [rollup.from, rollup]));
    const first = Math.min(...known.keys());
    const last = sliceStart(this.#options.clock.now(), fiveMinutesMs);
    const all: Rollup[] = [];
    for (let from = Math.max(first, last - (cells - 1) * fiveMinutesMs); from <= last; from += fiveMinutesMs) {
      all.push(known.get(from) ?? emptyRollup(from));
    }
    return all;
  }

  availability(name: string, from: EpochMs): number | undefined {
    let good = 0;
    let bad = 0;
    for (const rollup of this.#slices(name, from, Infinity)) {
      good += rollup.passed + rollup.degraded;
      bad += rollup.failed;
    }
    return good + bad === 0 ? undefined : (good / (good + bad)) * 100;
  }

  oldest(name: string): EpochMs {
    return this.#checks.get(name)?.ring.oldest ?? Infinity;
  }

  series(name: string, from: EpochMs, to: EpochMs, points: number): Series {
    const check = this.#checks.get(name);
    const wantedMs = Math.max(1000, (to - from) / Math.max(1, points));
    const raw = check !== undefined && check.ring.oldest <= from + wantedMs ? check.ring : undefined;
    const stepMs = raw || wantedMs < fiveMinutesMs ? niceStep(wantedMs) : niceStep(Math.max(wantedMs, fiveMinutesMs));
    const steps = new Map<number, Rollup>();
    const at = (time: EpochMs): Rollup => {
      const start = sliceStart(time, stepMs);
      let rollup = steps.get(start);
      if (!rollup) steps.set(start, (rollup = emptyRollup(start)));
      return rollup;
    };
    // Raw points where there are any, rollups for the time before them. A full ring begins somewhere within a slice: the
    // rollup of that slice counts, and the points from the next one on, so that nothing is left out or counted twice.
    const oldest = check?.ring.oldest ?? Infinity;
    const rawStart = check?.ring.full ? sliceStart(oldest + fiveMinutesMs - 1, fiveMinutesMs) : oldest;
    const rawFrom = Math.max(from, rawStart);
    for (const rollup of this.#slices(name, from, Math.min(to, rawFrom))) {
      if (rollup.from + fiveMinutesMs <= rawFrom) addRollup(at(rollup.from), rollup);
    }
    check?.ring.forEach((time, outcome, latencyMs, lossPercent) => {
      if (time >= rawFrom && time < to) addSample(at(time), { outcome, latencyMs, lossPercent }, 'unknown');
    });
    return toSeries(
      stepMs,
      [...steps.values()].sort((a, b) => a.from - b.from),
    );
  }

  keepOnly(names: ReadonlySet<string>): void {
    this.#expectedChecks = Math.max(1, names.size);
    for (const name of this.#checks.keys()) if (!names.has(name)) this.#checks.delete(name);
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    for (const [name, check] of this.#checks) {
      if (total(check.current) > 0) this.#pending.push({ width: '5m', check: name, rollup: check.current });
      if (total(check.hour) > 0 || total(check.current) > 0) {
        addRollup(check.hour, check.current);
        this.#pending.push({ width: '1h', check: name, rollup: check.hour });
      }
    }
    while (this.#pending.length > 0 && this.#table) this.#flush();
    this.#table?.close();
    this.#table = undefined;
  }

  #of(name: string): CheckTelemetry {
    let check = this.#checks.get(name);
    if (!check) {
      const now = this.#options.clock.now();
      const current = sliceStart(now, fiveMinutesMs);
      const past = this.#read('5m', name, current - stripCells * fiveMinutesMs, Infinity);
      // What this hour and slice held before a restart goes on being counted.
      const reopened = past.at(-1)?.from === current ? past.pop() : undefined;
      const strip = new Strip(fiveMinutesMs, stripCells);
      for (const rollup of past) strip.push(rollup);
      const hour = emptyRollup(sliceStart(now, hourMs));
      for (const rollup of past) if (rollup.from >= hour.from) addRollup(hour, rollup);
      const affordable = Math.floor(this.#totalPoints / this.#expectedChecks);
      const ring = new SampleRing(Math.max(1, Math.min(this.#rawPoints, affordable)));
      check = { ring, full: [], current: reopened ?? emptyRollup(current), hour, strip, done: 0, failed: 0 };
      this.#checks.set(name, check);
    }
    return check;
  }

  #closeSlice(name: string, check: CheckTelemetry, next: EpochMs): void {
    if (total(check.current) > 0) {
      check.strip.push(check.current);
      addRollup(check.hour, check.current);
      if (this.#table) this.#pending.push({ width: '5m', check: name, rollup: check.current });
    }
    check.current = emptyRollup(next);
    const hour = sliceStart(next, hourMs);
    if (hour !== check.hour.from) {
      if (this.#table && total(check.hour) > 0) this.#pending.push({ width: '1h', check: name, rollup: check.hour });
      check.hour = emptyRollup(hour);
    }
  }

  /** Rollups that start in [from, to): the finest that still exist. */
  #slices(name: string, from: EpochMs, to: EpochMs): Rollup[] {
    const check = this.#checks.get(name);
    const fineFrom = Math.max(from, this.#options.clock.now() - retentionMs['5m']);
    const coarse = this.#read('1h', name, from, Math.min(to, fineFrom));
    const stripFrom = check?.strip.oldest ?? Infinity;
    const fine = this.#read('5m', name, fineFrom, Math.min(to, stripFrom));
    const recent = check
      ? [...check.strip.rollups(), check.current].filter((r) => r.from >= fineFrom && r.from < to && total(r) > 0)
      : [];
    return [...coarse, ...fine, ...recent];
  }

  #read(width: '5m' | '1h', name: string, from: EpochMs, to: EpochMs): Rollup[] {
    if (!this.#table || !(from < to)) return [];
    try {
      return this.#table.read(width, name, Math.floor(from), Math.min(to, Number.MAX_SAFE_INTEGER), 10_000);
    } catch (problem) {
      this.#options.onProblem?.(problem);
      return [];
    }
  }

  #tick(): void {
    this.#flush();
    if (this.#table) this.#timer = this.#options.clock.after(flushIntervalMs, () => this.#tick());
  }

  #flush(): void {
    const batch = this.#pending.splice(0, rowsPerFlush);
    try {
      for (const width of ['5m', '1h'] as const) {
        const rows = batch.filter((row) => row.width === width).map((row) => [row.check, row.rollup] as const);
        if (rows.length > 0) this.#table?.write(width, rows);
      }
      this.#expireSome();
    } catch (problem) {
      this.#options.onProblem?.(problem);
    }
  }

  #expireSome(): void {
    const names = [...this.#checks.keys()];
    const now = this.#options.clock.now();
    for (let i = 0; i < 5 && names.length > 0; i++) {
      const name = names[this.#expireCursor++ % names.length] ?? '';
      this.#table?.expire('5m', name, now - retentionMs['5m']);
      this.#table?.expire('1h', name, now - retentionMs['1h']);
    }
  }
}

function total(rollup: Rollup): number {
  return rollup.passed + rollup.degraded + rollup.failed + rollup.unknown;
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400].map(
  (s) => s * 1000,
);

function niceStep(wantedMs: number): number {
  return steps.find((step) => step >= wantedMs) ?? 86_400_000;
}

function toSeries(stepMs: number, rollups: readonly Rollup[]): Series {
  return {
    stepMs,
    at: rollups.map((r) => r.from / 1000),
    latencyMs: rollups.map((r) => (r.latencyCount === 0 ? null : r.latencySumMs / r.latencyCount)),
    latencyMaxMs: rollups.map((r) => (r.latencyCount === 0 ? null : r.latencyMaxMs)),
    lossPercent: rollups.map((r) => (r.lossCount === 0 ? null : r.lossSumPercent / r.lossCount)),
    failed: rollups.map((r) => r.failed),
  };
}

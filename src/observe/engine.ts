import { setMaxListeners } from 'node:events';
import { formatDuration, messageOf, type Check, type Limits, type Milliseconds, type Sample } from '../model/index.ts';
import { StallMeter, type Clock, type Pinger, type Resolver } from '../platform/index.ts';
import type { Probe, ProbeContext } from './probes/probe.ts';
import { probes as allProbes } from './probes/registry.ts';
import { RateCaps } from './rate-caps.ts';
import { runCheck } from './run.ts';
import { RunStatistics } from './run-statistics.ts';
import { nextOnGrid, onTick, Schedule, spreadMs, type Scheduled } from './schedule.ts';

/** Something that an operator wants to know about the watch itself. */
export interface Notice {
  /** `interval-lengthened`, `run-skipped`, `rate-cap`, `rate-cap-impossible`, `runs-missed`, `internal-error`. */
  code: string;
  text: string;
  check?: string;
}

export interface EngineOptions {
  clock: Clock;
  /** Absent where this machine allows no kind of echo. */
  pinger: Pinger | undefined;
  resolver: Resolver;
  limits: Limits;
  /** Ends everything, as `stop` does. */
  signal: AbortSignal;
  /** How long this machine has been up, for `startup-delay`. */
  uptimeMs: Milliseconds;
  onSample(sample: Sample): void;
  onNotice(notice: Notice): void;
  /** The probe types; all of the registry by default. */
  probes?: readonly Probe[];
}

export interface EngineStatistics {
  /** Runs that started, over the last ten seconds. */
  probesPerSecond: number;
  /** Of the last ten thousand starts. */
  latenessP99Ms: Milliseconds;
  /** Results so far that say that this watcher could not tell. */
  starved: number;
  /** Runs that fell due while this process stood still, or while the one before was under way. */
  missed: number;
  /** Runs under way. */
  running: number;
}

export interface Engine {
  /** Puts these checks in force; those that stay as they are go on undisturbed. */
  setChecks(checks: readonly Check[]): void;
  setLimits(limits: Limits): void;
  /** The next run of this check comes after its retry interval. */
  retrySoon(check: string): void;
  statistics(): EngineStatistics;
  /** Ends all runs; no sample comes any more. */
  stop(): Promise<void>;
}

interface Entry extends Scheduled {
  check: Check;
  probe: Probe;
  /** What about the check matters to probing: a change starts it anew. */
  fingerprint: string;
  /** The grid of its starts. */
  originMs: Milliseconds;
  intervalMs: Milliseconds;
  lastStartMs: Milliseconds;
  /** The rate caps have promised the next run its packets. */
  admitted: boolean;
  /** Ends the run that is under way. */
  control: AbortController | undefined;
  /** Of these the operator has been told, until the check runs as it should. */
  told: Set<string> | undefined;
  /** Where its packets go, as far as known. */
  addresses: readonly string[];
}

/** How often at most the operator hears that this process stood still. */
const missedNoticeMs = 60_000;
const defaultRetryMs = 1000;

export function createEngine(options: EngineOptions): Engine {
  return new ProbeEngine(options);
}

class ProbeEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #clock: Clock;
  readonly #probes: ReadonlyMap<string, Probe>;
  readonly #entries = new Map<string, Entry>();
  readonly #schedule: Schedule<Entry>;
  readonly #caps: RateCaps;
  readonly #stalls: StallMeter;
  readonly #statistics: RunStatistics;
  readonly #runs = new Set<Promise<void>>();
  readonly #createdMs: Milliseconds;
  #starved = 0;
  #missed = 0;
  #missedUntold = 0;
  #missedToldMs = -Infinity;
  #stopped = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#probes = new Map((options.probes ?? allProbes).map((probe) => [probe.type, probe]));
    this.#caps = new RateCaps(options.limits);
    this.#createdMs = this.#clock.monotonic();
    this.#statistics = new RunStatistics(this.#createdMs);
    this.#stalls = new StallMeter(this.#clock);
    this.#schedule = new Schedule(this.#clock, (entry) => this.#start(entry));
    options.signal.addEventListener('abort', this.#abort, { once: true });
    if (options.signal.aborted) this.#abort();
  }

  setLimits(limits: Limits): void {
    this.#caps.setLimits(limits);
  }

  setChecks(checks: readonly Check[]): void {
    if (this.#stopped) return;
    const wanted = new Map(checks.filter((check) => !check.disabled).map((check) => [check.name, check]));
    for (const [name, entry] of this.#entries) {
      const check = wanted.get(name);
      if (check && fingerprint(check) === entry.fingerprint) entry.check = check;
      else this.#remove(entry);
    }
    for (const check of wanted.values()) if (!this.#entries.has(check.name)) this.#add(check, wanted.size);
    this.#reportImpossible();
  }

  retrySoon(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry || entry.admitted) return;
    const retryMs = entry.check['retry-interval'] ?? Math.min(entry.check.interval, defaultRetryMs);
    const atMs = Math.max(entry.lastStartMs + retryMs, this.#clock.monotonic());
    if (atMs < entry.dueMs) this.#schedule.set(entry, atMs);
  }

  statistics(): EngineStatistics {
    return {
      probesPerSecond: this.#statistics.perSecond(this.#clock.monotonic()),
      latenessP99Ms: this.#statistics.latenessP99Ms(),
      starved: this.#starved,
      missed: this.#missed,
      running: this.#runs.size,
    };
  }

  async stop(): Promise<void> {
    this.#abort();
    await Promise.all(this.#runs);
  }

  readonly #abort = () => {
    this.#stopped = true;
    this.#options.signal.removeEventListener('abort', this.#abort);
    this.#schedule.close();
    this.#stalls.close();
    for (const entry of this.#entries.values()) entry.control?.abort();
    this.#entries.clear();
  };

  #add(check: Check, total: number): void {
    const probe = this.#probes.get(check.type);
    if (!probe) {
      this.#notify({ code: 'internal-error', check: check.name, text: `there is no probe of type ${check.type}` });
      return;
    }
    const nowMs = this.#clock.monotonic();
    const uptimeMs = this.#options.uptimeMs + nowMs - this.#createdMs;
    const delayMs = Math.max(check['start-delay'], check['startup-delay'] - uptimeMs);
    const intervalMs = this.#usedIntervalMs(check, probe);
    const originMs = onTick(nowMs + delayMs + spreadMs(check.name, intervalMs, total), intervalMs);
    const entry: Entry = {
      check,
      probe,
      fingerprint: fingerprint(check),
      originMs,
      intervalMs,
      dueMs: originMs,
      slot: -1,
      lastStartMs: -Infinity,
      admitted: false,
      told: undefined,
      addresses: probe.destinations?.(check.options) ?? check.anchors ?? [check.host ?? ''],
      control: undefined,
    };
    this.#entries.set(check.name, entry);
    this.#schedule.set(entry, originMs);
  }

  /** RouterOS lengthens the interval of a train that does not fit, and says so. */
  #usedIntervalMs(check: Check, probe: Probe): Milliseconds {
    const longestMs = probe.longestMs(check);
    const train = check.type === 'icmp' || Number(check.options['packet-count'] ?? 1) > 1;
    if (!train || longestMs <= check.interval) return check.interval;
    const used = formatDuration(longestMs);
    const text = `packet train not fitting in interval: ${used} is used instead of ${formatDuration(check.interval)}`;
    this.#notify({ code: 'interval-lengthened', check: check.name, text });
    return longestMs;
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.check.name);
    this.#schedule.remove(entry);
    entry.control?.abort();
  }

  #start(entry: Entry): void {
    const nowMs = this.#clock.monotonic();
    const plannedMs = entry.dueMs;
    const { check, probe, intervalMs } = entry;
    const again = () => this.#schedule.set(entry, nextOnGrid(entry.originMs, intervalMs, nowMs));
    if (entry.control) {
      this.#missed++;
      this.#tell(entry, 'run-skipped', 'the run before is still under way, so one is left out');
      again();
      return;
    }
    if (!entry.admitted) {
      const waitMs = this.#caps.admit(entry.addresses, probe.cost(check.options), nowMs, intervalMs);
      if (waitMs > 0) {
        this.#tell(entry, 'rate-cap', `the cap on packets a second delays it by ${Math.ceil(waitMs)} ms or more`);
        if (waitMs > intervalMs) {
          this.#missed++;
          again();
        } else {
          entry.admitted = true;
          this.#schedule.set(entry, nowMs + waitMs);
        }
        return;
      }
      entry.told?.delete('rate-cap');
    }
    entry.admitted = false;
    entry.told?.delete('run-skipped');
    entry.lastStartMs = nowMs;
    const latenessMs = nowMs - plannedMs;
    this.#countMissed(Math.floor(latenessMs / intervalMs), nowMs);
    this.#statistics.started(nowMs, latenessMs);
    again();
    this.#run(entry, latenessMs);
  }

  #run(entry: Entry, latenessMs: Milliseconds): void {
    const control = new AbortController();
    const { signal } = control;
    // A run has a listener for each packet train and each exchange under way.
    setMaxListeners(0, signal);
    const { pinger, resolver } = this.#options;
    const context: ProbeContext = { clock: this.#clock, pinger, resolver, stalls: this.#stalls, signal };
    entry.control = control;
    const run = runCheck(entry.check, entry.probe, latenessMs, context)
      .then((sample) => {
        entry.control = undefined;
        if (signal.aborted) return;
        const addresses = sample.results.flatMap(({ address }) => address ?? []);
        if (addresses.length > 0 && !entry.probe.destinations) entry.addresses = addresses;
        for (const { reason } of sample.results) if (reason?.code === 'starved') this.#starved++;
        this.#options.onSample(sample);
      })
      .catch((error: unknown) => {
        entry.control = undefined;
        this.#notify({ code: 'internal-error', check: entry.check.name, text: messageOf(error) });
      })
      .finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  #countMissed(missed: number, nowMs: Milliseconds): void {
    this.#missed += missed;
    this.#missedUntold += missed;
    if (this.#missedUntold === 0 || nowMs - this.#missedToldMs < missedNoticeMs) return;
    const text = `this process stood still: ${this.#missedUntold} runs were left out`;
    this.#notify({ code: 'runs-missed', text });
    this.#missedToldMs = nowMs;
    this.#missedUntold = 0;
  }

  /** What the configuration asks of one address or network at all times, against its cap. */
  #reportImpossible(): void {
    const asked = new Map<string, { perSecond: number; cap: number; checks: number; first: string }>();
    for (const { check, probe, addresses, intervalMs } of this.#entries.values()) {
      for (const address of addresses) {
        for (const { key, perSecond } of this.#caps.capsOf(address)) {
          const sum = asked.get(key) ?? { perSecond: 0, cap: perSecond, checks: 0, first: address };
          sum.perSecond += (1000 * probe.cost(check.options)) / intervalMs;
          sum.checks++;
          asked.set(key, sum);
        }
      }
    }
    for (const [key, { perSecond, cap, checks, first }] of asked) {
      if (perSecond <= cap) continue;
      const what = key.startsWith('host') ? first : `the network of ${first}`;
      const text = `${checks} checks ask for ${Math.ceil(perSecond)} packets a second to ${what}, the limit is ${cap}`;
      this.#notify({ code: 'rate-cap-impossible', text });
    }
  }

  #tell(entry: Entry, code: string, text: string): void {
    entry.told ??= new Set();
    if (entry.told.has(code)) return;
    entry.told.add(code);
    this.#notify({ code, check: entry.check.name, text });
  }

  #notify(notice: Notice): void {
    this.#options.onNotice(notice);
  }
}

const probingKeys = [
  'type',
  'host',
  'anchors',
  'interval',
  'timeout',
  'start-delay',
  'startup-delay',
  'src-address',
  'device',
  'mark',
  'address-family',
  'options',
] as const satisfies readonly (keyof Check)[];

function fingerprint(check: Check): string {
  return JSON.stringify(probingKeys.map((key) => check[key]));
}

import type { VerdictMachine } from '../../agree/index.ts';
import { messageOf, type LedgerRecord, type Opinion } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { WindowFigures } from '../../report/index.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { AlertLoop } from './alert-loop.ts';
import { blindMetric, lastSeenAt } from './blind-spans.ts';
import { LiveReadings, sampleSettleMs } from './readings/index.ts';
import { LiveStanding } from './standing.ts';

export interface AlertsParts {
  self: string;
  clock: Clock;
  machine: Pick<VerdictMachine, 'view'>;
  telemetry: Pick<Telemetry, 'store' | 'hear' | 'recordOwn'>;
  /** Watchers that this one does not hear. */
  unheard: () => readonly string[];
  /** Hands opinions on to be agreed. */
  say(opinions: readonly Opinion[]): void;
  /** What is wrong, in a sentence; undefined when it is no more. */
  onProblem(problem: string | undefined): void;
}

/** The policies that this watcher judges, at work. */
export class Alerts {
  readonly loop: AlertLoop;
  readonly #parts: AlertsParts;
  readonly #readings: LiveReadings;
  readonly #standing: LiveStanding;

  constructor(parts: AlertsParts) {
    const { self, clock, machine, telemetry } = parts;
    const view = () => machine.view(clock.now());
    this.#parts = parts;
    this.#standing = new LiveStanding({ view, unheard: parts.unheard });
    this.#readings = new LiveReadings({
      store: telemetry.store,
      clock,
      standing: this.#standing,
      onProblem: (problem) => parts.onProblem(problem && `alerts: ${problem}`),
    });
    telemetry.hear(this.#readings);
    this.loop = new AlertLoop({
      self,
      clock,
      view,
      readings: this.#readings,
      say: (opinions) => parts.say(opinions),
      // A back-test has to know it too: what was not seen then must not be found now.
      onBlind: (ms, until) => telemetry.recordOwn([{ metric: blindMetric, labels: {}, value: ms / 1000 }], until),
    });
  }

  /** Another configuration or membership is in force. */
  configure(): void {
    const { clock, machine, self } = this.#parts;
    const view = machine.view(clock.now());
    const { alerts = [], watch = [] } = view.configuration ?? {};
    const mine = alerts.filter(({ name }) => view.watchersOf(name).includes(self));
    const checks = watch.filter(({ name }) => view.watchersOf(name).includes(self));
    this.loop.configure(mine, this.#readings.configure(mine, sampleSettleMs(checks)));
  }

  begin(): void {
    void this.#recallAbsence();
    this.loop.begin();
  }

  /** A back-test has to know when this watcher was not there: nothing was evaluated then. */
  async #recallAbsence(): Promise<void> {
    const { clock, self, telemetry } = this.#parts;
    if (this.loop.runs.size === 0) return;
    const now = clock.now();
    try {
      const seenAt = await lastSeenAt(telemetry.store, self, now);
      if (seenAt === undefined || seenAt >= now) return;
      telemetry.recordOwn([{ metric: blindMetric, labels: {}, value: (now - seenAt) / 1000 }], now);
    } catch (thrown) {
      this.#parts.onProblem(`when this watcher was away could not be read: ${messageOf(thrown)}`);
    }
  }

  stop(): void {
    this.loop.stop();
    this.#readings.stop();
  }

  onEntry(entry: LedgerRecord): void {
    this.#standing.onEntry(entry);
  }

  /** To be called about once a second. */
  tick(): void {
    this.#readings.tick();
  }

  /** Of what conditions look at. */
  windows(): WindowFigures {
    return this.#readings.figures;
  }
}

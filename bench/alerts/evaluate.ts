import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Milliseconds, VerdictState } from '../../src/model/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import type { CheckView } from '../../src/agree/index.ts';
import { AlertLoop } from '../../src/watcher/alerts/alert-loop.ts';
import { LiveReadings } from '../../src/watcher/alerts/readings/index.ts';
import { Recorder } from '../../src/watcher/telemetry/recorder.ts';
import { percentile, rounded, type BenchRow } from '../bench.ts';
import { everyMs, InventedPast, measuredSeries, pointOf, sampleOf, type MeasuredSeries } from './measured.ts';
import type { AlertsPart } from './part.ts';
import { mixedPolicies, population } from './policies.ts';

const policyCount = 1000;
/** Rows are recorded in portions, as probes and figures come. */
const portionMs: Milliseconds = 50;
/** Of samples; the loop waits so long for all policies of one interval. */
const settleOfAllMs: Milliseconds = 5000;
const delayResolutionMs: Milliseconds = 10;

/**
 * What 1,000 policies over 10,000 series cost: real time, the product's own recorder, windows and loop; only the network, the
 * disk and the cluster are left out. First the same rows without policies, then with them; the difference is theirs.
 */
export const evaluate: AlertsPart = async ({ quick, log }) => {
  const seconds = quick ? 20 : 120;
  const { book, series } = measuredSeries();
  const engine = new InventedPast(series, systemClock.now());
  const recorder = new Recorder({ engine, book, onProblem: () => undefined });
  const measuring = measure(recorder, series);
  log(`recording ${series.length} series without policies, ${seconds} s`);
  await pause(3000);
  const without = await cpuShare(seconds * 1000);

  const policies = mixedPolicies(policyCount);
  const verdicts = Array.from({ length: population.checks }, (_, check) => ({
    check: `c${check}`,
    labels: { team: `t${check % population.teams}` },
    verdict: (check % 1000 === 0 ? 'down' : 'up') as VerdictState,
  }));
  const readings = new LiveReadings({
    store: { engine, book },
    clock: systemClock,
    standing: { verdicts: () => verdicts, quorum: () => 'whole' },
    onProblem: (problem) => problem !== undefined && log(problem),
  });
  recorder.hear(readings);
  const memoryBefore = memoryBytes();
  const startedMs = systemClock.monotonic();
  readings.configure(policies, settleOfAllMs);

  const lateness: number[] = [];
  const agreed = new Map<string, CheckView>();
  const loop: AlertLoop = new AlertLoop({
    self: 'w0',
    clock: systemClock,
    // The cluster as the loop needs to see it: whatever is said is agreed at once.
    view: () => ({ check: (name) => agreed.get(name), *alertOpinions() {} }),
    readings: {
      settleMs: (policy) => readings.settleMs(policy),
      of: (policy, condition, at) => {
        const spreadMs = loop.runs.get(policy.name)?.spreadMs ?? 0;
        if (condition === 0) lateness.push(systemClock.now() - at - settleOfAllMs - spreadMs);
        return readings.of(policy, condition, at);
      },
    },
    say: (opinions) => {
      for (const opinion of opinions) agreed.set(opinion.check, { opinions: { w0: opinion } } as unknown as CheckView);
    },
    onBlind: () => undefined,
  });
  loop.configure(policies);
  loop.begin();
  log('filling the windows from the past');
  while (readings.isFilling) await pause(100);
  const filledMs = systemClock.monotonic() - startedMs - settleOfAllMs - 3000;
  await pause(2 * everyMs);
  log(`evaluating ${policyCount} policies, ${seconds} s`);
  lateness.length = 0;
  const before = loop.figures().evaluations;
  const held = monitorEventLoopDelay({ resolution: delayResolutionMs });
  held.enable();
  const withPolicies = await cpuShare(seconds * 1000);
  held.disable();
  const evaluations = loop.figures().evaluations - before;
  const figures = readings.figures;
  const memory = memoryBytes() - memoryBefore;
  loop.stop();
  readings.stop();
  measuring.stop();

  const row: BenchRow = {
    part: 'evaluate',
    policies: policyCount,
    series: series.length,
    'evaluations/s': rounded(evaluations / seconds),
    'of a core, policies %': rounded(100 * (withPolicies - without)),
    'all %': rounded(100 * withPolicies),
    'windows MB': rounded(figures.bytes / 1e6),
    'memory MB': rounded(memory / 1e6),
    'late p50 ms': rounded(percentile(lateness, 50)),
    'late p99 ms': rounded(percentile(lateness, 99)),
    'loop held p99 ms': rounded(Math.max(0, held.percentile(99) / 1e6 - delayResolutionMs)),
    'late rows': figures.lateRows,
  };
  const notes = [
    `goal: at most 10 % of a core; rows at ${rounded(series.length / (everyMs / 1000))} a second, each series every ${everyMs / 1000} s`,
    'lateness is against the turn of each policy, which is spread over up to 5 s of its interval',
    `windows of up to an hour were filled from a store that answers at once in ${rounded(filledMs / 1000)} s; ${figures.series} series are looked at, ${figures.droppedRows} rows dropped, ${figures.refusedSeries} series refused`,
  ];
  return { rows: [row], notes };
};

/** What is in use after all garbage is gone. */
function memoryBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Of this process, user and system, in the next so many milliseconds. */
async function cpuShare(ms: Milliseconds): Promise<number> {
  const before = process.cpuUsage();
  const startedMs = systemClock.monotonic();
  await pause(ms);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (systemClock.monotonic() - startedMs);
}

/** Every series once in `everyMs`, spread evenly. */
function measure(recorder: Recorder, series: readonly MeasuredSeries[]) {
  const sample = { check: '', latenessMs: 0, durationMs: 0, results: [] };
  let done = Math.floor((systemClock.now() / everyMs) * series.length);
  const timer = setInterval(() => {
    const now = systemClock.now();
    for (; (done / series.length) * everyMs < now; done++) {
      const one = series[done % series.length];
      if (!one) continue;
      const turn = Math.floor(done / series.length);
      const { outcome, latencyUs, lossPercent } = sampleOf(one.id, turn);
      if (one.kind === 'sample') {
        const latencyMs = latencyUs / 1000;
        const figures = outcome === 2 ? { lossPercent } : { lossPercent, latencyMs };
        recorder.sample(one.id, { ...sample, startedAt: now, outcome: outcome === 2 ? 'fail' : 'pass', ...figures });
      } else recorder.point(one.metric, one.labels, pointOf(one, turn), now);
    }
  }, portionMs);
  const flushing = setInterval(() => recorder.flush(), 1000);
  return {
    stop: () => {
      clearInterval(timer);
      clearInterval(flushing);
    },
  };
}

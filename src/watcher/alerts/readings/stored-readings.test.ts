import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alertPolicySchema, type AlertPolicy } from '../../../model/index.ts';
import { silentLog, systemClock } from '../../../platform/index.ts';
import { openDuckDb, openMemoryEngine, openSegments, type TelemetryEngine } from '../../../store/index.ts';
import { samplesFamily } from '../../telemetry/metric.ts';
import { Recorder } from '../../telemetry/recorder.ts';
import { SeriesBook } from '../../telemetry/series-book.ts';
import { StoredReadings } from './stored-readings.ts';

const second = 1000;
const start = Date.parse('2026-03-01T00:00:00Z');
const spanMs = 900 * second;
const standing = { verdicts: () => [], quorum: () => undefined };

const policy = (name: string, condition: object): AlertPolicy =>
  alertPolicySchema.parse({ name, interval: '30s', 'auto-close': '10m', conditions: [condition] });
const by = { 'group-by': ['check'] };
const policies = [
  policy('p95', {
    threshold: { metric: 'quorumwatch_probe_latency_seconds', aggregate: 'p95', window: '2m', above: 1, ...by },
  }),
  policy('failing', {
    ratio: {
      of: { metric: 'quorumwatch_samples_total', where: { outcome: 'fail' } },
      to: { metric: 'quorumwatch_samples_total' },
      window: '1m',
      above: 0.5,
      ...by,
    },
  }),
  policy('rate', { threshold: { metric: 'quorumwatch_telemetry_rows_total', window: '1m', above: 1 } }),
  policy('gone', { absent: { metric: 'quorumwatch_probe_loss_ratio', after: '1m', ...by } }),
  policy('never', { absent: { metric: 'quorumwatch_samples_total', where: { outcome: 'degraded' }, after: '1m' } }),
];

test('rows on disk are read as rows in memory, in as many answers as it takes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'qw-readings-'));
  const segments = await openSegments({ directory, clock: systemClock, sealMs: 5 });
  const disk = openDuckDb({ segments, log: silentLog, clock: systemClock });
  const memory = openMemoryEngine({ clock: systemClock });
  const book = new SeriesBook(segments.series);
  const both = {
    append: (batch: Parameters<TelemetryEngine['append']>[0]) =>
      Promise.all([disk.append(batch), memory.append(batch)]).then(() => undefined),
  };
  const recorder = new Recorder({ engine: both, book, onProblem: (problem) => expect(problem).toBeUndefined() });
  for (let at = start; at < start + spanMs; at += second) {
    const turn = (at - start) / second;
    for (let check = 0; check < 60; check++) {
      const series = recorder.seriesOf(samplesFamily, { check: `c${check}` }) ?? 0;
      const fails = (turn + check) % 7 === 0;
      // The first check falls silent after a third of the time.
      if (check === 0 && turn > 300) continue;
      const figures = fails ? { lossPercent: 100 } : { lossPercent: 0, latencyMs: 1 + ((turn * 31 + check) % 97) };
      const sample = { check: '', startedAt: at + check, latenessMs: 0, durationMs: 0, results: [] };
      recorder.sample(series, { ...sample, outcome: fails ? 'fail' : 'pass', ...figures });
    }
    recorder.point('quorumwatch_telemetry_rows_total', { watcher: 'w' }, (turn * 60) % 10_000, at);
  }
  await recorder.settled();

  const from = start + spanMs / 2;
  let asked = 0;
  const counted = (engine: TelemetryEngine) => ({
    book,
    engine: {
      query: (...given: Parameters<TelemetryEngine['query']>) => {
        asked++;
        return engine.query(...given);
      },
    },
  });
  try {
    const onDisk = await StoredReadings.open({ store: counted(disk), policies, from, standing });
    const inMemory = await StoredReadings.open({ store: { book, engine: memory }, policies, from, standing });
    for (let at = from + 30 * second; at <= start + spanMs; at += 30 * second) {
      for (const one of policies) {
        const seen = await onDisk.of(one, 0, at);
        expect(seen, one.name).toEqual(await inMemory.of(one, 0, at));
        if (one.name !== 'never') expect(seen?.length, one.name).toBeGreaterThan(0);
      }
    }
    expect(await onDisk.of(policies[4]!, 0, start + spanMs)).toEqual([]);
    const gone = (await onDisk.of(policies[3]!, 0, start + spanMs))?.find(({ labels }) => labels['check'] === 'c0');
    expect(gone).toEqual({ labels: { check: 'c0' }, value: 600, newestAt: start + 300 * second });
    expect(onDisk.missing).toEqual([]);
    // Half of 54,000 samples and what the windows need before are more than one answer holds, and far fewer than evaluations.
    expect(asked).toBeGreaterThan(4);
    expect(asked).toBeLessThan(60);
  } finally {
    await disk.close();
    rmSync(directory, { recursive: true, force: true });
  }
}, 60_000);

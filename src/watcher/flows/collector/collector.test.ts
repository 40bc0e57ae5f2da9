import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { flowsSchema, QwError, telemetrySchema } from '../../../model/index.ts';
import { collectorStateSchema } from '../../../observe/index.ts';
import { dataSet, message, templateSet, type MadeField } from '../../../observe/flows/decode/message.fixture.ts';
import { ManualClock, silentLog } from '../../../platform/index.ts';
import type { ColumnBatch } from '../../../store/index.ts';
import { Collector } from './collector.ts';
import type { FlowStore } from './open-store.ts';

const folders: string[] = [];
const opened: Collector[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
});

const fields: MadeField[] = [
  { id: 1, length: 4 },
  { id: 2, length: 4 },
];
const from = { address: '192.0.2.1', port: 5000 };
const record = [Uint8Array.of(0, 0, 0, 9), Uint8Array.of(0, 0, 0, 1)];
const exportSeconds = 1_700_000_000;
const template = message(10, [templateSet(10, 300, fields)], { exportSeconds });
const many = (sequence: number) =>
  message(
    10,
    [
      dataSet(
        300,
        fields,
        Array.from({ length: 5000 }, () => record),
      ),
    ],
    { exportSeconds, sequence },
  );

const slow = { timeout: 60_000 };

/** A store that stands still until it is let go on. */
function standing() {
  const gate = Promise.withResolvers<void>();
  const stored: ColumnBatch[] = [];
  const labels = new Map<number, Readonly<Record<string, string>>>();
  const store: FlowStore = {
    engine: {
      name: 'standing',
      append: async (batch) => {
        await gate.promise;
        stored.push(batch);
      },
      query: () => Promise.reject(new QwError('TELEMETRY_UNAVAILABLE', 'it stands still')),
      dropBefore: () => Promise.resolve(),
      health: () => Promise.resolve({ ready: true, problems: [], tables: {} }),
      close: () => Promise.resolve(),
    },
    series: {
      get size() {
        return labels.size;
      },
      idOf: (given) => {
        labels.set(labels.size + 1, given);
        return labels.size;
      },
      labelsOf: (number) => labels.get(number),
      entries: () => labels.entries(),
    },
    keepsArrays: () => true,
    seal: () => Promise.resolve(),
    select: () => Promise.reject(new QwError('UNSUPPORTED', 'it stands still')),
    retain: () => Promise.resolve([]),
    remove: () => Promise.resolve([]),
    holds: () => false,
    close: () => Promise.resolve(),
  };
  return { store, stored, goOn: () => gate.resolve() };
}

async function open(store: FlowStore, clock: ManualClock, directory?: string): Promise<Collector> {
  const made = directory ?? mkdtempSync(join(tmpdir(), 'qw-collector-'));
  if (directory === undefined) folders.push(made);
  const settings = {
    self: 'test',
    directory: made,
    flows: flowsSchema.parse({}),
    telemetry: telemetrySchema.parse({}),
  };
  const collector = await Collector.open({ settings, clock, log: silentLog, openStore: () => Promise.resolve(store) });
  opened.push(collector);
  return collector;
}

/** Lets time pass, and what waits for it be done. */
async function pass(clock: ManualClock, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test(
  'a store that stands still for a minute costs records beyond a bound, which are counted and shown',
  slow,
  async () => {
    const clock = new ManualClock(exportSeconds * 1000);
    const { store, stored, goOn } = standing();
    const collector = await open(store, clock);
    collector.intake.take(template, from);
    for (let second = 0; second < 60; second++) {
      for (let part = 0; part < 2; part++) collector.intake.take(many((second * 2 + part) * 5000), from);
      await pass(clock, 1);
    }
    const { records, refused, waiting, stored: written } = collector.figures();
    expect(records).toBe(600_000);
    expect(written).toBe(0);
    // Accounts wait too.
    expect(waiting).toBeLessThanOrEqual(400_010);
    expect(refused).toBeGreaterThanOrEqual(200_000);
    expect(collector.status().problems.join()).toContain(`${refused} records found no room on their way to the disk`);
    goOn();
    await vi.waitFor(() => expect(collector.figures().waiting).toBe(0), 10_000);
    expect(collector.figures().stored + refused).toBe(600_000);
    collector.intake.take(many(600_000), from);
    await pass(clock, 61);
    await vi.waitFor(() => expect(collector.figures().waiting).toBe(0), 10_000);
    expect(collector.figures().stored + refused).toBe(605_000);
    const accounts = stored.filter(({ table }) => table.name === 'flow_accounts');
    const sum = (name: string, exporter: number) =>
      accounts.reduce((total, { columns, rows }) => {
        for (let row = 0; row < rows; row++) {
          if (columns['exporter']?.[row] === exporter) total += Number(columns[name]?.[row]);
        }
        return total;
      }, 0);
    expect(sum('lost', 0)).toBe(refused);
    expect(sum('records', 1)).toBe(605_000);
    expect(sum('lost', 1)).toBe(0);
    // What is over is said no longer than a whole minute without it; the counts stay.
    await pass(clock, 61);
    expect(collector.status().problems.join()).not.toContain('found no room');
    expect(collector.figures().refused).toBe(refused);
  },
);

test('traffic, records and losses are counted by exporter for metrics, also what a reboot resets', async () => {
  const clock = new ManualClock(exportSeconds * 1000);
  const { store, goOn } = standing();
  goOn();
  const collector = await open(store, clock);
  collector.intake.take(template, from);
  collector.intake.take(many(0), from);
  collector.intake.take(many(5000 + 70), from);
  collector.intake.take(many(5), from);
  await pass(clock, 61);
  const common = { exporter: '192.0.2.1', interface: 'unknown', counts: 'packets' };
  const sums = { bytes: 15_000 * 9, packets: 15_000, flows: 15_000 };
  expect(collector.traffic()).toEqual({
    interfaces: [
      { ...common, direction: 'in', ...sums },
      { ...common, direction: 'out', ...sums },
    ],
    exporters: [{ exporter: '192.0.2.1', records: 15_000 }],
    lost: [{ exporter: '192.0.2.1', of: 'records', count: 70 }],
  });
});

test('what is known of exporters is written within half a minute of a change, and not again', async () => {
  const clock = new ManualClock(exportSeconds * 1000);
  const { store, goOn } = standing();
  goOn();
  const collector = await open(store, clock);
  const file = join(folders[0] ?? '', 'collector.json');
  collector.intake.take(template, from);
  await pass(clock, 31);
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('192.0.2.1'), 10_000);
  writeFileSync(file, 'mine');
  await pass(clock, 120);
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test('what was expected next and what waited at the end counts once, also if nobody ends the next time', async () => {
  const clock = new ManualClock(exportSeconds * 1000);
  const { store, goOn } = standing();
  goOn();
  const first = await open(store, clock);
  const directory = folders.at(-1) ?? '';
  first.intake.take(
    message(10, [dataSet(999, [{ id: 1, length: 4 }], [[new Uint8Array(4)]])], { exportSeconds }),
    from,
  );
  first.intake.take(template, from);
  await first.close();
  const state = () => {
    const [session] = collectorStateSchema.parse(
      JSON.parse(readFileSync(join(directory, 'collector.json'), 'utf8')),
    ).sessions;
    return {
      templates: session?.templates.length,
      isExpecting: session?.sequence !== undefined,
      waiting: session?.parked.length,
    };
  };
  expect(state()).toEqual({ templates: 1, isExpecting: true, waiting: 1 });
  await open(store, clock, directory);
  expect(state()).toEqual({ templates: 1, isExpecting: false, waiting: 0 });
});

test('a damaged file of what was known costs that and nothing else', async () => {
  const clock = new ManualClock(exportSeconds * 1000);
  const { store, goOn } = standing();
  goOn();
  const directory = mkdtempSync(join(tmpdir(), 'qw-collector-'));
  folders.push(directory);
  for (const text of ['{', '{"version":2}', '{"version":1,"sessions":[{"exporter":7}],"domains":[],"interfaces":[]}']) {
    writeFileSync(join(directory, 'collector.json'), text);
    const collector = await open(store, clock, directory);
    expect(collector.figures().templates).toBe(0);
    collector.intake.take(template, from);
    expect(collector.figures().templates).toBe(1);
    await collector.close();
  }
});

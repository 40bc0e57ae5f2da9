import { setTimeout as pause } from 'node:timers/promises';
import { labMissing } from '../test/support/shared.ts';
import {
  machine,
  median,
  percentile,
  rounded,
  runParts,
  type BenchOptions,
  type BenchResult,
  type BenchRow,
} from './bench.ts';
import { chats, downloads, stuckDownload } from './failover/connections.ts';
import { idleNode, Installed, usageOf, type Usage } from './failover/installed.ts';
import { Office } from './failover/office.ts';
import { outage } from './failover/outage.ts';
import { fpingLoop, multihopBfd, ours, paper, type Watch } from './failover/watches.ts';

export const question = 'For how long is the office offline when an uplink fails, beside what one would use instead?';

export const parts = ['outages', 'pings', 'quality', 'connections', 'cost'];

const fast = ours('ours, 50 ms');
const hinted = ours('ours, 200 ms with the hint', { 'probe-interval': '200ms', hint: true });
const replaying = ours('ours, 50 ms, replay', { profile: 'lossless' });

export async function run(options: BenchOptions): Promise<BenchResult> {
  const facts = machine();
  const missing = labMissing();
  if (missing !== undefined) return { question, machine: facts, rows: [], notes: [`nothing measured: ${missing}`] };
  const office = new Office();
  let rows: BenchRow[];
  try {
    office.up();
    rows = await runParts(
      {
        outages: () => outages(office, options),
        pings: () => slowPings(options),
        quality: () => quality(office, options),
        connections: () => connections(office, options),
        cost: () => cost(office, options),
      },
      options.only,
    );
  } finally {
    office.down();
  }
  const absent = [...(fpingLoop ? [] : ['fping']), ...(multihopBfd ? [] : ['FRR'])];
  const notes = [
    'An outage is the longest run of lost echoes of a client behind the router, one every 10 ms; the phase of the fault is random; those who are compared take turns.',
    ...(absent.length > 0 ? [`not installed, so not compared: ${absent.join(', ')}`] : []),
  ];
  return { question, machine: facts, rows, notes };
}

/** Each case: who is compared under which fault, a run of each in turn. */
async function outages(office: Office, { quick, log }: BenchOptions): Promise<BenchRow[]> {
  const runs = quick ? 5 : 20;
  const peers = [fpingLoop, multihopBfd].filter((watch) => watch !== undefined);
  const cases: { name: string; fault: string; delayMs?: number; watches: readonly Watch[]; seconds: number }[] = [
    { name: 'upstream dead, link up', fault: 'upstream', watches: [fast, hinted, ...peers], seconds: 3 },
    { name: 'the same', fault: 'upstream', watches: [paper], seconds: 9 },
    { name: 'the same, 20 ms round trip', fault: 'upstream', delayMs: 20, watches: [fast], seconds: 3 },
    { name: 'carrier lost', fault: 'link', watches: [fast], seconds: 3 },
  ];
  const rows: BenchRow[] = [];
  for (const { name, fault, delayMs, watches, seconds } of cases) {
    const seen = new Map(watches.map((watch) => [watch, [] as number[]]));
    for (let round = 1; round <= runs; round++) {
      for (const watch of watches) {
        office.reset();
        const outageMs = await outage(office, watch, fault, seconds, delayMs);
        seen.get(watch)?.push(outageMs ?? 0);
        log(`${name}, ${watch.name}, ${round} of ${runs}: ${outageMs ?? 'no'} ms`);
      }
    }
    for (const [watch, outageMs] of seen) {
      rows.push({
        fault: name,
        watch: watch.name,
        runs,
        medianMs: rounded(median(outageMs)),
        p95Ms: rounded(percentile(outageMs, 95)),
        maxMs: rounded(Math.max(...outageMs)),
      });
    }
  }
  return rows;
}

/** The paper's own measure: 20 pings, one a second; several offices side by side, since they mostly wait. */
async function slowPings({ quick, log }: BenchOptions): Promise<BenchRow[]> {
  const side = 4;
  const turns = quick ? 1 : 6;
  const offices = Array.from({ length: side }, () => new Office());
  const lost = new Map<Watch, number[]>([fast, replaying, paper].map((watch) => [watch, []]));
  try {
    for (const office of offices) office.up();
    for (const [watch, counts] of lost) {
      for (let turn = 1; turn <= turns; turn++) {
        const found = await Promise.all(
          offices.map(async (office) => {
            office.reset();
            const running = await watch.start(office);
            const pings = office.ping(20, 1000);
            await pause(5000 + 1000 * Math.random());
            office.lab.fault('isp1', 'upstream');
            const { lost: count } = await pings;
            await running.stop();
            return count;
          }),
        );
        counts.push(...found);
        log(`20 pings, ${watch.name}, ${turn} of ${turns}: lost ${found.join(', ')}`);
      }
    }
  } finally {
    for (const office of offices) office.down();
  }
  return [...lost].map(([watch, counts]) => ({
    pings: '20, one a second',
    watch: watch.name,
    runs: counts.length,
    none: counts.filter((count) => count === 0).length,
    one: counts.filter((count) => count === 1).length,
    more: counts.filter((count) => count > 1).length,
    medianLost: median(counts),
  }));
}

/** Whether it is left that should be, and not what should not, and what the client loses meanwhile. */
async function quality(office: Office, { quick, log }: BenchOptions): Promise<BenchRow[]> {
  const cases: [name: string, fault: string[], seconds: number][] = [
    ['5 % loss', ['loss', '5'], quick ? 20 : 300],
    ['30 % loss', ['loss', '30'], 40],
    ['30 % loss inbound', ['asym', 'in', '30'], 40],
    ['flapping 3 s / 3 s', ['flap', '3'], quick ? 20 : 60],
  ];
  const rows: BenchRow[] = [];
  for (const [name, fault, seconds] of cases) {
    office.reset();
    const running = await fast.start(office);
    try {
      const startedAt = Date.now();
      office.lab.fault('isp1', ...fault);
      const first = office.ping(seconds, 50, true);
      const { lost, sent } = await first;
      const left = (running.uplinks?.events ?? []).filter(({ event, at }) => event === 'receipt' && at > startedAt);
      const leftAfterMs = (left[0]?.at ?? Number.NaN) - startedAt;
      rows.push({
        quality: name,
        seconds,
        switches: left.length,
        leftAfterMs: Number.isNaN(leftAfterMs) ? 'not left' : leftAfterMs,
        clientLossPercent: rounded((100 * lost) / sent),
      });
      log(`${name}: ${left.length} switches, ${lost} of ${sent} lost`);
    } finally {
      await running.stop();
    }
  }
  return rows;
}

/** Established connections through a short outage, and through one that lasts. */
async function connections(office: Office, { quick, log }: BenchOptions): Promise<BenchRow[]> {
  const runs = quick ? 2 : 10;
  let killed = 0;
  let of = 0;
  const stuckMs: number[] = [];
  for (let round = 1; round <= runs; round++) {
    office.reset();
    const running = await fast.start(office);
    const many = [downloads(office, 3), chats(office, 3)];
    await pause(1500);
    office.lab.fault('isp1', 'upstream');
    await pause(400);
    office.lab.clear();
    const ended = (await Promise.all(many)).flat();
    killed += ended.filter((fine) => !fine).length;
    of += ended.length;
    await running.stop();

    office.reset();
    const hard = await ours('', { grace: '0s' }).start(office);
    const stuck = stuckDownload(office);
    await pause(1500);
    office.lab.fault('isp1', 'upstream');
    const faultMs = Date.now();
    stuckMs.push((await stuck) - faultMs);
    await hard.stop();
    log(`connections, ${round} of ${runs}: ${killed} of ${of} killed, told after ${stuckMs.at(-1)} ms`);
  }
  return [
    { connections: 'outage of 400 ms, 3 downloads and 3 chats a run', runs, killed, of },
    {
      connections: 'cut at once: a download that waits learns of it',
      runs,
      medianMs: rounded(median(stuckMs)),
      maxMs: rounded(Math.max(...stuckMs)),
    },
  ];
}

/** What probing two uplinks every 50 ms costs: a whole watcher as it is installed, and judge and actor alone. */
async function cost(office: Office, { quick, log }: BenchOptions): Promise<BenchRow[]> {
  const seconds = quick ? 10 : 30;
  const runs = quick ? 1 : 3;
  const installed = new Installed();
  const cases: [name: string, start: () => Promise<{ usage(): Usage | undefined; stop(): Promise<void> }>][] = [
    ['a watcher as installed: probes, ledger, API', () => installed.start(office)],
    [
      'judge and actor alone, from sources',
      async () => {
        const running = await fast.start(office);
        return { usage: () => running.uplinks && usageOf(running.uplinks.pid), stop: () => running.stop() };
      },
    ],
  ];
  const seen = new Map(cases.map(([name]) => [name, { cpuPercent: [] as number[], usages: [] as Usage[] }]));
  try {
    for (let round = 1; round <= runs; round++) {
      for (const [name, start] of cases) {
        office.reset();
        const running = await start();
        const before = running.usage();
        await pause(seconds * 1000);
        const after = running.usage();
        await running.stop();
        if (!before || !after) continue;
        seen.get(name)?.cpuPercent.push((after.cpuMs - before.cpuMs) / (10 * seconds));
        seen.get(name)?.usages.push(after);
        log(`cost of ${name}, ${round} of ${runs}`);
      }
    }
  } finally {
    installed.remove();
  }
  const mebibytes = (bytes: number[]) => rounded(median(bytes) / 1_048_576);
  const idle = await idleNode();
  return [
    ...[...seen].map(([name, { cpuPercent, usages }]) => ({
      cost: `two uplinks probed every 50 ms, ${name}`,
      runs,
      cpuPercent: rounded(median(cpuPercent), 2),
      residentMiB: mebibytes(usages.map(({ residentBytes }) => residentBytes)),
      privateMiB: mebibytes(usages.map(({ privateBytes }) => privateBytes)),
    })),
    {
      cost: 'nothing: Node with an HTTP server',
      runs: 1,
      cpuPercent: 0,
      residentMiB: mebibytes([idle.residentBytes]),
      privateMiB: mebibytes([idle.privateBytes]),
    },
  ];
}

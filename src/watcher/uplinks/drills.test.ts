import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failoverSchema, uplinksSchema, type UplinkDrill, type UplinkOpinion } from '../../model/index.ts';
import { createLog, nodeDisk, systemClock } from '../../platform/index.ts';
import { Drills, type DrillOrder } from './drills.ts';
import type { UplinkMove } from './switch-record.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1' },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1' },
]);
const failover = failoverSchema.parse({ act: 'local-evidence' });
const log = createLog({ level: 'error', format: 'json', write: () => undefined });
const opinion = (uplink: string, state: UplinkOpinion['state'], sinceMs = 0): UplinkOpinion => ({
  uplink,
  family: 4,
  state,
  sinceMs,
  reason: '',
  failing: [],
  lossPercent: 0,
  flapPercent: 0,
});
const order: DrillOrder = {
  uplink: 'isp1',
  forMs: 60_000,
  by: 'operator page',
  uplinks,
  failover,
  opinions: [opinion('isp1', 'up'), opinion('isp2', 'up')],
  serving: new Map([[4, ['isp1', 'isp2']]]),
};

let folder: string;
let scripts: string[];
let finished: UplinkDrill[];
let told: { uplink: string; by: string; endsAt: number; rules: number }[];
const drillsIn = (applyNft = async (script: string) => void scripts.push(script)) =>
  new Drills({
    self: 'w1',
    clock: systemClock,
    disk: nodeDisk,
    folder,
    log,
    applyNft,
    onFinished: (drill) => void finished.push(drill),
    announce: async ({ uplink, by }, endsAt) => void told.push({ uplink, by, endsAt, rules: scripts.length }),
  });
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/qw-drills-`);
  scripts = [];
  finished = [];
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const moved = (decidedMs: number): UplinkMove => ({
  family: 4,
  from: ['isp1', 'isp2'],
  to: ['isp2'],
  cause: 'drill',
  by: 'w1',
  transitions: [],
  receipt: {
    family: 4,
    serving: ['isp2'],
    left: ['isp1'],
    commands: [],
    dryRun: false,
    verified: true,
    problems: [],
    tookMs: 1,
  },
  leftAs: 'dead',
  decidedMs,
  readBackMs: decidedMs,
  opinions: [],
});

test('a drill that makes another uplink take over has passed, and says how long that took', async () => {
  const drills = drillsIn();
  const started = await drills.start({ ...order, forMs: 50 });
  expect(started).toMatchObject({ uplink: 'isp1', endsAt: started.startedAt + 50 });
  expect(scripts[0]).toContain('"wan1" timeout 50ms');
  const nowMs = systemClock.monotonic();
  drills.opinion(opinion('isp2', 'dead', nowMs));
  drills.opinion(opinion('isp1', 'dead', nowMs));
  drills.moved(moved(nowMs));
  while (finished.length === 0) await delay(5);
  await drills.close();
  expect(finished).toMatchObject([{ outcome: 'passed', by: 'operator page', families: [{ family: 4, to: 'isp2' }] }]);
  const [figures] = finished[0]?.families ?? [];
  expect(figures?.switchedAfterMs).toBeCloseTo((figures?.detectedAfterMs ?? 0) + 1, 1);
  expect(scripts.at(-1)).toBe('table inet quorumwatch_drill\ndelete table inet quorumwatch_drill\n');
  expect(drills.running).toBeUndefined();
});

test('a drill that nobody notices, or after which nothing takes over, has failed', async () => {
  const drills = drillsIn();
  await drills.start({ ...order, forMs: 20 });
  while (finished.length < 1) await delay(5);
  await drills.close();
  await drills.start({ ...order, forMs: 20 });
  drills.opinion(opinion('isp1', 'dead', systemClock.monotonic()));
  while (finished.length < 2) await delay(5);
  await drills.close();
  expect(finished.map(({ outcome, text }) => `${outcome}: ${text}`)).toEqual([
    'failed: nobody noticed that isp1 was failed',
    'failed: nothing took over for IPv4',
  ]);
});

test('a drill is refused with a reason where it would be an outage', async () => {
  const drills = drillsIn();
  const refusals: [change: Partial<DrillOrder>, code: string, reason: string | undefined][] = [
    [{ uplink: 'isp9' }, 'NOT_FOUND', undefined],
    [{ failover: { ...failover, act: 'off' } }, 'CONFLICT', 'policy'],
    [{ failover: { ...failover, 'dry-run': true } }, 'CONFLICT', 'policy'],
    [{ opinions: [opinion('isp1', 'up'), opinion('isp2', 'held')] }, 'CONFLICT', 'no-other-uplink'],
    [{ opinions: [opinion('isp1', 'dead'), opinion('isp2', 'up')] }, 'CONFLICT', 'not-up'],
  ];
  for (const [change, code, reason] of refusals) {
    await expect(drills.start({ ...order, ...change })).rejects.toMatchObject({
      code,
      facts: reason ? { reason } : {},
    });
  }
  expect(scripts).toEqual([]);
  const first = drills.start(order);
  await expect(drills.start(order)).rejects.toMatchObject({ facts: { reason: 'running' } });
  await first;
  await expect(drills.start(order)).rejects.toMatchObject({ facts: { reason: 'running' } });
  await drills.close();
  expect(finished).toMatchObject([{ outcome: 'interrupted' }]);
  expect(readdirSync(folder)).toEqual([]);
});

test('what a crash cuts off is taken back and told at the next start', async () => {
  const crashed = drillsIn();
  await crashed.start({ ...order, forMs: 600_000 });
  const again = drillsIn();
  await again.open();
  expect(scripts.at(-1)).toContain('delete table inet quorumwatch_drill');
  expect(finished).toMatchObject([{ uplink: 'isp1', outcome: 'interrupted' }]);
  expect(readdirSync(folder)).toEqual([]);
});

test('a drill whose rules are refused has not begun', async () => {
  const drills = drillsIn(async () => {
    throw new Error('nft: Operation not permitted');
  });
  await expect(drills.start(order)).rejects.toThrow('not permitted');
  expect([drills.running, finished, readdirSync(folder)]).toEqual([undefined, [], []]);
});

test('the others are told of a drill before anything is failed', async () => {
  const drills = drillsIn();
  const { endsAt } = await drills.start(order);
  expect(told).toEqual([{ uplink: 'isp1', by: 'operator page', endsAt, rules: 0 }]);
  expect(scripts).toHaveLength(1);
  await drills.close();
});

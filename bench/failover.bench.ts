import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { Lab } from '../test/support/lab.ts';
import { labMissing, sharedFolder } from '../test/support/shared.ts';
import { UplinksProcess } from '../test/support/uplinks-process.ts';
import { machine, median, percentile, rounded, type BenchOptions, type BenchResult, type BenchRow } from './bench.ts';

export const question = 'For how long is the office offline when an uplink fails?';

/** A client in the office pings through the router every 10 ms; the outage is its longest run of lost echoes. */
const scenarios = [
  { name: 'upstream dead, link up', fault: 'upstream' },
  { name: 'carrier lost', fault: 'link' },
] as const;
const anchors = ['1.1.1.1', '8.8.8.8', '8.8.4.4'];
const configuration = {
  uplinks: [
    { name: 'isp1', device: 'wan1', gateway: '192.168.76.1', anchors },
    { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', anchors },
  ],
  failover: { act: 'local-evidence', 'probe-interval': '50ms' },
};
const settleMs = 1500;
const pingSeconds = 3;

export async function run(options: BenchOptions): Promise<BenchResult> {
  const facts = machine();
  const missing = labMissing();
  if (missing !== undefined) return { question, machine: facts, rows: [], notes: [`nothing measured: ${missing}`] };
  const lab = new Lab();
  const folder = mkdtempSync(join(tmpdir(), 'qw-failover-'));
  const rows: BenchRow[] = [];
  try {
    lab.up();
    writeFileSync(join(folder, 'office.yaml'), JSON.stringify(configuration));
    for (const { name, fault } of scenarios) {
      const outages: number[] = [];
      const switches: number[] = [];
      let unseen = 0;
      for (let round = 1; round <= (options.quick ? 5 : 20); round++) {
        const { outageMs, switchMs } = await once(lab, folder, fault);
        if (outageMs === undefined) unseen++;
        else outages.push(outageMs);
        if (switchMs !== undefined) switches.push(switchMs);
        options.log(`${name} ${round}: ${outageMs ?? 'no'} ms`);
      }
      rows.push({
        case: name,
        runs: outages.length + unseen,
        'outage median ms': rounded(median(outages)),
        'p95 ms': rounded(percentile(outages, 95)),
        'max ms': rounded(Math.max(...outages)),
        'no echo lost, runs': unseen,
        'switch median ms': rounded(median(switches)),
      });
    }
  } finally {
    lab.down();
    rmSync(folder, { recursive: true, force: true });
  }
  const notes = ['Resolution is 10 ms. Probing every 50 ms, three anchors, phase of the fault random.'];
  return { question, machine: facts, rows, notes };
}

interface Outcome {
  outageMs: number | undefined;
  switchMs: number | undefined;
}

async function once(lab: Lab, folder: string, fault: string): Promise<Outcome> {
  const watch = new UplinksProcess(lab.namespace('rtr'), join(folder, 'office.yaml'), join(folder, 'data'));
  try {
    await watch.until((event) => event.event === 'opinion' && event['uplink'] === 'isp1' && event['state'] === 'up');
    await pause(settleMs);
    const pings = pingFrom(lab);
    await pause(700 + 300 * Math.random());
    lab.fault('isp1', fault);
    const outageMs = await pings;
    return { outageMs, switchMs: watch.receipts(4)[0]?.tookMs };
  } finally {
    await watch.stop();
    lab.clear();
    restoreRoutes(lab);
  }
}

/** The longest run of lost echoes; undefined when none was lost. */
async function pingFrom(lab: Lab): Promise<number | undefined> {
  const meter = join(sharedFolder, 'netlab/pinggap.py');
  const command = [`--net=/run/netns/${lab.namespace('pc')}`, 'nice', '-n', '-10', meter];
  const words = ['8.8.8.8', '--interval', '10', '--duration', String(pingSeconds)];
  const output = await outputOf('nsenter', [...command, ...words]);
  const { outage_ms: outageMs } = JSON.parse(output) as { outage_ms?: number | null };
  // An outage that lasts until the end has no length: it counts as all of the time.
  return outageMs === null ? pingSeconds * 1000 : outageMs;
}

/** A link that was down has lost the main table's route. */
function restoreRoutes(lab: Lab): void {
  const words = ['route', 'replace', 'default', 'via', '192.168.76.1', 'dev', 'wan1', 'metric', '1'];
  spawn('ip', ['-n', lab.namespace('rtr'), ...words]);
}

function outputOf(program: string, words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}

const pause = (forMs: number) => new Promise((resolve) => setTimeout(resolve, forMs));

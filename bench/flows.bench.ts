import { spawn } from 'node:child_process';
import { machine, type BenchOptions, type BenchResult, type BenchRow } from './bench.ts';
import { decode } from './flows/decode.ts';
import { enrich } from './flows/enrich.ts';
import { ingest } from './flows/ingest.ts';
import { memory } from './flows/memory.ts';
import { meter } from './flows/meter.ts';
import type { Part } from './flows/part.ts';
import { questions } from './flows/questions.ts';
import { rate } from './flows/rate.ts';

export const question =
  'How fast are flow records collected, how small are they kept, and what do answers cost, beside nfdump?';

const measures: Readonly<Record<string, Part>> = { decode, meter, enrich, ingest, rate, questions, memory };

export const parts = Object.keys(measures);

/** Set in a network of its own, where nobody else sends. */
const alone = 'QW_BENCH_ALONE';

export async function run(options: BenchOptions): Promise<BenchResult> {
  if (process.env[alone] === undefined && process.getuid?.() === 0) return runAlone(options);
  const facts = machine();
  const rows: BenchRow[] = [];
  const notes =
    process.env[alone] === undefined ? ['not run as root, so over the loopback that all programs share'] : [];
  for (const [name, measure] of Object.entries(measures)) {
    if (options.only !== undefined && options.only !== name) continue;
    const answer = await measure(options);
    rows.push(...answer.rows);
    notes.push(...answer.notes);
  }
  return { question, machine: facts, rows, notes };
}

/** The same in a network namespace, which is gone with its last process. */
async function runAlone({ quick, only }: BenchOptions): Promise<BenchResult> {
  const main = new URL('./main.ts', import.meta.url).pathname;
  const args = ['flows', '--json', ...(quick ? ['--quick'] : []), ...(only === undefined ? [] : ['--only', only])];
  const script = 'ip link set lo up && exec "$0" "$@"';
  const child = spawn('unshare', ['--net', 'sh', '-c', script, process.execPath, main, ...args], {
    env: { ...process.env, [alone]: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the measurement ended with ${String(code)}`);
  return JSON.parse(output) as BenchResult;
}

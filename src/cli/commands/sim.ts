import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { messageOf, QwError } from '../../model/index.ts';
import { readPlanFile, replay, runSeeds, shrinkPlan, simulations, writePlanFile } from '../../lab/index.ts';
import { Output } from '../output.ts';

interface RunOptions {
  protocol: string;
  seeds: string;
  mutation?: string;
  out: string;
  json?: boolean;
}

/** More failures say nothing new; each costs the time of shrinking it. */
const maxFailures = 10;
const maxShrinkRuns = 3000;
/** Long runs say so often how far they are. */
const progressMs = 10_000;

export function simCommand(): Command {
  const names = simulations().map(({ protocol }) => protocol);
  return new Command('sim')
    .description('Deterministic simulation of the consensus protocols')
    .addCommand(
      new Command('run')
        .description('Run worlds with faults, one for each seed, and judge them')
        .requiredOption('--protocol <name>', names.join(' | '))
        .requiredOption('--seeds <A..B>', 'first and last seed, e.g. 1..2000')
        .option('--mutation <name>', 'with a seeded bug; `sim mutations` lists them')
        .option('--out <dir>', 'where plans of failed seeds go', 'sim-failures')
        .option('--json', 'print {"seeds","failed":[{"seed","invariant","shrunk"}],"messagesPerSecond"}')
        .action(run),
    )
    .addCommand(
      new Command('replay')
        .description('Run the plan of a failed seed again, with one line for each transition')
        .argument('<file>', 'as `sim run` wrote it')
        .option('--json', 'print {"ok","invariant","message"}; the log goes to stderr')
        .action(replayFile),
    )
    .addCommand(
      new Command('mutations')
        .description('List the seeded bugs')
        .option('--json', 'print [{"protocol","mutations"}]')
        .action((options: { json?: boolean }) => {
          const all = simulations();
          const lines = () => all.flatMap((one) => one.mutations.map((name) => `${one.protocol} ${name}`));
          new Output(options.json ?? false).result(all, lines);
        }),
    );
}

async function run(options: RunOptions): Promise<void> {
  const output = new Output(options.json ?? false);
  const { from, to } = seedRange(options.seeds);
  const worlds = runSeeds(options.protocol, from, to, options.mutation);
  if (!worlds) throw unknown(options.protocol, options.mutation);
  const failed: { seed: number; invariant: string; shrunk: string }[] = [];
  let seeds = 0;
  let messages = 0;
  let simulatedMs = 0;
  let startedMs = performance.now();
  let toldMs = startedMs;
  for (const { seed, plan, outcome } of worlds) {
    simulatedMs += performance.now() - startedMs;
    seeds += 1;
    messages += outcome.messages;
    if (performance.now() - toldMs >= progressMs) {
      toldMs = performance.now();
      output.note(`seed ${seed} of ${to}, ${failed.length} failed`);
    }
    if (outcome.violation) {
      const { invariant, message } = outcome.violation;
      output.note(`seed ${seed}: ${message}`);
      const small = shrinkPlan(plan, invariant, maxShrinkRuns);
      const shrunk = join(options.out, `${options.protocol}-${seed}.json`);
      await mkdir(options.out, { recursive: true });
      await writeFile(shrunk, writePlanFile({ invariant, plan: small }));
      failed.push({ seed, invariant, shrunk });
      if (failed.length === maxFailures) break;
    }
    startedMs = performance.now();
  }
  const messagesPerSecond = Math.round((1000 * messages) / Math.max(1, simulatedMs));
  output.result({ seeds, failed, messagesPerSecond }, () => [
    ...failed.map(({ seed, invariant, shrunk }) => `seed ${seed} breaks ${invariant}: ${shrunk}`),
    `${seeds} seeds, ${failed.length} failed, ${messagesPerSecond} messages/s, ${Math.round((1000 * seeds) / Math.max(1, simulatedMs))} seeds/s`,
  ]);
  if (failed.length > 0) process.exitCode = 1;
}

async function replayFile(path: string, options: { json?: boolean }): Promise<void> {
  const output = new Output(options.json ?? false);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new QwError('BAD_INPUT', `the plan cannot be read: ${messageOf(error)}`, { where: path });
  });
  const file = readPlanFile(text);
  if (typeof file === 'string') throw new QwError('BAD_INPUT', file, { where: path });
  const outcome = replay(file.plan, (line) => output.say(line));
  if (!outcome) throw unknown(file.plan.protocol, file.plan.mutation);
  const { invariant, message } = outcome.violation ?? {};
  output.result({ ok: !outcome.violation, invariant, message }, () => [message ?? 'no law was broken']);
  if (outcome.violation) process.exitCode = 1;
}

function seedRange(text: string): { from: number; to: number } {
  const [, first = '', last = first] = /^(\d+)(?:\.\.(\d+))?$/.exec(text) ?? [];
  const from = Number(first);
  const to = Number(last);
  if (first === '' || !Number.isSafeInteger(to) || from > to) {
    throw new QwError('BAD_INPUT', `expected seeds as A..B with A at most B, found ${text}`, { where: '--seeds' });
  }
  return { from, to };
}

function unknown(protocol: string, mutation: string | undefined): QwError {
  const known = simulations().find((one) => one.protocol === protocol);
  const what = known ? `no mutation ${mutation} of ${protocol}` : `no protocol ${protocol}`;
  const names = `known: ${(known?.mutations ?? simulations().map((one) => one.protocol)).join(', ')}`;
  // Most bugs are changes of the text of a module, which only a checkout has.
  const hint = known ? `${names}; a checkout knows more: npm run mutation -- ${mutation}` : names;
  return new QwError('BAD_INPUT', what, { where: known ? '--mutation' : '--protocol', hint });
}

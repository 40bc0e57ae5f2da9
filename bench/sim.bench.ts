import { runSeeds } from '../src/lab/index.ts';
import { machine, median, rounded, type BenchOptions, type BenchResult, type BenchRow } from './bench.ts';

export const question = 'How many messages and worlds a second does the simulator run on one core?';

export function run({ quick, log }: BenchOptions): Promise<BenchResult> {
  const rounds = quick ? 1 : 5;
  const seeds = quick ? 20 : 100;
  const rows = ['pbft', 'raft'].map((protocol): BenchRow => {
    const messages: number[] = [];
    const worlds: number[] = [];
    let failed = 0;
    for (let round = 0; round < rounds; round++) {
      log(`${protocol}, round ${round + 1} of ${rounds}`);
      const { user, system } = process.cpuUsage();
      let delivered = 0;
      for (const { outcome } of runSeeds(protocol, 1, seeds) ?? []) {
        delivered += outcome.messages;
        if (outcome.violation) failed += 1;
      }
      const used = process.cpuUsage();
      const seconds = (used.user + used.system - user - system) / 1e6;
      messages.push(delivered / seconds);
      worlds.push(seeds / seconds);
    }
    return {
      protocol,
      messagesPerCpuSecond: rounded(median(messages)),
      seedsPerCpuSecond: rounded(median(worlds)),
      failed,
    };
  });
  const notes = [
    `seeds 1..${seeds}, each a world with its own faults; per second of processor time, collection of garbage included`,
  ];
  return Promise.resolve({ question, machine: machine(), rows, notes });
}

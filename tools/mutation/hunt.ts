import { execFile } from 'node:child_process';
import { simulations } from '../../src/lab/index.ts';
import { mutations } from './mutations.ts';

export interface Quarry {
  name: string;
  protocol: string;
  /** How the bug gets into the code: by a change of its text, or through an opening of the core. */
  by: 'text' | 'opening';
}

export interface Catch {
  seed: number;
  invariant: string;
  message: string;
}

/** All seeded bugs that there are. */
export function allQuarry(): Quarry[] {
  return [
    ...mutations.map(({ name, protocol }) => ({ name, protocol, by: 'text' as const })),
    ...simulations().flatMap((one) =>
      one.mutations.map((name) => ({ name, protocol: one.protocol, by: 'opening' as const })),
    ),
  ];
}

/**
 * Runs seeds from 1 on until one breaks a law; null when none does. Rejects when the code breaks a law in the same world
 * without the bug too: then the catch would mean nothing.
 */
export async function hunt({ name, protocol, by }: Quarry, seeds: number): Promise<Catch | null> {
  const caught =
    by === 'text' ? await firstBroken(protocol, 1, seeds, [], name) : await firstBroken(protocol, 1, seeds, [name]);
  if (caught && (await firstBroken(protocol, caught.seed, caught.seed))) {
    throw new Error(`${protocol} breaks a law in the world of seed ${caught.seed} without a seeded bug`);
  }
  return caught;
}

/** In a process of its own, so that a bug stays in it. */
async function firstBroken(
  protocol: string,
  from: number,
  to: number,
  opening: readonly string[] = [],
  text?: string,
): Promise<Catch | null> {
  const load = text === undefined ? [] : ['--import', `${import.meta.dirname}/load.ts`];
  const args = [...load, `${import.meta.dirname}/run-seeds.ts`, protocol, `${from}`, `${to}`, ...opening];
  const env = { ...process.env, ...(text === undefined ? {} : { QW_MUTATION: text }) };
  const answer = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, args, { env, maxBuffer: 1 << 24 }, (problem, stdout, stderr) =>
      problem
        ? reject(new Error(`${protocol} ${text ?? opening.join()}: ${stderr || problem.message}`))
        : resolve(stdout),
    );
  });
  return JSON.parse(answer) as Catch | null;
}

import { runSeeds } from '../../src/lab/index.ts';

/** Runs seeds until one breaks a law; prints which, or that none did. Its own process, so that a bug stays in it. */
const [protocol = '', from = '1', to = '2000', mutation] = process.argv.slice(2);
const seeds = runSeeds(protocol, Number(from), Number(to), mutation);
if (!seeds) throw new Error(`no protocol ${protocol}`);
let caught: { seed: number; invariant: string; message: string } | undefined;
for (const { seed, outcome } of seeds) {
  if (!outcome.violation) continue;
  caught = { seed, invariant: outcome.violation.invariant, message: outcome.violation.message };
  break;
}
console.log(JSON.stringify(caught ?? null));

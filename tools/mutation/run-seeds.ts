import { runSeeds } from '../../src/lab/index.ts';
import type { Catch } from './hunt.ts';

/** Runs seeds until one breaks a law; prints which, or null. */
const [protocol = '', from = '', to = '', mutation] = process.argv.slice(2);
const seeds = runSeeds(protocol, Number(from), Number(to), mutation);
if (!seeds) throw new Error(`no protocol ${protocol}`);
let caught: Catch | null = null;
for (const { seed, outcome } of seeds) {
  if (!outcome.violation) continue;
  caught = { seed, invariant: outcome.violation.invariant, message: outcome.violation.message };
  break;
}
console.log(JSON.stringify(caught));

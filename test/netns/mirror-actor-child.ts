import { MirrorActor } from '../../src/act/mirror/mirror-actor.ts';
import { messageOf, QwError, type MirrorPolicy } from '../../src/model/index.ts';
import { nodeDisk, systemClock } from '../../src/platform/index.ts';

/**
 * Mirrors in a network namespace until something comes on standard input, then prints what came of it; `restore` removes
 * what an earlier run left behind.
 */

const [folder = '', ...policies] = process.argv.slice(2);
const actor = new MirrorActor({ disk: nodeDisk, folder, clock: systemClock });
const problems = await actor.removeLeftovers();
try {
  const commands: string[] = [];
  for (const [place, text] of policies.entries()) {
    const policy = JSON.parse(text) as MirrorPolicy;
    commands.push(...(await actor.plan(policy)));
    await actor.start(String(place), policy);
  }
  process.stdout.write(`${JSON.stringify({ problems, commands })}\n`);
  if (policies.length > 0) {
    await new Promise((resolve) => void process.stdin.once('data', resolve));
    const ends = [];
    for (const place of policies.keys()) ends.push(await actor.stop(String(place)));
    process.stdout.write(`${JSON.stringify(ends)}\n`);
  }
} catch (thrown) {
  for (const place of policies.keys()) await actor.stop(String(place));
  const { code, facts } = thrown instanceof QwError ? thrown : { code: 'INTERNAL', facts: {} };
  process.stdout.write(`${JSON.stringify({ code, message: messageOf(thrown), facts })}\n`);
}
process.exit(0);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allQuarry, hunt } from '../../tools/mutation/hunt.ts';
import { mutated } from '../../tools/mutation/mutation.ts';
import { mutations } from '../../tools/mutation/mutations.ts';

const source = join(import.meta.dirname, '../../src');

describe('seeded bugs', () => {
  it.each(mutations)('$name changes a line that stands once in $file', (mutation) => {
    const text = readFileSync(join(source, mutation.file), 'utf8');
    const changed = mutated(text, mutation);
    expect(changed).not.toBe(text);
    expect(() => mutated(changed + mutation.find + mutation.find, mutation)).toThrow(mutation.name);
  });

  it('are 46 at least, 32 of them in the Byzantine core, each with a name of its own', () => {
    const all = allQuarry();
    expect(all.length).toBeGreaterThanOrEqual(46);
    expect(all.filter(({ protocol }) => protocol === 'pbft').length).toBeGreaterThanOrEqual(32);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.filter(({ name }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
  });
});

/** Those that are found at once; `npm run mutation` hunts all of them. */
describe('the simulator catches', () => {
  it.each([
    ['quorums-of-f-plus-one', 'certificate'],
    ['speaks-before-durable', 'durability'],
    ['time-goes-back', 'time'],
    ['votes-of-earlier-views-count', 'certificate'],
    ['no-high-water-mark', 'broken-rule'],
    ['half-is-a-quorum', undefined],
  ])('%s', { timeout: 60_000 }, async (name, law) => {
    const quarry = allQuarry().find((one) => one.name === name);
    if (!quarry) throw new Error(`no seeded bug ${name}`);
    const caught = await hunt(quarry, 20);
    expect(caught).not.toBeNull();
    if (law !== undefined) expect(caught?.invariant).toBe(law);
  });
});

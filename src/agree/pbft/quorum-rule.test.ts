import { describe, expect, it } from 'vitest';
import { Membership } from './configuration.ts';

/** A member that sends its commit after so many prepares, the pre-prepare counted, and executes after so many commits. */
interface Rule {
  prepares: number;
  commits: number;
}

/**
 * The smallest world in which rules can be told apart: n = 4, primary P lies, A, B and C are correct. P sends m to A and
 * m' to B, and tells each of them whatever it wants to hear; C hears nothing. Returns what A and B execute.
 */
function executedBy(rule: Rule): Record<'A' | 'B', string | undefined> {
  const told = { A: 'm', B: 'm*' };
  const decide = (self: 'A' | 'B'): string | undefined => {
    const digest = told[self];
    // Votes for this digest that can exist: our own, and the liar's.
    const prepares = 1 + 1;
    const commits = prepares >= rule.prepares ? 1 + 1 : 1;
    return prepares >= rule.prepares && commits >= rule.commits ? digest : undefined;
  };
  return { A: decide('A'), B: decide('B') };
}

describe('why a quorum is 2f + 1', () => {
  const { faults, quorum } = new Membership([0, 1, 2, 3]);

  it('with f + 1, as a lecture slide has it, two correct members execute different requests', () => {
    const executed = executedBy({ prepares: faults + 1, commits: faults + 1 });
    expect(executed).toEqual({ A: 'm', B: 'm*' });
  });

  it('with 2f + 1 neither prepares', () => {
    expect(executedBy({ prepares: quorum, commits: quorum })).toEqual({ A: undefined, B: undefined });
  });

  it('one prepared member is no witness: a view change may not hear of it, of f + 1 it hears at least one', () => {
    const correct = ['A', 'B', 'C'];
    const heardAlways = (preparedAt: readonly string[]) =>
      [
        ['A', 'B'],
        ['A', 'C'],
        ['B', 'C'],
      ].every((heard) => preparedAt.some((member) => heard.includes(member)));
    // The liar P is the third of each quorum, and says nothing of what it prepared.
    expect(correct.some((member) => heardAlways([member]))).toBe(false);
    expect(heardAlways(['A', 'B']) && heardAlways(['A', 'C']) && heardAlways(['B', 'C'])).toBe(true);
  });

  it.each([
    [1, 0, 1],
    [2, 0, 2],
    [3, 0, 2],
    [4, 1, 3],
    [5, 1, 4],
    [6, 1, 4],
    [7, 2, 5],
    [10, 3, 7],
    [31, 10, 21],
  ])('n = %i: f = %i, quorum = %i', (count, f, q) => {
    const members = new Membership(Array.from({ length: count }, (_, at) => at));
    expect([members.faults, members.quorum]).toEqual([f, q]);
    // Two quorums share f + 1, and the correct ones alone make one.
    expect(2 * q - count).toBeGreaterThanOrEqual(f + 1);
    expect(count - f).toBeGreaterThanOrEqual(q);
  });
});

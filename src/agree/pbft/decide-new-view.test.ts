import { describe, expect, it } from 'vitest';
import { nullDigest } from '../codec/pbft-statement.ts';
import { genesisCheckpoint } from './certificates.ts';
import { decideNewView } from './decide-new-view.ts';
import type { CheckpointCertificate, PreparedCertificate, ViewChange } from './messages.ts';

type Vote = Pick<ViewChange, 'stable' | 'prepared'>;

const digest = (letter: string) => letter.repeat(32);
const noSignature = { signer: 0, signature: new Uint8Array() };
const prepared = (sequence: number, view: number, letter: string): PreparedCertificate => ({
  header: { view, sequence, digest: digest(letter), ...noSignature },
  prepares: [],
});
const stableAt = (sequence: number): CheckpointCertificate =>
  sequence === 0 ? genesisCheckpoint : { sequence, digest: digest('s'), votes: [] };
const vote = (stable: number, ...certificates: PreparedCertificate[]): Vote => ({
  stable: stableAt(stable),
  prepared: certificates,
});
const decide = (...votes: Vote[]) => decideNewView(votes, genesisCheckpoint);

describe('decide new view', () => {
  it('S34 of two certificates for one sequence the highest view wins', () => {
    const votes = [vote(0, prepared(1, 0, 'a')), vote(0, prepared(1, 2, 'b')), vote(0, prepared(1, 1, 'c'))];
    expect(decide(...votes).slots).toEqual([{ sequence: 1, digest: digest('b') }]);
  });

  it('S35 null requests fill gaps, and nothing stands above the highest prepared sequence', () => {
    expect(decide(vote(0, prepared(3, 0, 'c')), vote(0, prepared(1, 0, 'a')), vote(0)).slots).toEqual([
      { sequence: 1, digest: digest('a') },
      { sequence: 2, digest: nullDigest },
      { sequence: 3, digest: digest('c') },
    ]);
    expect(decide(vote(0), vote(0), vote(0)).slots).toEqual([]);
  });

  it('S38 begins at the highest stable checkpoint, counted over all view changes', () => {
    const decision = decide(vote(4), vote(0, prepared(3, 0, 'a'), prepared(5, 0, 'b')), vote(0));
    expect(decision.stable.sequence).toBe(4);
    expect(decision.slots).toEqual([{ sequence: 5, digest: digest('b') }]);
  });

  /**
   * n = 4, two slots, three views: every history in which one member may have prepared anything at all, and three correct
   * ones prepared what the rules let them. Whatever quorum of view changes is heard, in whatever order, what was committed
   * stays.
   */
  it('keeps what was committed, whatever is heard: exhaustively for n = 4, 2 slots, 3 views', () => {
    /** Last prepared view and digest of a correct member at one slot. */
    const states = [undefined, [0, 'a'], [1, 'a'], [1, 'b'], [2, 'a'], [2, 'b']] as const;
    const lies = [undefined, [0, 'a'], [0, 'b'], [1, 'a'], [1, 'b'], [2, 'a'], [2, 'b']] as const;
    type State = (typeof lies)[number];
    const quorums = [
      [0, 1, 2],
      [0, 1, 3],
      [0, 2, 3],
      [1, 2, 3],
      [0, 1, 2, 3],
    ];
    /** In one view only one digest can have been prepared, and after a commitment no other digest ever is. */
    const committed = (slot: readonly State[]): { view: number; letter: string } | undefined => {
      for (const letter of ['a', 'b']) {
        for (const view of [0, 1, 2]) {
          const holders = slot.filter((one) => one && one[0] >= view && one[1] === letter);
          if (holders.length >= 2 && slot.some((one) => one?.[0] === view && one[1] === letter))
            return { view, letter };
        }
      }
      return undefined;
    };
    const isPossible = (slot: readonly State[]) => {
      for (const view of [0, 1, 2]) {
        const letters = new Set(slot.filter((one) => one?.[0] === view).map((one) => one?.[1]));
        if (letters.size > 1) return false;
      }
      const kept = committed(slot);
      return !kept || slot.every((one) => !one || one[1] === kept.letter || one[0] < kept.view);
    };
    const slots: State[][] = [];
    for (const one of states) {
      for (const two of states) {
        for (const three of states) {
          for (const lie of lies) {
            const correct = [one, two, three];
            // The liar has real certificates only: of a view in which a correct member prepared the other, it has none.
            if (isPossible(correct) && isPossible([...correct, lie])) slots.push([...correct, lie]);
          }
        }
      }
    }
    const certificate = (sequence: number, state: State) => (state ? [prepared(sequence, state[0], state[1])] : []);
    let cases = 0;
    const wrong: unknown[] = [];
    for (const first of slots) {
      for (const second of slots) {
        const votes = [0, 1, 2, 3].map((member) =>
          vote(0, ...certificate(1, first[member]), ...certificate(2, second[member])),
        );
        for (const quorum of quorums) {
          const heard = quorum.map((member) => votes[member] ?? vote(0));
          const decision = decide(...heard);
          const again = decide(...heard.toReversed());
          cases += 1;
          for (const [at, slot] of [first, second].entries()) {
            const kept = committed(slot.slice(0, 3));
            const chosen = decision.slots[at]?.digest;
            if (kept && chosen !== digest(kept.letter)) wrong.push({ slot, quorum, chosen });
          }
          if (decision.slots.some(({ digest }, at) => again.slots[at]?.digest !== digest))
            wrong.push({ first, second });
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(cases).toBeGreaterThan(50_000);
  });
});

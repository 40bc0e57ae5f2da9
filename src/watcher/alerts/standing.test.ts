import { expect, test } from 'vitest';
import type { Check, LedgerRecord, Membership, VerdictState } from '../../model/index.ts';
import { LiveStanding, quorumStateOf } from './standing.ts';

function members(count: number, protocol: Membership['protocol'] = 'pbft'): Membership {
  const watchers = Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    id: `w${i + 1}`,
    publicKey: '',
    address: '',
    role: 'member' as const,
    site: '',
  }));
  return { epoch: 1, protocol, watchers, nextNumber: count + 1 };
}

test.each([
  [4, [], 'whole'],
  [4, ['w1'], 'critical'],
  [4, ['w1', 'w2'], 'lost'],
  [7, ['w1'], 'reduced'],
  [7, ['w1', 'w2'], 'critical'],
  [1, [], 'whole'],
  [2, ['w2'], 'lost'],
] as const)('of %i members without %j the quorum is %s', (count, missing, state) => {
  expect(quorumStateOf(members(count), missing)).toBe(state);
});

test('with Raft a majority is enough', () => {
  expect(quorumStateOf(members(5, 'raft'), ['w1'])).toBe('reduced');
  expect(quorumStateOf(members(5, 'raft'), ['w1', 'w2'])).toBe('critical');
  expect(quorumStateOf(members(5, 'raft'), ['w1', 'w2', 'w3'])).toBe('lost');
});

test('a verdict is the one of the time that is asked for, though it has changed since', () => {
  const verdicts: Record<string, VerdictState> = { web: 'down', mail: 'up' };
  const standing = new LiveStanding({
    view: () => ({
      checks: function* checks() {
        for (const [name, verdict] of Object.entries(verdicts)) {
          const check = { name, labels: { tier: 'gold' }, disabled: name === 'off' } as unknown as Check;
          yield { check, verdict } as never;
        }
      },
      membership: members(1),
      silent: [],
    }),
    unheard: () => [],
  });
  const change = (time: number, check: string, from: VerdictState, to: VerdictState) =>
    standing.onEntry({ kind: 'transition', time, position: 1, body: { check, from, to } } as unknown as LedgerRecord);
  change(1000, 'web', 'unknown', 'up');
  change(5000, 'web', 'up', 'partial');
  change(6000, 'web', 'partial', 'down');
  const at = (time: number) => Object.fromEntries([...standing.verdicts(time)].map((one) => [one.check, one.verdict]));
  expect(at(999)).toEqual({ web: 'unknown', mail: 'up' });
  expect(at(4999)).toEqual({ web: 'up', mail: 'up' });
  expect(at(5000)).toEqual({ web: 'partial', mail: 'up' });
  expect(at(6000)).toEqual({ web: 'down', mail: 'up' });
});

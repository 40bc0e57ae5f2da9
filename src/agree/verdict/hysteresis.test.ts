import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome } from '../../model/index.ts';
import { freshTrack, stepOpinion, type OpinionStep, type OpinionTrack, type SettleOptions } from './hysteresis.ts';

const options = (down = '2/3', up = '2/3', holdMs = 0): SettleOptions => {
  const rule = (text: string) => ({ m: Number(text.split('/')[0]), r: Number(text.split('/')[1]) });
  return { interval: 1000, settle: { down: rule(down), up: rule(up), 'hold-down': holdMs, 'hold-down-max': 16_000 } };
};
const letters: Readonly<Record<string, Outcome>> = { P: 'pass', D: 'degraded', F: 'fail', U: 'unknown' };

/** Rounds one second apart from `from`; the states after each as letters, and the last step. */
function play(
  rounds: string,
  settings = options(),
  track: OpinionTrack = freshTrack,
  from = 0,
): { states: string; last: OpinionStep } {
  let last: OpinionStep = { track, changed: false, suspicious: false };
  let states = '';
  for (const [i, letter] of rounds.split('').entries()) {
    last = stepOpinion(last.track, letters[letter] ?? 'unknown', from + i * 1000, settings);
    states += { up: 'u', degraded: 'g', down: 'd', unknown: '?' }[last.track.state];
  }
  return { states, last };
}

test.each([
  ['P', 'u'],
  ['FFF', '?dd'],
  ['FPF', '?uu'],
  ['PFPFF', 'uuudd'],
  ['PFPPF', 'uuuuu'],
  ['FFPFP', '?dddu'],
  ['FFPP', '?ddu'],
  ['FFDD', '?ddg'],
  ['DD', 'gg'],
  ['PDD', 'uug'],
  ['PDDPP', 'uuggu'],
  ['DFF', 'ggd'],
])('rounds %s give %s', (rounds, states) => {
  expect(play(rounds).states).toBe(states);
});

test('1/1 is RouterOS: every round decides', () => {
  expect(play('FPFP', options('1/1', '1/1')).states).toBe('dudu');
});

test('since is the first round of the run that settled it', () => {
  const { track } = play('PPFPF').last;
  expect(track).toMatchObject({ state: 'down', since: 2000 });
  expect(track.settledBy.map(({ outcome }) => outcome)).toEqual(['fail', 'pass', 'fail']);
});

test('a disagreeing round is suspicious until it settles either way', () => {
  expect(play('PF').last).toMatchObject({ changed: false, suspicious: true });
  expect(play('PFF').last).toMatchObject({ changed: true, suspicious: false });
  expect(play('PFP').last.suspicious).toBe(false);
  expect(play('F').last.suspicious).toBe(true);
  expect(play('PU').last.suspicious).toBe(false);
});

test('a starved watcher holds its opinion, then knows nothing, and never says down', () => {
  expect(play('PUUUU').states).toBe('uuu??');
  expect(play('PUUU').last.track).toMatchObject({ state: 'unknown', since: 1000 });
  expect(play('FFUUU').states).toBe('?ddd?');
  expect(play('PUUUP').states).toBe('uuu?u');
  expect(play('UUUUUU').states).toBe('??????');
  expect(play('PUUPUU').states).toBe('uuuuuu');
});

test('three quick undecided rounds are not enough: three intervals must pass too', () => {
  let { track } = play('P').last;
  for (let at = 100; at < 3000; at += 100) ({ track } = stepOpinion(track, 'unknown', at, options()));
  expect(track.state).toBe('up');
  expect(stepOpinion(track, 'unknown', 3000, options()).track.state).toBe('unknown');
});

test('the hold-down keeps a check down, whatever passes, and then one round is enough', () => {
  const held = options('1/1', '1/1', 4000);
  expect(play('PFPPPPP', held).states).toBe('udddduu');
  expect(play('PFP', held).last.suspicious).toBe(false);
  expect(play('PFUUUP', held).states).toBe('uddd?u');
});

test('the hold-down doubles with each further change to down, up to its bound, and calm resets it', () => {
  const held = options('1/1', '1/1', 2000);
  let { track } = play('F', held).last;
  const holds = [track.holdMs];
  let at = 0;
  for (let i = 0; i < 4; i++) {
    at += track.holdMs;
    ({ track } = stepOpinion(track, 'pass', at, held));
    at += 1000;
    ({ track } = stepOpinion(track, 'fail', at, held));
    holds.push(track.holdMs);
  }
  expect(holds).toEqual([2000, 4000, 8000, 16_000, 16_000]);
  at += 16_000;
  ({ track } = stepOpinion(track, 'pass', at, held));
  ({ track } = stepOpinion(track, 'fail', at + 160_000, held));
  expect(track.holdMs).toBe(2000);
});

test('never down without enough failures since the last change, never up from down without enough passes', () => {
  const rule = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 6 }))
    .map(([m, more]) => `${m}/${m + more}`);
  fc.assert(
    fc.property(rule, rule, fc.array(fc.constantFrom('P', 'D', 'F', 'U'), { maxLength: 80 }), (down, up, rounds) => {
      const settings = options(down, up);
      let track = freshTrack;
      let failsSinceChange = 0;
      let passesSinceChange = 0;
      for (const [i, letter] of rounds.entries()) {
        failsSinceChange += letter === 'F' ? 1 : 0;
        passesSinceChange += letter === 'P' ? 1 : 0;
        const before = track.state;
        const step = stepOpinion(track, letters[letter] ?? 'unknown', i * 1000, settings);
        ({ track } = step);
        expect(step.changed).toBe(track.state !== before);
        expect(track.window.length).toBeLessThanOrEqual(64);
        if (!step.changed) continue;
        if (track.state === 'down') expect(failsSinceChange).toBeGreaterThanOrEqual(settings.settle.down.m);
        if (track.state === 'up' && before === 'down')
          expect(passesSinceChange).toBeGreaterThanOrEqual(settings.settle.up.m);
        if (letter === 'U') expect(track.state).toBe('unknown');
        failsSinceChange = 0;
        passesSinceChange = 0;
      }
      // Plain data: a restart in between changes nothing.
      expect(JSON.parse(JSON.stringify(track))).toEqual(track);
    }),
  );
});

test('a wall clock that is set back by an hour prolongs a hold by no more than the hold, and keeps nothing stale', () => {
  const check = {
    interval: 1000,
    settle: { down: { m: 1, r: 1 }, up: { m: 1, r: 1 }, 'hold-down': 10_000, 'hold-down-max': 10_000 },
  };
  const hour = 3_600_000;
  let at = 10 * hour;
  let track = freshTrack;
  const step = (outcome: 'pass' | 'fail' | 'unknown') => {
    at += 1000;
    track = stepOpinion(track, outcome, at, check).track;
    return track.state;
  };
  step('pass');
  expect(step('fail')).toBe('down');
  at -= hour;
  for (let i = 0; i < 10; i++) expect(step('pass')).toBe('down');
  expect(step('pass')).toBe('up');
  at -= hour;
  for (let i = 0; i < 4; i++) step('unknown');
  expect(track.state).toBe('unknown');
});

import { expect, test } from 'vitest';
import type { Opinion, OpinionState } from '../../model/index.ts';
import { Mouth } from './mouth.ts';

const opinion = (check: string, state: OpinionState): Opinion => ({
  check,
  watcher: 'watcher-1',
  state,
  since: 1000,
  rounds: [],
  results: [],
});

test('a liar says the opposite of everything at once, and the truth again when it is healed', () => {
  const mouth = new Mouth();
  const said = new Map<string, OpinionState>();
  const tell = (seen: readonly Opinion[]) => {
    for (const { check, state } of mouth.say(seen)) said.set(check, state);
  };
  mouth.open(() => [opinion('old', 'down')], tell);
  tell([opinion('web', 'up')]);
  expect([...said]).toEqual([['web', 'up']]);
  mouth.lie(true);
  expect(Object.fromEntries(said)).toEqual({ web: 'down', old: 'up' });
  tell([opinion('dns', 'unknown'), opinion('web', 'down')]);
  expect(Object.fromEntries(said)).toEqual({ web: 'up', old: 'up', dns: 'down' });
  mouth.lie(false);
  expect(Object.fromEntries(said)).toEqual({ web: 'down', old: 'down', dns: 'unknown' });
});

test('being told the same again changes nothing', () => {
  const mouth = new Mouth();
  let times = 0;
  mouth.open(
    () => [],
    () => (times += 1),
  );
  mouth.lie(false);
  mouth.lie(true);
  mouth.lie(true);
  expect(times).toBe(1);
});

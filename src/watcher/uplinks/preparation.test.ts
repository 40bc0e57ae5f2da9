import { expect, test } from 'vitest';
import { QwError } from '../../model/index.ts';
import { createLog, ManualClock, silentLog } from '../../platform/index.ts';
import { Preparation } from './preparation.ts';

const turns = () => new Promise((resolve) => setImmediate(resolve));
const parts = (prepare: () => Promise<string[]>) => {
  const clock = new ManualClock();
  const said: string[] = [];
  const log = createLog({ level: 'info', format: 'json', write: (line) => void said.push(line) });
  return { clock, said, preparation: new Preparation({ clock, log, prepare }) };
};

test('what is out of reach is asked again after growing pauses, and said once', async () => {
  let reachable = false;
  let asked = 0;
  const { clock, said, preparation } = parts(async () => {
    asked++;
    if (!reachable) throw new QwError('CONFLICT', 'no answer', { hint: 'look at it' });
    return ['done'];
  });
  expect(await preparation.start()).toEqual([]);
  expect(preparation.problem).toBe('uplinks are not switched yet: no answer (look at it); tried again in 1 s');
  const times: number[] = [];
  for (let second = 1; second <= 70; second++) {
    const before = asked;
    clock.advance(1000);
    await turns();
    if (asked > before) times.push(second);
  }
  expect(times).toEqual([1, 3, 7, 15, 31, 63]);
  expect(preparation.problem).toMatch(/tried again in 53 s$/);
  expect(said).toHaveLength(1);
  reachable = true;
  clock.advance(60_000);
  await turns();
  expect(preparation.problem).toBeUndefined();
  expect(said).toHaveLength(2);
  clock.advance(600_000);
  await turns();
  expect(asked).toBe(8);
});

test('whoever shows it is told of each attempt', async () => {
  let reachable = false;
  const seen: (string | undefined)[] = [];
  const clock = new ManualClock();
  const preparation: Preparation = new Preparation({
    clock,
    log: silentLog,
    prepare: () => (reachable ? Promise.resolve([]) : Promise.reject(new Error('no answer'))),
    onAttempt: () => seen.push(preparation.problem),
  });
  await preparation.start();
  reachable = true;
  clock.advance(1000);
  await turns();
  expect(seen).toEqual(['uplinks are not switched yet: no answer; tried again in 1 s', undefined]);
});

test('nothing is asked after the end', async () => {
  let asked = 0;
  const { clock, preparation } = parts(async () => {
    asked++;
    throw new Error('no answer');
  });
  await preparation.start();
  await preparation.stop();
  clock.advance(600_000);
  await turns();
  expect(asked).toBe(1);
});

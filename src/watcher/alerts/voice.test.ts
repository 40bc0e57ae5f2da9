import { expect, test } from 'vitest';
import type { AlertOpinions, CheckView } from '../../agree/index.ts';
import { alertPolicySchema, type AlertFinding, type Opinion } from '../../model/index.ts';
import { AlertVoice } from './voice.ts';

const second = 1000;
const policy = alertPolicySchema.parse({ name: 'slow', conditions: [{ threshold: { metric: 'm', above: 1 } }] });
const resource = { check: 'web' };

function finding(state: AlertFinding['state']): AlertFinding {
  return { policy: 'slow', resource, state, since: 0, met: [] };
}

/** A voice whose words count for nothing, as those of a watcher that has named too many resources. */
function unheard() {
  const said: Opinion[] = [];
  let now: AlertFinding = finding('firing');
  const voice = new AlertVoice({
    self: 'w1',
    view: () => ({
      check: (): CheckView | undefined => undefined,
      alertOpinions: function* alertOpinions(): Generator<AlertOpinions> {},
    }),
    say: (opinions) => said.push(...opinions),
  });
  const speaker = { policy, evaluation: { findings: () => [now], finding: () => now } };
  const speakers = new Map([['slow', speaker]]);
  return {
    said,
    tell: (state: AlertFinding['state'], atMs: number) => {
      now = finding(state);
      voice.tell(policy, [now], atMs);
    },
    look: (fromMs: number, toMs: number) => {
      for (let at = fromMs; at <= toMs; at += 5 * second) voice.look(speakers, at, at);
    },
  };
}

test('what does not count is said again more and more seldom', () => {
  const { said, tell, look } = unheard();
  tell('firing', 0);
  look(0, 60 * second);
  expect(said.length).toBeGreaterThan(2);
  const before = said.length;
  look(60 * second, 3600 * second);
  expect(said.length - before).toBeLessThan(15);
  look(3600 * second, 7200 * second);
  expect(said.length - before).toBeGreaterThan(10);
});

test('what is over and never counted is not gone on about', () => {
  const { said, tell, look } = unheard();
  tell('firing', 0);
  tell('fine', 1000);
  look(0, 3600 * second);
  expect(said.map(({ state }) => state)).toEqual(['down', 'up']);
});

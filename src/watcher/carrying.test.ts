import { afterEach, expect, test } from 'vitest';
import { createDispatcher, type Dispatcher } from '../act/index.ts';
import { messageOf, type LedgerRequest } from '../model/index.ts';
import { ManualClock, silentLog } from '../platform/index.ts';
import { notify, testCheck, testConfiguration, TestLedger } from '../agree/verdict/machine.fixture.ts';
import { Carrying } from './carrying.ts';

/** Four watchers with one ledger: each carries out what it is to, and messages go to a list. */

const members = ['w1', 'w2', 'w3', 'w4'];
const dispatchers: Dispatcher[] = [];
afterEach(() => Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop())));

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function stage() {
  const clock = new ManualClock();
  const ledger = new TestLedger(members);
  const sent: string[] = [];
  const refused: string[] = [];
  /** Those that stand still: nothing that they ask for arrives, and what they send hangs. */
  const still = new Set<string>();
  const held: (() => void)[] = [];
  const carrying: Carrying[] = [];
  const order = (request: LedgerRequest, watcher: string) => {
    const entries = ledger.send(request, watcher);
    for (const entry of entries) for (const each of carrying) each.onEntry(entry);
  };
  const ask = async (request: LedgerRequest, watcher: string) => {
    try {
      order(request, watcher);
    } catch (thrown) {
      refused.push(`${watcher}: ${messageOf(thrown)}`);
      throw thrown;
    }
  };
  const document = testConfiguration([testCheck('a', { down: [notify('ops')] })], { notify: { ops: { list: {} } } });
  ledger.configure(document.watch, document);
  for (const self of members) {
    const dispatcher = createDispatcher({
      clock,
      self,
      log: silentLog,
      configuration: () => document,
      start: (id, attempt) => ask({ kind: 'action-start', id, attempt, watcher: self }, self),
      finish: (id, receipt) => ask({ kind: 'action-finish', id, watcher: self, receipt }, self),
      random: () => 0,
      signal: new AbortController().signal,
      carriers: {
        notifiers: [
          {
            channel: 'list',
            summary: '',
            options: {},
            pace: { burst: 9, everyMs: 1 },
            destination: () => '',
            send: async (message) => {
              if (still.has(self)) await new Promise<void>((resolve) => held.push(resolve));
              sent.push(`${self} ${message.body.message}${message.text.includes('Sent again') ? ', again' : ''}`);
              return { outcome: 'done', text: 'sent' };
            },
          },
        ],
      },
    });
    dispatchers.push(dispatcher);
    carrying.push(new Carrying({ self, machine: ledger.machine, clock, dispatcher }));
  }
  const say = (state: 'up' | 'down', by: readonly string[]) => {
    for (const watcher of by) {
      for (const entry of ledger.say('a', state, watcher)) for (const each of carrying) each.onEntry(entry);
    }
  };
  const miss = (by: readonly string[], silent: readonly string[]) => {
    for (const watcher of by) order({ kind: 'presence', silent }, watcher);
  };
  return { ledger, sent, refused, still, held, say, miss };
}

test('four watchers send one message, not four', async () => {
  const { sent, refused, say } = stage();
  say('down', members);
  await turns();
  say('up', members);
  await turns();
  expect(sent).toEqual(['w1 firing', 'w1 resolved']);
  expect(refused).toEqual([]);
});

test('the carrier stands still while it sends: the next sends, and when the first comes back it is refused and stops', async () => {
  const { ledger, sent, refused, still, held, say, miss } = stage();
  still.add('w1');
  say('down', members);
  await turns();
  expect(held).toHaveLength(1);
  miss(['w2', 'w3', 'w4'], ['w1']);
  await turns();
  expect(sent).toEqual(['w2 firing, again']);
  still.clear();
  for (const go of held) go();
  await turns();
  expect(sent).toEqual(['w2 firing, again', 'w1 firing']);
  expect(refused).toEqual([expect.stringMatching(/^w1: action \S+ is done already$/)]);
  expect([...ledger.machine.view(ledger.now).pendingActions()]).toEqual([]);
  say('up', members);
  await turns();
  expect(sent.slice(2)).toEqual(['w2 resolved']);
});

test('two carriers in a row stand still: the third sends', async () => {
  const { ledger, sent, still, held, say, miss } = stage();
  still.add('w1').add('w2');
  say('down', members);
  await turns();
  miss(['w2', 'w3', 'w4'], ['w1']);
  await turns();
  miss(['w1'], ['w2']);
  miss(['w3', 'w4'], ['w1', 'w2']);
  await turns();
  expect(sent).toEqual(['w3 firing, again']);
  expect([...ledger.machine.view(ledger.now).finishedActions()]).toMatchObject([{ state: 'done', attempts: 3 }]);
  for (const go of held) go();
  await turns();
});

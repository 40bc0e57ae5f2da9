import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDispatcher, notifiers, type Dispatcher } from '../../act/index.ts';
import { startBotApi } from '../../act/notify/telegram-api.fixture.ts';
import { startHttpServer } from '../../act/testing/http-server.ts';
import { bodies, notify, testCheck, TestLedger } from '../../agree/verdict/machine.fixture.ts';
import type { Configuration, LedgerRequest } from '../../model/index.ts';
import { silentLog, systemClock } from '../../platform/index.ts';
import { Carrying } from '../carrying.ts';
import { Notices } from '../notices.ts';
import { Notifying } from './notifying.ts';

/** Four watchers with one ledger, one Telegram and one PagerDuty, which speak as the real ones do. */

const members = ['w1', 'w2', 'w3', 'w4'];
const token = '123456:AAtoken-of-the-bot';
let bot: Awaited<ReturnType<typeof startBotApi>>;
let pager: Awaited<ReturnType<typeof startHttpServer>>;
const ends: (() => Promise<void>)[] = [];

beforeEach(async () => {
  process.env['QW_TEST_NOTIFYING'] = token;
  bot = await startBotApi(token);
  pager = await startHttpServer((_, response) => response.writeHead(202).end('{"status":"success"}'));
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await bot.stop();
  await pager.stop();
  delete process.env['QW_TEST_NOTIFYING'];
});

function stage(checks: readonly string[] = ['a']) {
  const ledger = new TestLedger(members);
  const names = ['ops', 'pager'];
  const watch = checks.map((name) => testCheck(name, { down: [notify(...names)] }));
  const telegram = { chat: -100, token: '${QW_TEST_NOTIFYING}', 'api-root': bot.url, acknowledge: true };
  const pagerduty = { 'routing-key': '${QW_TEST_NOTIFYING}', 'api-root': pager.url };
  const given: Partial<Configuration> = { notify: { ops: { telegram }, pager: { pagerduty } } };
  ledger.configure(watch, given);
  const configuration = () => ledger.machine.view(ledger.now).configuration as Configuration;
  const onEntry: ((entry: Parameters<Carrying['onEntry']>[0]) => void)[] = [];
  const order = (request: LedgerRequest, watcher?: string) => {
    for (const entry of ledger.send(request, watcher)) for (const hear of onEntry) hear(entry);
  };
  const watchers = members.map((self) => {
    const notices = new Notices(silentLog);
    const notifying = new Notifying({
      self,
      machine: ledger.machine,
      clock: systemClock,
      log: silentLog,
      random: () => 0,
      notices,
      configuration,
      pageUrl: 'https://watch.example',
      proposer: {
        propose: async (request) => {
          order(request, self);
          return { sequence: 0, time: 0, entries: [] };
        },
      },
    });
    const dispatcher: Dispatcher = createDispatcher({
      clock: systemClock,
      self,
      log: silentLog,
      random: () => 0,
      signal: new AbortController().signal,
      configuration,
      told: notifying.told,
      onOutcome: (outcome) => notifying.onOutcome(outcome),
      start: async (id, attempt) => order({ kind: 'action-start', id, attempt, watcher: self }),
      finish: async (id, receipt) => order({ kind: 'action-finish', id, watcher: self, receipt }),
    });
    const carrying = new Carrying({ self, machine: ledger.machine, clock: systemClock, dispatcher });
    onEntry.push((entry) => {
      carrying.onEntry(entry);
      notifying.onEntry(entry);
    });
    ends.push(
      () => notifying.stop(),
      () => dispatcher.stop(),
    );
    return { self, notifying, dispatcher, notices };
  });
  return {
    ledger,
    watchers,
    order,
    look: () => watchers.forEach(({ notifying }) => notifying.look()),
    idle: () => Promise.all(watchers.map(({ dispatcher }) => dispatcher.idle())),
    say: (check: string, state: 'up' | 'down', by: readonly string[] = members) => {
      for (const watcher of by) {
        for (const entry of ledger.say(check, state, watcher)) for (const hear of onEntry) hear(entry);
      }
    },
  };
}

/** What the button of the message with this number says. */
function buttonOf(number: number): string {
  const sent = bot.of('sendMessage')[number - 1]?.['reply_markup'] as {
    inline_keyboard: { callback_data: string }[][];
  };
  return sent.inline_keyboard[0]?.[0]?.callback_data ?? '';
}

const events = () =>
  pager.received.map(
    ({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string; routing_key: string },
  );

test('one member listens, an acknowledgement in the chat is agreed, and everything that was sent says so', async () => {
  const { ledger, say, idle, look, watchers } = stage();
  look();
  expect(bot.of('getUpdates')).toEqual([]);
  say('a', 'down');
  await idle();
  look();
  look();
  await vi.waitFor(() => expect(bot.of('getUpdates')).toHaveLength(1));
  bot.press({ data: buttonOf(1), from: { id: 7, first_name: 'Alice', username: 'alice' } });
  await vi.waitFor(() => expect(ledger.openIncidents()[0]?.acknowledged?.by).toBe('Alice (Telegram @alice)'));
  await vi.waitFor(() => expect(bot.of('editMessageText')).toHaveLength(1));
  expect(bot.of('editMessageText')[0]?.['text']).toContain('Acknowledged by Alice (Telegram @alice)');
  await vi.waitFor(() => expect(events().map(({ event_action }) => event_action)).toEqual(['trigger', 'acknowledge']));
  expect(new Set(events().map(({ dedup_key }) => dedup_key)).size).toBe(1);
  // Pressed again by a second person, and delivered twice by a server that lost count: nothing more happens.
  bot.press({ data: buttonOf(1), from: { id: 8, first_name: 'Bob' } });
  bot.pressAgain();
  await vi.waitFor(() => expect(bot.of('answerCallbackQuery').length).toBeGreaterThanOrEqual(3));
  expect(bodies(ledger.entries, 'request').filter(({ kind }) => kind === 'incident-acknowledge')).toHaveLength(1);
  say('a', 'up');
  await idle();
  expect(bot.of('sendMessage')[1]).toMatchObject({ reply_parameters: { message_id: 1 } });
  expect(events().at(-1)).toMatchObject({ event_action: 'resolve', dedup_key: events()[0]?.dedup_key });
  expect(watchers.flatMap(({ notices }) => [...notices.texts()])).toEqual([]);
});

test('when the listener is lost the next one listens, and hears what was pressed in between', async () => {
  const { ledger, say, idle, look, order } = stage();
  say('a', 'down');
  await idle();
  look();
  await vi.waitFor(() => expect(bot.of('getUpdates')).toHaveLength(1));
  for (const member of ['w2', 'w3', 'w4']) order({ kind: 'presence', silent: ['w1'] }, member);
  look();
  bot.press({ data: buttonOf(1) });
  await vi.waitFor(() => expect(ledger.openIncidents()[0]?.acknowledged?.by).toBe('Alice (Telegram 1)'));
});

test('somebody who takes care elsewhere takes the buttons away as well', async () => {
  const { ledger, say, idle, order, look } = stage();
  say('a', 'down');
  await idle();
  look();
  order({ kind: 'incident-acknowledge', incident: '1', by: 'olga' }, 'w3');
  await vi.waitFor(() => expect(bot.of('editMessageText')).toHaveLength(1));
  expect(bot.of('editMessageText')[0]?.['text']).toContain('Acknowledged by olga');
  expect(bot.of('editMessageText')[0]).not.toHaveProperty('reply_markup');
  // The incident goes on, and nothing is changed a second time.
  ledger.now += 1000;
  say('a', 'up', ['w1', 'w2']);
  expect(ledger.verdict('a')).toBe('partial');
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(bot.of('editMessageText')).toHaveLength(1);
});

test('receivers are listed without secrets, with what came of the last message; a test says what each channel says', async () => {
  const { say, idle, watchers } = stage();
  const desk = watchers[0]?.notifying.receivers;
  expect(desk?.list()).toMatchObject([
    { name: 'ops', language: 'en', channels: [{ channel: 'telegram', destination: 'chat -100' }] },
    { name: 'pager', channels: [{ channel: 'pagerduty' }] },
  ]);
  say('a', 'down');
  await idle();
  expect(desk?.list()[0]).toMatchObject({
    channels: [{ last: { outcome: 'done', text: 'Telegram took the message as number 1' } }],
    last: { message: 'firing', incident: '1', outcome: 'done', watcher: 'w1' },
  });
  bot.refuseOnce(400, { ok: false, error_code: 400, description: `Bad Request: chat not found ${token}` });
  const result = await desk?.test('ops', 'olga');
  expect(result).toEqual({
    receiver: 'ops',
    ok: false,
    channels: [
      { channel: 'telegram', outcome: 'failed', text: 'Telegram answered 400: Bad Request: chat not found [secret]' },
    ],
  });
  expect(bot.of('sendMessage').at(-1)?.['text']).toContain('TEST');
  expect(bot.of('sendMessage').at(-1)).not.toHaveProperty('reply_markup');
  await expect(desk?.test('ops', 'olga')).rejects.toMatchObject({ code: 'OVERLOADED' });
  await expect(desk?.test('nobody', 'olga')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await desk?.test('pager', 'olga')).toMatchObject({ ok: true });
  // A test leaves no alert behind.
  expect(
    events()
      .slice(-2)
      .map(({ event_action }) => event_action),
  ).toEqual(['trigger', 'resolve']);
  expect(JSON.stringify([desk?.list(), result])).not.toContain(token);
  expect(notifiers.map(({ channel }) => channel)).toContain('telegram');
});

import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { systemClock, type Clock } from '../../platform/index.ts';
import { sampleBody } from '../testing/sample.ts';
import type { AnsweredIncident } from './listening.ts';
import { renderMessage, threadOf } from './message.ts';
import { startBotApi } from './telegram-api.fixture.ts';
import { telegram } from './telegram.ts';

const token = '123456:AAtoken-of-the-bot';
let server: Awaited<ReturnType<typeof startBotApi>>;
beforeAll(() => {
  process.env['QW_TEST_BUTTONS'] = token;
});
beforeEach(async () => {
  server = await startBotApi(token);
});
afterEach(async () => {
  ended.abort();
  await listening;
  await server.stop();
});
afterAll(() => {
  delete process.env['QW_TEST_BUTTONS'];
});

let ended = new AbortController();
let listening: Promise<unknown> = Promise.resolve();
const settings = (more: Record<string, unknown> = {}) =>
  z.strictObject(telegram.options).parse({ chat: -100, token: '${QW_TEST_BUTTONS}', 'api-root': server.url, ...more });
const context = () => ({
  clock: systemClock,
  signal: new AbortController().signal,
  warn: () => {},
  delivered: new Set<string>(),
});

interface World {
  incidents: Map<string, AnsweredIncident>;
  acknowledged: { incident: string; by: string; handle: string }[];
  problems: (string | undefined)[];
  /** What was waited, in milliseconds; here it passes a thousand times as fast. */
  waits: number[];
}

/** Listens to the bot; acknowledging works unless told otherwise. */
function listen(more: Record<string, unknown> = {}, given: { agreed?: boolean } = {}, beside?: World): World {
  const { incident } = sampleBody();
  const open: AnsweredIncident = { thread: threadOf(incident), state: 'open', language: 'en' };
  const incidents = beside?.incidents ?? new Map([[incident.id, open]]);
  const world: World = { incidents, acknowledged: [], problems: [], waits: [] };
  ended = new AbortController();
  const after: Clock['after'] = (delayMs, callback) => {
    world.waits.push(delayMs);
    return systemClock.after(delayMs / 1000, callback);
  };
  listening = telegram.listening?.listen([settings(more)], {
    clock: { ...systemClock, after },
    random: () => 0.999,
    signal: ended.signal,
    warn: () => {},
    onProblem: (problem) => world.problems.push(problem),
    incident: (id) => world.incidents.get(id),
    acknowledge: async (id, by, handle) => {
      if (given.agreed === false) throw new Error('too few members');
      world.acknowledged.push({ incident: id, by, handle });
      const known = world.incidents.get(id);
      if (known) world.incidents.set(id, { ...known, state: 'acknowledged', by });
    },
  }) as Promise<void>;
  return world;
}

/** Sends a message and reads off what its button says. */
async function sendFiring(): Promise<string> {
  const sent = await telegram.send(renderMessage('1.0', sampleBody()), settings(), context());
  expect(sent).toMatchObject({ outcome: 'done', handle: '-100:1' });
  const markup = server.of('sendMessage')[0]?.['reply_markup'] as {
    inline_keyboard: { text: string; callback_data: string }[][];
  };
  const [[button] = []] = markup.inline_keyboard;
  expect(button?.text).toBe('Acknowledge');
  expect(Buffer.byteLength(button?.callback_data ?? '')).toBeLessThanOrEqual(64);
  return button?.callback_data ?? '';
}

const answers = () => server.of('answerCallbackQuery').map((one) => one['text']);
const alice = { id: 7, username: 'alice', first_name: 'Alice' };

test('who presses the button takes care: by name, once, however often it is pressed', async () => {
  const data = await sendFiring();
  const world = listen();
  server.press({ data, from: alice });
  await vi.waitFor(() => expect(answers()).toHaveLength(1));
  expect(world.acknowledged).toEqual([{ incident: '12', by: 'Alice (Telegram @alice)', handle: '-100:1' }]);
  expect(answers()).toEqual(['Acknowledged by Alice (Telegram @alice)']);
  server.press({ data, from: { id: 8, first_name: 'Bob' } });
  await vi.waitFor(() => expect(answers()).toHaveLength(2));
  expect(answers()[1]).toBe('Acknowledged by Alice (Telegram @alice)');
  expect(world.acknowledged).toHaveLength(1);
  expect(server.of('editMessageReplyMarkup')).toEqual([{ chat_id: -100, message_id: 1 }]);
});

test('forged, foreign and late presses do nothing', async () => {
  const data = await sendFiring();
  const world = listen({ 'allowed-users': [7, '@carol'] });
  const code = data.split(':')[2] ?? '';
  server.press({ data, chat: -999, from: alice });
  server.press({ data: `ack:12:${'A'.repeat(16)}`, from: alice });
  server.press({ data: `ack:13:${code}`, from: alice });
  server.press({ data: 'ack:12', from: alice });
  server.press({ data: '', from: alice });
  server.say({ message: { message_id: 5, chat: { id: -100 }, text: data } });
  server.say({ callback_query: { id: 'x', from: { id: 7 }, inline_message_id: 'y', data } });
  server.press({ data, from: { id: 666, first_name: 'Alice', username: 'alice' } });
  await vi.waitFor(() => expect(answers()).toEqual(['⛔']));
  const known = world.incidents.get('12');
  if (known) world.incidents.set('12', { ...known, state: 'resolved' });
  server.press({ data, from: alice });
  await vi.waitFor(() => expect(answers()).toEqual(['⛔', '✔']));
  expect(world.acknowledged).toEqual([]);
  if (known) world.incidents.set('12', known);
  server.press({ data, from: { id: 9, first_name: 'C', username: 'Carol' } });
  await vi.waitFor(() => expect(world.acknowledged).toHaveLength(1));
});

test('what people call themselves cannot pass for somebody else', async () => {
  const data = await sendFiring();
  const world = listen();
  server.press({ data, from: { id: 9, first_name: 'admin (Telegram @boss)\u202e\n<b>' } });
  await vi.waitFor(() => expect(world.acknowledged[0]?.by).toBe('admin Telegram @boss <b> (Telegram 9)'));
});

test('what the members do not agree on is said, and may be pressed again', async () => {
  const data = await sendFiring();
  listen({}, { agreed: false });
  server.press({ data, from: alice });
  await vi.waitFor(() => expect(answers()).toEqual(['⚠']));
  server.press({ data, from: alice });
  await vi.waitFor(() => expect(answers()).toEqual(['⚠', '⚠']));
});

test('another reader, too many requests and nonsense are waited out, and what was pressed meanwhile counts', async () => {
  const data = await sendFiring();
  const busy = { error_code: 429, description: 'Too Many Requests: retry after 35', parameters: { retry_after: 35 } };
  server.refuseOnce(429, { ok: false, ...busy });
  const taken = { error_code: 409, description: 'Conflict: terminated by other getUpdates request' };
  for (let i = 0; i < 5; i++) server.refuseOnce(409, { ok: false, ...taken });
  server.refuseOnce(502, { html: 'bad gateway' });
  server.press({ data, from: alice });
  const world = listen();
  await vi.waitFor(() => expect(world.problems.at(-1)).toBeUndefined(), 5000);
  await vi.waitFor(() => expect(world.acknowledged).toHaveLength(1));
  expect(world.waits).toEqual([35_000, 10_000, 10_000, 10_000, 10_000, 10_000, expect.any(Number)]);
  expect(world.problems).toEqual([
    'Telegram answered 429: Too Many Requests: retry after 35',
    // The first ones may be a watcher that hands over.
    ...Array.from({ length: 3 }, () => `another program reads what people answer to this bot: ${conflict}`),
    'the Bot API server did not answer as one',
    undefined,
  ]);
  expect(JSON.stringify(world.problems)).not.toContain(token);
});
const conflict = 'Telegram answered 409: Conflict: terminated by other getUpdates request';

test('the button goes, the text says who takes care, and the end answers the beginning', async () => {
  await sendFiring();
  const told = { ...context(), earlier: '-100:1' };
  const acknowledged = renderMessage('1.0', sampleBody(), { acknowledgedBy: 'Alice <b>' });
  expect(await telegram.acknowledged?.(acknowledged, settings(), told)).toMatchObject({ outcome: 'done' });
  const [edit] = server.of('editMessageText');
  expect(edit).toMatchObject({ chat_id: '-100', message_id: 1, parse_mode: 'HTML' });
  expect(edit?.['text']).toContain('<b>Acknowledged by Alice &lt;b&gt;</b>');
  expect(edit).not.toHaveProperty('reply_markup');
  server.refuseOnce(400, { ok: false, error_code: 400, description: 'Bad Request: message is not modified' });
  expect((await telegram.acknowledged?.(acknowledged, settings(), told))?.outcome).toBe('done');
  await telegram.send(renderMessage('2.0', sampleBody({ message: 'resolved' })), settings(), told);
  const end = server.of('sendMessage').at(-1);
  expect(end).toMatchObject({ reply_parameters: { message_id: 1, allow_sending_without_reply: true } });
  expect(end).not.toHaveProperty('reply_markup');
  expect(server.of('editMessageReplyMarkup')).toEqual([{ chat_id: '-100', message_id: 1 }]);
});

test('without the wish for a button there is none', async () => {
  await telegram.send(renderMessage('1.0', sampleBody()), settings({ acknowledge: false }), context());
  expect(server.of('sendMessage')[0]).not.toHaveProperty('reply_markup');
  expect(telegram.listening?.wanted(settings({ acknowledge: false }))).toBe(false);
  expect(telegram.listening?.key(settings({ chat: 5 }))).toBe(telegram.listening?.key(settings()));
});

test('two that believe it is their turn disturb each other, and yet a press counts once', async () => {
  const data = await sendFiring();
  const world = listen();
  const both = [listening];
  const first = ended;
  const other = listen({}, {}, world);
  both.push(listening);
  for (let i = 0; i < 3; i++) server.press({ data, from: alice });
  // Either may hear what the other has heard already.
  const answered = () => new Set(server.of('answerCallbackQuery').map((one) => one['callback_query_id']));
  await vi.waitFor(() => expect(answered().size).toBe(3), 5000);
  expect([world, other].flatMap(({ acknowledged }) => acknowledged)).toHaveLength(1);
  first.abort();
  ended.abort();
  await Promise.all(both);
});

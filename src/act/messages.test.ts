import { afterEach, expect, test } from 'vitest';
import type { ActionIntent, ActionReceipt, Configuration, NotificationBody } from '../model/index.ts';
import { ManualClock, silentLog } from '../platform/index.ts';
import { createDispatcher, type Dispatcher, type DispatcherOptions } from './dispatcher.ts';
import type { Notifier, SendContext, SendResult } from './notify/notifier.ts';
import type { KnownMessage, ToldSoFar } from './notify/told.ts';
import { sampleBody, sampleConfiguration, sampleIntent } from './testing/sample.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

let dispatcher: Dispatcher | undefined;
afterEach(() => dispatcher?.stop());

/** A ledger in small: what was intended and finished, and which incidents are over. */
class Ledger implements ToldSoFar {
  readonly intents: ActionIntent[] = [];
  readonly receipts = new Map<string, ActionReceipt>();
  readonly over = new Set<string>();

  messages(receiver: string, incident: string): KnownMessage[] {
    return this.intents.flatMap(({ id, watcher, notification }) => {
      if (notification?.receiver !== receiver) return [];
      const { others = [] } = notification;
      if (![notification.incident, ...others].some((one) => one.id === incident)) return [];
      const receipt = this.receipts.get(id);
      return [{ id, kind: notification.message, watcher, ...(receipt && { receipt }) }];
    });
  }

  isOver(incident: string): boolean {
    return this.over.has(incident);
  }
}

type Sending = (body: NotificationBody, context: SendContext) => SendResult | Promise<SendResult>;

function setUp(sendings: Record<string, Sending>, given: Partial<DispatcherOptions> = {}) {
  const clock = new ManualClock();
  const ledger = new Ledger();
  const sent: string[] = [];
  const notify: Configuration['notify'] = { ops: { mail: {} }, boss: { mail: { to: 'boss' } } };
  const configuration = sampleConfiguration({ notify });
  const notifiers: Notifier[] = Object.entries(sendings).map(([channel, sending]) => ({
    channel,
    summary: '',
    options: {},
    pace: { burst: 1000, everyMs: 1 },
    destination: () => '',
    send: async ({ body }, _, context) => {
      sent.push(`${channel} ${body.message} ${body.incident.id} to ${body.receiver}`);
      return await sending(body, context);
    },
  }));
  dispatcher = createDispatcher({
    clock,
    self: 'w1',
    log: silentLog,
    configuration: () => configuration,
    start: async () => {},
    finish: async (id, receipt) => void ledger.receipts.set(id, receipt),
    random: () => 0,
    signal: new AbortController().signal,
    told: ledger,
    carriers: { notifiers },
    ...given,
  });
  const offered = dispatcher;
  return {
    clock,
    ledger,
    sent,
    offer: (incident: string, message: NotificationBody['message'], more: Partial<NotificationBody> = {}) => {
      if (message === 'resolved') ledger.over.add(incident);
      const body = sampleBody({ message, ...more });
      const notification = { ...body, incident: { ...body.incident, id: incident } };
      const id = `${incident}.${message}.${ledger.intents.length}`;
      const intent = sampleIntent({ id, notification, notBefore: clock.now() });
      ledger.intents.push(intent);
      offered.offer(intent);
      return id;
    },
    pass: async (ms: number, stepMs = 60_000) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        clock.advance(stepMs);
        for (let i = 0; i < 4; i++) await turn();
      }
    },
    configuration,
  };
}

const refused: SendResult = { outcome: 'retry', text: 'mail.example refuses', undelivered: true };
const taken: SendResult = { outcome: 'done', text: 'taken' };

test('a mail server that takes nothing for a day: what begins and ends meanwhile leaves no pile, and the rest arrives', async () => {
  let works = false;
  const { offer, pass, sent, ledger } = setUp({ mail: () => (works ? taken : refused) });
  const firing: string[] = [];
  const resolved: string[] = [];
  const lasting = offer('lasting', 'firing');
  for (let i = 0; i < 200; i++) {
    firing.push(offer(`i${i}`, 'firing'));
    await pass(300_000, 100_000);
    resolved.push(offer(`i${i}`, 'resolved'));
  }
  await pass(600_000);
  expect(sent.length).toBeLessThan((2 * 86_400) / 30);
  expect(dispatcher?.statistics().jobs.resting).toBe(1);
  works = true;
  await pass(600_000);
  expect(new Set(firing.map((id) => ledger.receipts.get(id)?.text))).toEqual(
    new Set(['not sent: it was over before anybody could be told']),
  );
  expect(new Set(resolved.map((id) => ledger.receipts.get(id)?.text))).toEqual(
    new Set(['not sent: nobody was told that it began']),
  );
  expect(ledger.receipts.get(lasting)?.outcome).toBe('done');
  expect(sent.filter((line) => line.includes('resolved'))).toEqual([]);
});

test('what may have arrived is told its end', async () => {
  const answers: SendResult[] = [{ outcome: 'retry', text: 'no answer in time' }];
  const { offer, pass, sent, ledger } = setUp({ mail: () => answers.shift() ?? taken });
  offer('1', 'firing');
  await turn();
  const end = offer('1', 'resolved');
  await pass(60_000, 1000);
  expect(sent).toEqual(['mail firing 1 to ops', 'mail firing 1 to ops', 'mail resolved 1 to ops']);
  expect(ledger.receipts.get(end)?.outcome).toBe('done');
});

test('given up after a day, and the receipt says so', async () => {
  const { offer, pass, ledger } = setUp({ mail: () => refused });
  const id = offer('1', 'firing');
  await pass(87_000_000, 100_000);
  expect(ledger.receipts.get(id)).toMatchObject({
    outcome: 'failed',
    text: 'mail: given up after a day: mail.example refuses',
  });
});

test('reminders of what has not been said yet are not added to it', async () => {
  const { offer, pass, ledger, sent } = setUp({ mail: () => refused });
  offer('1', 'firing');
  await pass(5000, 1000);
  const reminder = offer('1', 'reminder');
  const escalated = offer('1', 'escalated', { receiver: 'boss' });
  await pass(5000, 1000);
  expect(ledger.receipts.get(reminder)).toMatchObject({
    outcome: 'dropped',
    text: 'not sent: the message before it still waits',
  });
  expect(ledger.receipts.has(escalated)).toBe(false);
  expect(sent).toContain('mail escalated 1 to boss');
});

test('the end waits while another watcher still sends the beginning', async () => {
  const { offer, pass, ledger, sent } = setUp({ mail: () => taken });
  const notification = { ...sampleBody(), incident: { ...sampleBody().incident, id: '1' } };
  ledger.intents.push(sampleIntent({ id: 'theirs', watcher: 'w2', notification }));
  const end = offer('1', 'resolved');
  await pass(20_000, 1000);
  expect(sent).toEqual([]);
  ledger.receipts.set('theirs', { outcome: 'done', text: '', attempts: 1 });
  await pass(5000, 1000);
  expect(ledger.receipts.get(end)?.outcome).toBe('done');
});

test('a message about several incidents comes before the end of each of them', async () => {
  const answers: SendResult[] = [refused];
  const { offer, pass, sent } = setUp({ mail: () => answers.shift() ?? taken });
  const { incident } = sampleBody();
  const others = [{ ...incident, id: '2' }];
  offer('1', 'firing', { others });
  await turn();
  offer('2', 'resolved');
  await pass(10_000, 1000);
  expect(sent).toEqual(['mail firing 1 to ops', 'mail firing 1 to ops', 'mail resolved 2 to ops']);
});

test('what a service calls the first message is kept, and handed to those after it, by whomever they are sent', async () => {
  const heard: (string | undefined)[] = [];
  const { offer, pass, ledger } = setUp({
    mail: (body, { earlier }) => {
      heard.push(earlier);
      return { ...taken, handle: `${body.message}-handle` };
    },
  });
  const first = offer('1', 'firing');
  await pass(1000, 1000);
  expect(ledger.receipts.get(first)?.messages).toEqual({ mail: 'firing-handle' });
  offer('1', 'reminder');
  await pass(1000, 1000);
  offer('1', 'resolved');
  await pass(1000, 1000);
  expect(heard).toEqual([undefined, 'firing-handle', 'firing-handle']);
});

test('a receiver whose service is slow leaves room for others', async () => {
  let release = (): void => undefined;
  const blocked = new Promise<void>((resolve) => (release = resolve));
  const { offer, pass, sent, ledger } = setUp({
    mail: async (body) => {
      if (body.receiver === 'ops') await blocked;
      return taken;
    },
  });
  for (let i = 0; i < 50; i++) offer(`slow${i}`, 'firing');
  await pass(1000, 1000);
  const quick = offer('quick', 'firing', { receiver: 'boss' });
  await pass(1000, 1000);
  expect(ledger.receipts.get(quick)?.outcome).toBe('done');
  expect(sent.filter((line) => line.endsWith('to ops'))).toHaveLength(4);
  release();
  await dispatcher?.idle();
  expect(ledger.receipts.size).toBe(51);
});

test('recipients that have it are not sent it again when others are', async () => {
  const rounds: string[][] = [];
  const { offer, pass, ledger } = setUp({
    mail: (_, { delivered }) => {
      rounds.push([...delivered]);
      delivered.add(`number ${rounds.length}`);
      return rounds.length < 3 ? { outcome: 'retry', text: 'busy' } : taken;
    },
  });
  const id = offer('1', 'firing');
  await pass(20_000, 1000);
  expect(rounds).toEqual([[], ['number 1'], ['number 1', 'number 2']]);
  expect(ledger.receipts.get(id)?.outcome).toBe('done');
});

test('a receiver whose service is dead takes no more than its room, and whoever was not told is not told the end', async () => {
  let works = false;
  const { offer, pass, ledger } = setUp({ mail: (body) => (works || body.receiver === 'boss' ? taken : refused) });
  const ids = Array.from({ length: 1005 }, (_, i) => offer(`i${i}`, 'firing'));
  await pass(3000, 1000);
  const dropped = ids.filter((id) => ledger.receipts.get(id)?.outcome === 'dropped');
  expect(dropped).toEqual(ids.slice(1000));
  expect(ledger.receipts.get(dropped[0] ?? '')?.text).toBe('not sent: 1000 messages to ops wait already');
  const other = offer('i0', 'firing', { receiver: 'boss' });
  await pass(1000, 1000);
  expect(ledger.receipts.get(other)?.outcome).toBe('done');
  works = true;
  await pass(120_000, 1000);
  const ends = ['i0', 'i1004'].map((incident) => offer(incident, 'resolved'));
  await pass(5000, 1000);
  expect(ends.map((id) => ledger.receipts.get(id)?.outcome)).toEqual(['done', 'dropped']);
});

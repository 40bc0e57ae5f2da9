import { expect, test, vi } from 'vitest';
import { systemClock } from '../../../platform/index.ts';
import { PushInbox } from './push-inbox.ts';
import { HeldSink, noNames } from './sink.fixture.ts';

const entry = (bytes: number) =>
  JSON.stringify({
    jsonPayload: {
      connection: { src_ip: '10.0.0.1', dest_ip: '10.0.0.2', protocol: 6 },
      reporter: 'SRC',
      bytes_sent: String(bytes),
      end_time: '2026-06-14T03:45:37.3Z',
    },
  });
const posted = (log: string, messageId: string) =>
  JSON.stringify({ message: { data: Buffer.from(log).toString('base64'), messageId }, subscription: 's' });

function inbox() {
  const sink = new HeldSink();
  const settings = { name: 'vpc', format: 'gcp', 'token-file': 'unused' } as const;
  return { sink, box: new PushInbox(settings, noNames, sink, systemClock) };
}

test('a message that comes again is taken once, and what has no envelope is a log', async () => {
  const { sink, box } = inbox();
  await box.take(posted(entry(1), 'a'));
  await box.take(posted(entry(1), 'a'));
  await box.take(posted(entry(2), 'b'));
  await box.take(`${entry(3)}\n${entry(4)}\n`);
  expect(sink.bytes).toEqual([1n, 2n, 3n, 4n]);
});

test('it is taken when it is durable, and not before', async () => {
  const { sink, box } = inbox();
  sink.held = [];
  let taken = 0;
  const first = box.take(posted(entry(1), 'a')).then(() => taken++);
  const again = box.take(posted(entry(1), 'a')).then(() => taken++);
  await vi.waitFor(() => expect(sink.held).toHaveLength(1));
  expect(taken).toBe(0);
  sink.held.shift()?.(true);
  await Promise.all([first, again]);
  expect(taken).toBe(2);
});

test('messages of one moment go into the store together', async () => {
  const { sink, box } = inbox();
  sink.held = [];
  const taken = ['a', 'b', 'c'].map((id, place) => box.take(posted(entry(place), id)));
  await vi.waitFor(() => expect(sink.held).toHaveLength(1));
  expect(sink.bytes).toEqual([0n, 1n, 2n]);
  sink.held[0]?.(true);
  await Promise.all(taken);
});

test('what could not be stored shall come again, and then it is taken', async () => {
  const { sink, box } = inbox();
  sink.held = [];
  const refused = box.take(posted(entry(1), 'a'));
  await vi.waitFor(() => expect(sink.held).toHaveLength(1));
  sink.held.shift()?.(false);
  await expect(refused).rejects.toMatchObject({ code: 'OVERLOADED' });
  sink.held = undefined;
  await box.take(posted(entry(1), 'a'));
  expect(sink.bytes).toEqual([1n, 1n]);
});

test('bodies that are nothing are counted', async () => {
  const { box } = inbox();
  for (const body of ['', '{"message":', '{"message":{"data":7}}', posted('no log', 'x'), '[]']) await box.take(body);
  expect(Object.fromEntries(box.counts.malformed)).toEqual({ 'not-json': 2, 'not-an-entry': 2 });
});

import { expect, test } from 'vitest';
import { natLogQuestionSchema } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { openMemoryEngine } from '../../store/index.ts';
import { FlowDecoder } from '../flows/decode/decoder.ts';
import { dataSet, message, templateSet, type MadeField } from '../flows/decode/message.fixture.ts';
import { toBatch } from '../flows/sink.ts';
import { readNatLog } from './read-log.ts';

/** What exporters tell of translation stands in the log beside what this machine knows itself. */

const at = Date.parse('2026-03-01T12:00:00.000Z');
const seconds = at / 1000;
const bytes = (length: number, value: number) => {
  const made = Buffer.alloc(length);
  made.writeUIntBE(value, Math.max(0, length - 6), Math.min(6, length));
  return made;
};
const address = (text: string) => Uint8Array.from(text.split('.'), Number);
const field = (id: number, length: number): MadeField => ({ id, length });

/** NAT44 session create, and ports exhausted (RFC 8158, sections 5.5 and 5.9). */
const nat = [323, 230, 4, 8, 225, 7, 227, 12, 11].map((id) =>
  field(id, id === 323 ? 8 : [230, 4].includes(id) ? 1 : [7, 227, 11].includes(id) ? 2 : 4),
);
/** NetFlow Security Event Logging of firewalls: 233 says what, 225 to 228 what addresses became. */
const nsel = [323, 233, 4, 8, 12, 7, 11, 225, 226, 227, 228].map((id) =>
  field(id, id === 323 ? 8 : [233, 4].includes(id) ? 1 : [7, 11, 227, 228].includes(id) ? 2 : 4),
);

async function logOf(messages: readonly Uint8Array[], show: 'all' | 'errors' | 'translations') {
  const engine = openMemoryEngine({ clock: new ManualClock(at) });
  const decoder = new FlowDecoder({ onRows: (rows) => void engine.append(toBatch(rows)) });
  for (const one of messages) decoder.decode(one, { exporter: '192.0.2.99', receivedAt: at + 1000 });
  decoder.flush();
  const [from, to] = ['2026-03-01T11:00:00.000Z', '2026-03-01T13:00:00.000Z'];
  const source = { query: engine.query.bind(engine), labels: new Map() };
  return (await readNatLog(natLogQuestionSchema.parse({ from, to, show }), source)).entries;
}

test('NAT events of IPFIX', async () => {
  const record = (event: number, port: number) => [
    bytes(8, at + event),
    bytes(1, event),
    bytes(1, 17),
    address('10.0.0.5'),
    address(event === 12 ? '0.0.0.0' : '198.51.100.1'),
    bytes(2, 40_000),
    bytes(2, port),
    address('203.0.113.9'),
    bytes(2, 53),
  ];
  const sent = message(
    10,
    [templateSet(10, 300, nat), dataSet(300, nat, [record(4, 1024), record(5, 1024), record(12, 0)])],
    {
      exportSeconds: seconds,
    },
  );
  expect(await logOf([sent], 'errors')).toMatchObject([
    { event: 'ports-exhausted', ok: false, source: '10.0.0.5', destination: '203.0.113.9', protocol: 17 },
  ]);
  expect(await logOf([sent], 'translations')).toMatchObject([
    {
      event: 'ended',
      ok: true,
      translatedSource: '198.51.100.1',
      translatedSourcePort: 1024,
      translatedDestination: '',
    },
    { event: 'created', ok: true, source: '10.0.0.5', sourcePort: 40_000, destinationPort: 53 },
  ]);
});

test('events of a firewall: what it denied, what it let through, and what of that it translated', async () => {
  const record = (event: number, to: string, port: number) => [
    bytes(8, at + port),
    bytes(1, event),
    bytes(1, 6),
    address('10.0.0.5'),
    address('203.0.113.9'),
    bytes(2, 40_000),
    bytes(2, 443),
    address(to),
    address('203.0.113.9'),
    bytes(2, port),
    bytes(2, 443),
  ];
  const records = [record(1, '198.51.100.1', 1024), record(2, '198.51.100.1', 1025), record(3, '10.0.0.5', 40_000)];
  // What was let through as it is.
  records.push(record(1, '10.0.0.5', 40_000));
  const sent = message(9, [templateSet(9, 300, nsel), dataSet(300, nsel, records)], { exportSeconds: seconds });
  expect(await logOf([sent], 'errors')).toMatchObject([{ event: 'denied', ok: false, translatedSource: '' }]);
  expect(
    (await logOf([sent], 'translations')).map(({ event, translatedSource }) => `${event} ${translatedSource}`),
  ).toEqual(['ended 198.51.100.1', 'created 198.51.100.1']);
});

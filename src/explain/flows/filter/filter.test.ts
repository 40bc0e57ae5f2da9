import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../platform/index.ts';
import { flowsTable, openMemoryEngine } from '../../../store/index.ts';
import { addressText, parseAddress, parsePrefix, prefixText } from '../../../model/index.ts';
import { naive } from './naive.fixture.ts';
import { parseFilter } from './parse.ts';
import { predicateOf } from './predicate.ts';
import { printFilter } from './print.ts';
import { batchOf, flowFilter, plainRecord, someNumbers } from './random.fixture.ts';

const reprinted = (text: string): string => printFilter(parseFilter(text));

describe('filters of flows', () => {
  test.each([
    ['', 'any'],
    ['any', 'any'],
    ['proto tcp and (src host 10.0.0.1 or dst net 10.1.0.0/16) and not port 53', ''],
    ['PROTO TCP AND SRC HOST 10.0.0.1', 'proto tcp and src host 10.0.0.1'],
    ['tcp port 80', 'proto tcp and port 80'],
    ['tcp dst port 80 or udp src portrange 6000-6008', 'proto tcp and dst port 80 or proto udp and src port 6000-6008'],
    ['tcp && !udp || icmp', 'proto tcp and not proto udp or proto icmp'],
    ['src ip 10.0.0.1', 'src host 10.0.0.1'],
    ['ip 10.0.0.1', 'host 10.0.0.1'],
    ['ip and port 443', 'ipv4 and port 443'],
    ['inet6 or ip in [10.0.0.1 10.0.0.2, 10.2.0.0/16]', 'ipv6 or net in [10.0.0.1, 10.0.0.2, 10.2.0.0/16]'],
    ['src 10.0.0.1 and dst 2001:DB8::/32', 'src host 10.0.0.1 and dst net 2001:db8::/32'],
    ['net 10.1.2.3 255.255.0.0', 'net 10.1.0.0/16'],
    ['net 10.1.2.3 mask 255.255.255.0', 'net 10.1.2.0/24'],
    ['src or dst port 53', 'port 53'],
    ['src and dst net 10.0.0.0/8', ''],
    ['src port > 1024 and dst port lt 1024', 'src port > 1024 and dst port < 1024'],
    ['port != 80', 'not port 80'],
    ['port in [80 443, 6000-6008]', 'port in [80, 443, 6000-6008]'],
    ['in if 3 and out if "wan 1"', 'in if 3 and out if "wan 1"'],
    ['bytes > 1M and packets >= 1.5k and bps > 10MiB', 'bytes > 1000000 and packets >= 1500 and bps > 10485760'],
    ['duration > 5s and rtt > 1.5ms', 'duration > 5000 and rtt > 1500us'],
    ['flags S/SA and not flags AF', 'flags S/SA and not flags FA'],
    ['src country de and dst geo unknown', 'src country DE and dst country unknown'],
    ['as 64500 or src as in [1, 2]', ''],
    ['exporter core-1 and next ip 10.0.0.9', 'exporter core-1 and next-hop 10.0.0.9'],
    ['event nat-ports-exhausted and kind nat', ''],
    ['client host 10.0.0.1 and server port 443', ''],
    ['name web-* and network "Head office"', ''],
    ['dst name ""', 'dst name unknown'],
    ['not (tcp or udp) # neither', 'not (proto tcp or proto udp)'],
    ['icmp-type 8 and icmp-code 0 and dscp 46', ''],
  ])('%s', (text, expected) => {
    expect(reprinted(text)).toBe(expected || text);
    expect(reprinted(reprinted(text))).toBe(expected || text);
  });

  test.each([
    ['protto tcp', 'filter, column 1: expected a condition, found "protto", did you mean proto?'],
    ['proto tcp and srcc host 10.0.0.1', 'filter, column 15: expected a condition, found "srcc", did you mean src?'],
    [
      'src hots 10.0.0.1',
      'filter, column 5: expected host, net, port, as or the like, found "hots", did you mean host?',
    ],
    ['host 10.0.0.256', 'filter, column 6: expected an address such as 10.0.0.1 or 2001:db8::1, found "10.0.0.256"'],
    ['port 65536', 'filter, column 6: expected a whole number up to 65535, found "65536"'],
    ['port', 'filter, column 5: expected a whole number up to 65535, found the end'],
    ['port in [80', 'filter, column 12: expected a whole number up to 65535 or ], found the end'],
    ['port in []', 'filter, column 10: expected a whole number up to 65535, found "]"'],
    ['port 80 or 443', 'filter, column 12: expected a condition, found "443"'],
    ['(tcp', 'filter, column 5: expected and, or, or ), found the end'],
    ['tcp udp', 'filter, column 5: expected and, or, or the end, found "udp"'],
    [
      'src proto tcp',
      'filter, column 5: expected one of host, net, nat-host, port, nat-port, as, mask, if, name, network, country behind src or dst, found "proto"',
    ],
    ['host > 10.0.0.1', 'filter, column 6: expected a value: host has no order, found ">"'],
    ['port > 1-5', 'filter, column 8: expected one number, found "1-5"'],
    ['net 10.0.0.0 255.0.255.0', 'filter, column 14: expected a mask such as 255.255.0.0, found "255.0.255.0"'],
    ['flags Z', 'filter, column 7: expected flags such as S, SA or S/SA of FSRPAUEC, found "Z"'],
    ['flags SA/S', 'filter, column 7: expected flags such as S, SA or S/SA of FSRPAUEC, found "SA/S"'],
    ['name "open', 'filter, column 6: expected a closing " for this one, found "\\""'],
    ['tcp ; udp', 'filter, column 5: expected a condition, found ";"'],
    [`${'('.repeat(30)}tcp`, 'filter, column 26: expected at most 24 levels of ( and not, found "("'],
    [`tcp${' or tcp'.repeat(400)}`, 'filter, column 2801: expected at most 400 conditions, found "tcp"'],
    ['x'.repeat(4001), 'filter, column 4001: expected at most 4000 characters'],
  ])('refused: %s', (text, message) => {
    expect(() => parseFilter(text)).toThrow(expect.objectContaining({ code: 'BAD_INPUT', message }));
  });

  test('one that is short to write and long to ask is refused before the store refuses it', () => {
    const long = Array.from({ length: 150 }, () => 'client net ::/9').join(' or ');
    expect(() => predicateOf(parseFilter(long), someNumbers)).toThrow('expected a shorter filter');
  });

  test('printed and read again it is the same text and fits the same records', () => {
    fc.assert(
      fc.property(flowFilter, fc.array(plainRecord, { maxLength: 10 }), (filter, records) => {
        const text = printFilter(filter);
        fc.pre(text.length <= 4000);
        const again = parseFilter(text);
        expect(printFilter(again)).toBe(text);
        for (const record of records) {
          expect(naive(again, record, someNumbers)).toBe(naive(filter, record, someNumbers));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the store finds what fits, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(flowFilter, fc.array(plainRecord, { minLength: 1, maxLength: 30 }), async (filter, records) => {
        const numbered = records.map((record, at) => ({ ...record, ts: BigInt(at) }));
        const engine = openMemoryEngine({ clock: new ManualClock() });
        await engine.append(batchOf(numbered));
        const select = [{ name: 'ts', value: { column: 'ts' } }];
        const where = predicateOf(filter, someNumbers);
        const { rows } = await engine.query({ table: flowsTable, from: 0, to: 1000, where, select });
        const expected = numbered.filter((record) => naive(filter, record, someNumbers)).map(({ ts }) => Number(ts));
        expect(rows.map(([ts]) => Number(ts)).sort((a, b) => a - b)).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});

describe('addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ])('%s is %s', (text, expected) => {
    const address = parseAddress(text);
    expect(address && addressText(address)).toBe(expected);
  });

  test.each([
    '',
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.01',
    '256.1.1.1',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    'g::',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '::10.0.0.300',
  ])('%s is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test.each(['10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32', '::/0', '::ffff:0:0/90', '10.0.0.1'])('%s', (text) => {
    const prefix = parsePrefix(text);
    const again = prefix && parsePrefix(prefixText(prefix));
    expect(again).toEqual(prefix);
  });
});

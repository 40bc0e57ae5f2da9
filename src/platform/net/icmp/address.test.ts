import { isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';

test('IPv4, IPv6, zones and unspecified addresses', () => {
  expect(parseAddress('192.0.2.1')).toMatchObject({ family: 4, zone: undefined, multicast: false });
  expect(parseAddress('fe80::1%eth0')).toMatchObject({ family: 6, zone: 'eth0' });
  expect(parseAddress('ff02::1%2')).toMatchObject({ multicast: true, zone: '2' });
  expect(parseAddress('224.0.0.1')?.multicast).toBe(true);
  expect(formatAddress(parseAddress('0.0.0.0')?.bytes ?? new Uint8Array())).toBe('127.0.0.1');
  expect(formatAddress(parseAddress('::')?.bytes ?? new Uint8Array())).toBe('::1');
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.4.5', '1:2', '192.0.2.1%eth0']) {
    expect(parseAddress(text)).toBeUndefined();
  }
});

test.each([
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ['1::', '1::'],
])('%s is written %s (RFC 5952)', (text, canonical) => {
  expect(formatAddress(parseAddress(text)?.bytes ?? new Uint8Array())).toBe(canonical);
});

test('every IPv6 address comes back as it went in', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      if (!isIPv6(text) || /^[0:]+$/.test(text)) return;
      const written = formatAddress(parseAddress(text)?.bytes ?? new Uint8Array());
      const address = (literal: string) => new SocketAddress({ address: literal, family: 'ipv6' }).address;
      expect(address(written)).toBe(address(text));
    }),
  );
});

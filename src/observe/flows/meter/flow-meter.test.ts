import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endReasons } from './flow-meter.ts';
import { ethernet, frameOf, ipPacket, metered, tcp, udp, type MadePacket } from './packet.fixture.ts';

const client = '192.0.2.1';
const server = '198.51.100.2';
const up = { from: client, to: server, ports: [40_000, 443] } as const;
const down = { from: server, to: client, ports: [443, 40_000] } as const;
const at = 1_795_000_000_000;

test('a connection becomes one record for each direction', () => {
  const { meter, rows } = metered();
  for (const [ms, made] of [
    [0, { ...up, payload: 10, flags: 0x18, tos: 8 }],
    [5, { ...down, payload: 100 }],
    [9, { ...up, payload: 20, tos: 16 }],
  ] as const)
    meter.take(frameOf(ethernet(made), at + ms));
  meter.end();
  const common = { protocol: tcp, vlan: 0, icmp: 0, exporter: 7, why: endReasons.forced, direction: 255, tripUs: 0 };
  expect(rows.toSorted((a, b) => a.source.localeCompare(b.source))).toEqual([
    {
      ...common,
      source: client,
      destination: server,
      ports: [40_000, 443],
      input: 0,
      output: 0,
      packets: 2,
      bytes: 110,
      flags: 0x18,
      tos: 8,
      start: at,
      end: at + 9,
    },
    {
      ...common,
      source: server,
      destination: client,
      ports: [443, 40_000],
      input: 0,
      output: 0,
      packets: 1,
      bytes: 140,
      flags: 0x10,
      tos: 0,
      start: at + 5,
      end: at + 5,
    },
  ]);
});

test('a silent flow is over, and one that goes on is told of', () => {
  const { meter, rows } = metered({ idleMs: 15_000, activeMs: 60_000 });
  for (let second = 0; second <= 65; second++) meter.take(frameOf(ethernet(up), at + 1000 * second));
  meter.expire(at + 65_000 + 14_999);
  meter.flush();
  expect(rows).toMatchObject([{ packets: 60, start: at, end: at + 59_000, why: endReasons.active }]);
  meter.expire(at + 65_000 + 15_000);
  meter.flush();
  expect(rows[1]).toMatchObject({ packets: 6, start: at + 60_000, end: at + 65_000, why: endReasons.idle });
  expect(meter.figures()).toMatchObject({ packets: 66, records: 2, connections: 0 });
});

test.each<[string, readonly MadePacket[]]>([
  ['RST', [up, { ...down, flags: 0x14 }]],
  ['FIN both ways', [{ ...up, flags: 0x11 }, { ...down, flags: 0x11 }, up]],
])('%s ends a connection, and what follows within a second is still of it', (_what, packets) => {
  const { meter, rows } = metered();
  packets.forEach((made, place) => meter.take(frameOf(ethernet(made), at + place)));
  meter.take(frameOf(ethernet(up), at + 500));
  meter.expire(at + 1499);
  expect(meter.figures().connections).toBe(1);
  meter.expire(at + 1500);
  meter.flush();
  expect(rows.map(({ why }) => why)).toEqual([endReasons.end, endReasons.end]);
  expect(rows.reduce((sum, row) => sum + row.packets, 0)).toBe(packets.length + 1);
});

test('FIN one way ends nothing', () => {
  const { meter } = metered();
  meter.take(frameOf(ethernet({ ...up, flags: 0x11 }), at));
  meter.expire(at + 10_000);
  expect(meter.figures().connections).toBe(1);
});

test('the same ports are another connection when it is opened anew', () => {
  const { meter, rows } = metered();
  meter.take(frameOf(ethernet({ ...up, flags: 2, sequence: 5 }), at));
  meter.take(frameOf(ethernet({ ...up, flags: 2, sequence: 5 }), at + 1000));
  expect(meter.figures().records).toBe(0);
  meter.take(frameOf(ethernet({ ...up, flags: 2, sequence: 9 }), at + 2000));
  meter.end();
  expect(rows.map(({ packets, why }) => [packets, why])).toEqual([
    [2, endReasons.end],
    [1, endReasons.forced],
  ]);
});

test('whoever was silent longest makes room, and is counted', () => {
  const { meter, rows } = metered({ maxConnections: 3 });
  const from = (host: number) => ethernet({ from: `10.0.0.${host}`, to: server, ports: [1, 2] });
  [1, 2, 3, 1, 4].forEach((host, place) => meter.take(frameOf(from(host), at + place)));
  meter.flush();
  expect(rows).toMatchObject([{ source: '10.0.0.2', packets: 1, why: endReasons.resources }]);
  expect(meter.figures()).toMatchObject({ evicted: 1, connections: 3 });
});

const opening = (sequence: number, answer: number): readonly (readonly [number, MadePacket])[] => [
  [0, { ...up, flags: 0x02, sequence }],
  [20, { ...down, flags: 0x12, sequence: answer, acknowledged: sequence + 1 }],
  [25.5, { ...up, flags: 0x10, sequence: sequence + 1, acknowledged: (answer + 1) >>> 0 }],
];

test('the round trip of a handshake is that of both sides, told once', () => {
  const { meter, rows } = metered({ activeMs: 1000 });
  for (const [ms, made] of opening(1000, 0xffff_ffff)) meter.take(frameOf(ethernet(made), at + ms));
  meter.take(frameOf(ethernet(up), at + 1500));
  meter.end();
  expect(rows.map(({ source, tripUs }) => [source, tripUs])).toEqual([
    [client, 25_500],
    [server, 25_500],
    [client, 0],
  ]);
});

test.each<[string, readonly (readonly [number, MadePacket])[]]>([
  ['a SYN that came twice', [[-9, { ...up, flags: 2, sequence: 1000 }], ...opening(1000, 5)]],
  ['a SYN-ACK that came twice', opening(1000, 5).flatMap((one, place) => (place === 1 ? [one, one] : [one]))],
  ['a SYN-ACK for another SYN', opening(1000, 5).map(([ms, made]) => [ms, { ...made, acknowledged: 77 }])],
  ['no ACK', opening(1000, 5).slice(0, 2)],
  ['no SYN', opening(1000, 5).slice(1)],
])('%s tells no round trip', (_what, packets) => {
  const { meter, rows } = metered();
  for (const [ms, made] of packets) meter.take(frameOf(ethernet(made), at + ms));
  meter.end();
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.map(({ tripUs }) => tripUs)).toEqual(rows.map(() => 0));
});

test('later pieces of a packet belong to the flow of the first', () => {
  const { meter, rows } = metered();
  const ends = { from: client, to: server, protocol: udp, ports: [53, 4000] } as const;
  meter.take(frameOf(ethernet({ ...ends, piece: [77, 0, true], payload: 1472 }), at));
  meter.take(frameOf(ethernet({ ...ends, piece: [77, 185, false], payload: 100 }), at + 1));
  meter.take(frameOf(ethernet({ ...ends, piece: [78, 185, false], payload: 100 }), at + 2));
  meter.end();
  expect(rows.map(({ ports, packets, bytes }) => [...ports, packets, bytes])).toEqual([
    [53, 4000, 2, 1500 + 120],
    [0, 0, 1, 120],
  ]);
  expect(meter.figures().unattributed).toBe(1);
});

/** Next header, reserved, offset and flags, identifier (RFC 8200, section 4.5), behind options that fill eight bytes. */
const options = (next: number) => [next, 0, 1, 4, 0, 0, 0, 0];
const fragment = (next: number, offset: number, more: number) => [
  next,
  0,
  (offset >> 5) & 255,
  ((offset & 31) << 3) | more,
  0,
  0,
  0,
  9,
];

test('IPv6 is read behind its extension headers, and its pieces too', () => {
  const { meter, rows } = metered();
  const ends = { from: '2001:db8::1', to: '2001:db8::2', protocol: udp, ports: [500, 600] } as const;
  const whole = ipPacket({ ...ends, payload: 4 }, [options(udp)]);
  const first = ipPacket({ ...ends, payload: 1000 }, [options(44), fragment(60, 0, 1), options(udp)]);
  const later = ipPacket({ ...ends, protocol: 0, payload: 200 }, [options(44), fragment(60, 127, 0)]);
  [whole, first, later].forEach((packet, place) => meter.take(frameOf(ethernet(ends, packet), at + place)));
  meter.end();
  expect(rows).toMatchObject([
    {
      source: '2001:db8::1',
      destination: '2001:db8::2',
      ports: [500, 600],
      protocol: udp,
      packets: 3,
      bytes: whole.length + first.length + later.length,
    },
  ]);
});

test('tags and labels are read through, and what fills a frame up is not counted', () => {
  const { meter, rows } = metered();
  const tagged = { ...up, vlans: [100, 7], labels: [16, 17], padding: 6 };
  meter.take(frameOf(ethernet(tagged), at));
  meter.end();
  expect(rows).toMatchObject([{ source: client, vlan: 100, ports: up.ports, bytes: 40 }]);
});

const tunnelled = (vni: number): Uint8Array => {
  const payload = Uint8Array.from([8, 0, 0, 0, 0, 0, vni, 0, ...ethernet({ ...up, payload: 60 })]);
  return ethernet({ from: '203.0.113.1', to: '203.0.113.2', protocol: udp, ports: [1, 4789], payload });
};

test('of a tunnel it tells the outside, or what is inside, by network', () => {
  const outside = metered();
  const inside = metered({ inside: true });
  for (const { meter } of [outside, inside]) {
    for (const vni of [5, 6]) meter.take(frameOf(tunnelled(vni), at));
    meter.end();
  }
  expect(outside.rows).toMatchObject([{ source: '203.0.113.1', packets: 2, bytes: 2 * (28 + 8 + 14 + 100) }]);
  expect(inside.rows).toMatchObject([
    { source: client, packets: 1, bytes: 100 },
    { source: client, packets: 1, bytes: 100 },
  ]);
});

test('networks of tunnels in tunnels are told apart', () => {
  const { meter, rows } = metered({ inside: true });
  for (const vni of [5, 6]) {
    const payload = Uint8Array.from([8, 0, 0, 0, 0, 0, vni, 0, ...tunnelled(vni)]);
    meter.take(frameOf(ethernet({ from: '10.0.0.1', to: '10.0.0.2', protocol: udp, ports: [1, 4789], payload }), at));
  }
  meter.end();
  expect(rows.map(({ source, packets }) => [source, packets])).toEqual([
    [client, 1],
    [client, 1],
  ]);
});

test('questions and answers of ICMP are flows of their own', () => {
  const { meter, rows } = metered();
  meter.take(frameOf(ethernet({ from: client, to: server, protocol: 1, icmp: [8, 0] }), at));
  meter.take(frameOf(ethernet({ from: server, to: client, protocol: 1, icmp: [0, 0] }), at));
  meter.take(frameOf(ethernet({ from: server, to: client, protocol: 1, icmp: [3, 1] }), at));
  meter.end();
  expect(rows.map(({ source, icmp, ports }) => [source, icmp, ...ports])).toEqual([
    [client, 0x0800, 0, 0],
    [server, 0, 0, 0],
    [server, 0x0301, 0, 0],
  ]);
});

test('where a packet was seen is part of its flow', () => {
  const { meter, rows } = metered();
  meter.take(frameOf(ethernet(up), at, { interface: 2, outgoing: false }));
  meter.take(frameOf(ethernet(up), at, { interface: 3, outgoing: true }));
  meter.take(frameOf(ethernet(down), at, { interface: 3, outgoing: false }));
  meter.end();
  expect(rows.map(({ source, input, output, direction }) => [source, input, output, direction])).toEqual([
    [client, 2, 0, 0],
    [client, 0, 3, 1],
    [server, 3, 0, 0],
  ]);
});

test('a frame that was cut counts as long as it was, and a header that says too much does not', () => {
  const { meter, rows } = metered();
  const whole = ethernet({ ...up, payload: 1000 });
  meter.take(frameOf(whole.subarray(0, 60), at, { originalBytes: whole.length }));
  const boasting = ethernet(up);
  boasting.set([0xff, 0xff], 16);
  meter.take(frameOf(boasting, at));
  // A segment that the card will cut says 0 where its length does not fit (Linux, BIG TCP).
  const long = ethernet(up);
  long.set([0, 0], 16);
  meter.take(frameOf(long, at, { originalBytes: 100_014 }));
  meter.end();
  expect(rows).toMatchObject([{ packets: 3, bytes: 1040 + 40 + 100_000 }]);
});

test('what is no IP, or cut within its header, is counted apart', () => {
  const { meter } = metered();
  const arp = ethernet(up);
  arp.set([0x08, 0x06], 12);
  meter.take(frameOf(arp, at));
  meter.take(frameOf(ethernet(up).subarray(0, 30), at));
  expect(meter.figures()).toMatchObject({ packets: 0, others: 1, unreadable: 1, connections: 0 });
});

test('a clock that is set back begins anew, and packets that overtake each other do not', () => {
  const { meter, rows } = metered();
  meter.take(frameOf(ethernet(up), at));
  meter.take(frameOf(ethernet(up), at - 5000));
  expect(meter.figures()).toMatchObject({ clockSteps: 0, records: 0 });
  meter.take(frameOf(ethernet(up), at - 3_600_000));
  meter.end();
  expect(meter.figures().clockSteps).toBe(1);
  expect(rows.map(({ start, end, why }) => [start - at, end - at, why])).toEqual([
    [-5000, 0, endReasons.forced],
    [-3_600_000, -3_600_000, endReasons.forced],
  ]);
});

const made = fc.record({
  from: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::1', '2001:db8::2'),
  to: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::1', '2001:db8::2'),
  ports: fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(1, 2)),
  protocol: fc.constantFrom(tcp, udp, 47),
  flags: fc.constantFrom(0x02, 0x12, 0x10, 0x11, 0x14),
  payload: fc.nat(50),
  vlans: fc.constantFrom([], [9]),
  waitMs: fc.constantFrom(0, 1, 700, 20_000, -3),
});

test('records add up to the packets, by every key, whatever their order and however little room there is', () => {
  const isSound = ({ from, to }: { from: string; to: string }) => from.includes(':') === to.includes(':');
  fc.assert(
    fc.property(fc.array(made.filter(isSound), { maxLength: 60 }), fc.constantFrom(1, 2, 100), (packets, room) => {
      const { meter, rows } = metered({ maxConnections: room, activeMs: 30_000 });
      const wanted = new Map<string, [packets: number, bytes: number, flags: number]>();
      const keyOf = (source: string, destination: string, ports: readonly number[], protocol: number, vlan: number) =>
        `${source} ${destination} ${protocol === 47 ? '0,0' : ports.join(',')} ${protocol} ${vlan}`;
      let now = at;
      for (const { waitMs, ...one } of packets) {
        now += waitMs;
        const frame = ethernet(one);
        meter.take(frameOf(frame, now));
        const sum = wanted.get(keyOf(one.from, one.to, one.ports, one.protocol, one.vlans[0] ?? 0)) ?? [0, 0, 0];
        const flags = one.protocol === tcp ? one.flags : 0;
        const bytes = frame.length - 14 - 4 * one.vlans.length;
        wanted.set(keyOf(one.from, one.to, one.ports, one.protocol, one.vlans[0] ?? 0), [
          sum[0] + 1,
          sum[1] + bytes,
          sum[2] | flags,
        ]);
      }
      meter.end();
      const found = new Map<string, [packets: number, bytes: number, flags: number]>();
      for (const row of rows) {
        const key = keyOf(row.source, row.destination, row.ports, row.protocol, row.vlan);
        const sum = found.get(key) ?? [0, 0, 0];
        found.set(key, [sum[0] + row.packets, sum[1] + row.bytes, sum[2] | row.flags]);
        expect(row.end - row.start).toBeGreaterThanOrEqual(0);
        expect(row.end - row.start).toBeLessThan(30_000 + 15_000);
        expect(row.packets).toBeGreaterThan(0);
      }
      expect(found).toEqual(wanted);
      expect(meter.figures()).toMatchObject({ packets: packets.length, records: rows.length, connections: 0 });
    }),
    { numRuns: 500 },
  );
});

test('any bytes are a packet or counted, and never thrown', () => {
  const meters = [false, true].map((inside) => metered({ inside, maxConnections: 50 }).meter);
  const bases = [
    ethernet(up),
    tunnelled(3),
    ethernet({ ...up, from: '2001:db8::1', to: '2001:db8::2', labels: [16] }),
    ethernet({ ...up, from: '2001:db8::1', to: '2001:db8::2' }, ipPacket({ from: '::1', to: '::2' }, [options(44)])),
  ];
  const changes = fc.array(fc.tuple(fc.nat(110), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...bases), changes, fc.nat(120), fc.boolean(), (base, changed, length, isIp) => {
      const bytes = base.slice(0, length);
      for (const [place, value] of changed) if (place < bytes.length) bytes[place] = value;
      for (const meter of meters) {
        const before = sum(meter.figures());
        meter.take(frameOf(bytes, at, { begins: isIp ? 'ip' : 'ethernet' }));
        expect(sum(meter.figures())).toBe(before + 1);
      }
    }),
    { numRuns: 3000 },
  );
});

const sum = ({ packets, others, unreadable }: { packets: number; others: number; unreadable: number }): number =>
  packets + others + unreadable;

import { expect, test } from 'vitest';
import { Door, doorLimits, type DoorOptions, type Speaker } from './door.ts';

const at = 1_700_000_000_000;

function open(options: Partial<DoorOptions> = {}) {
  const apart: string[] = [];
  const gone: string[] = [];
  const door = new Door(
    { knownOnly: false, known: new Set(), ...options },
    { onApart: ({ exporter }) => apart.push(exporter), onGone: ({ exporter }) => gone.push(exporter) },
  );
  return { door, apart, gone };
}

const address = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

test('made-up senders find no room beyond the bounds, and known ones always do', () => {
  const { door } = open({ known: new Set(['192.0.2.1']) });
  let entered = 0;
  for (let index = 0; index < 200_000; index++) if (door.enter(address(index), at + index / 100)) entered++;
  expect(entered).toBeLessThanOrEqual(doorLimits.burst + 2 * doorLimits.newPerSecond + 1);
  expect(door.size).toBe(entered);
  expect(door.counts.get('too-many-exporters')).toBe(200_000 - entered);
  expect(door.enter('192.0.2.1', at + 2000)).toBeDefined();
  expect(door.enter(address(0), at + 2000)).toBeDefined();
});

test('the silent make room after an hour', () => {
  const { door } = open({ limits: { exporters: 3 } });
  for (let index = 0; index < 5; index++) door.enter(address(index), at);
  expect(door.size).toBe(3);
  expect(door.enter(address(9), at + 3_500_000)).toBeUndefined();
  expect(door.enter(address(9), at + 3_700_000)).toBeDefined();
  expect(door.size).toBe(3);
});

test('only those that are listed, where that is wanted', () => {
  const { door } = open({ knownOnly: true, known: new Set(['192.0.2.1']) });
  expect(door.enter('192.0.2.1', at)).toBeDefined();
  expect(door.enter('192.0.2.2', at)).toBeUndefined();
  expect(Object.fromEntries(door.counts)).toEqual({ 'unknown-exporter': 1 });
});

test('messages of a second are bounded for each sender', () => {
  const { door } = open({ limits: { messagesPerSecond: 10 } });
  const entered = (address_: string, from: number) =>
    Array.from({ length: 50 }, () => door.enter(address_, from)).filter(Boolean).length;
  expect(entered('192.0.2.1', at)).toBe(10);
  expect(entered('192.0.2.2', at)).toBe(10);
  expect(entered('192.0.2.1', at + 1000)).toBe(10);
  expect(door.counts.get('too-many-messages')).toBe(120);
});

/** Speakers and which of them have said templates. */
function conversation(limits = {}) {
  const opened = open({ limits });
  const said = new Set<string>();
  const hear = (port: number, saysTemplates: boolean, domain = '10 1'): Speaker | undefined => {
    const visitor = opened.door.enter('192.0.2.1', at);
    const speaker =
      visitor &&
      opened.door.speaker(visitor, domain, port, {
        saysTemplates: () => saysTemplates,
        hasTemplates: (exporter) => said.has(exporter),
      });
    if (speaker && saysTemplates) said.add(speaker.exporter);
    return speaker;
  };
  return { ...opened, hear };
}

test('two exporters behind one address are told apart by their ports once both have spoken in turn', () => {
  const { hear, apart } = conversation();
  expect(hear(1000, true)?.exporter).toBe('192.0.2.1');
  expect(hear(2000, true)).toMatchObject({ exporter: '192.0.2.1:2000', address: '192.0.2.1' });
  expect(apart).toEqual([]);
  expect(hear(1000, false)?.exporter).toBe('192.0.2.1');
  expect(apart).toEqual(['192.0.2.1:2000']);
  expect(hear(2000, false)).toMatchObject({ exporter: '192.0.2.1:2000', address: '192.0.2.1:2000' });
  expect(hear(3000, true)).toMatchObject({ exporter: '192.0.2.1:3000', address: '192.0.2.1:3000' });
  expect(hear(1000, false)).toMatchObject({ exporter: '192.0.2.1', address: '192.0.2.1' });
});

test('an exporter that begins anew at another port stays one exporter', () => {
  const { hear, apart } = conversation();
  hear(1000, true);
  expect(hear(2000, true)).toMatchObject({ exporter: '192.0.2.1:2000', address: '192.0.2.1' });
  expect(hear(2000, false)).toMatchObject({ exporter: '192.0.2.1:2000', address: '192.0.2.1' });
  expect(apart).toEqual([]);
});

test('one that sends from several ports and says templates at one of them is read by those', () => {
  const { hear, apart } = conversation();
  expect(hear(1000, false)?.exporter).toBe('192.0.2.1');
  const says = hear(2000, true)?.exporter;
  expect(hear(1000, false)?.exporter).toBe(says);
  expect(hear(3000, false)?.exporter).toBe(says);
  expect(hear(2000, false)?.exporter).toBe(says);
  expect(apart).toEqual([]);
});

test('ports and domains of one address are bounded, and what they said goes with them', () => {
  const { hear, gone, door } = conversation({ portsOfDomain: 4, domainsOfExporter: 3 });
  for (let port = 1; port <= 10; port++) hear(port, true);
  expect(gone).toHaveLength(6);
  expect(hear(1, false)?.exporter).toBe('192.0.2.1');
  const domains = Array.from({ length: 10 }, (_, index) => hear(1, true, `10 ${index}`)).filter(Boolean);
  expect(domains).toHaveLength(3);
  expect(door.counts.get('too-many-domains')).toBe(7);
});

test('domains of all addresses are bounded, and listed ones find room', () => {
  const { door } = open({ known: new Set(['192.0.2.1']), limits: { domains: 10, exporters: 100 } });
  const questions = { saysTemplates: () => true, hasTemplates: () => true };
  const speak = (from: string, domain: string, when = at) => {
    const visitor = door.enter(from, when)!;
    return door.speaker(visitor, domain, 1, questions) !== undefined && door.admits(visitor, domain);
  };
  const heard = Array.from({ length: 20 }, (_, index) => speak(address(index), '10 1')).filter(Boolean);
  expect(heard).toHaveLength(10);
  expect(speak(address(0), '10 1')).toBe(true);
  expect(speak(address(0), '10 2')).toBe(false);
  expect(speak('192.0.2.1', '10 1')).toBe(true);
});

test('who spoke for what outlives a restart', () => {
  const { hear, door } = conversation();
  hear(1000, true);
  hear(2000, true);
  hear(1000, false);
  const again = open();
  again.door.restore(door.save(), at);
  const visitor = again.door.enter('192.0.2.1', at)!;
  const questions = { saysTemplates: () => false, hasTemplates: () => true };
  expect(again.door.speaker(visitor, '10 1', 2000, questions)).toMatchObject({ address: '192.0.2.1:2000' });
  expect(again.door.speaker(visitor, '10 1', 1000, questions)).toMatchObject({ address: '192.0.2.1' });
});

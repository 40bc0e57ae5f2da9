import { expect, test } from 'vitest';
import type { NatLogEntry } from '../../../src/model/index.ts';
import { victimsOf } from './victims.ts';
import { becameText, endText } from './words.ts';

const entry = (given: Partial<NatLogEntry>): NatLogEntry => ({
  at: '2026-03-01T12:00:00.000Z',
  event: 'ports-exhausted',
  ok: false,
  protocol: 17,
  source: '10.0.0.5',
  sourcePort: 5000,
  destination: '203.0.113.9',
  destinationPort: 53,
  translatedSource: '',
  translatedSourcePort: 0,
  translatedDestination: '',
  translatedDestinationPort: 0,
  packets: 1,
  durationMs: 0,
  gateway: 'router',
  protocolOfGateway: 'conntrack',
  reason: '',
  ...given,
});

test('victims are those who were refused, with the most packets first', () => {
  const entries = [
    entry({ at: '2026-03-01T12:00:09.000Z', packets: 2 }),
    entry({ source: '10.0.0.6', packets: 7, destinationPort: 80 }),
    entry({ destinationPort: 443 }),
    entry({ source: '10.0.0.7', ok: true, event: 'created' }),
    // Exporters tell of an event, and not of how many packets.
    entry({ source: '', packets: 0 }),
  ];
  expect(victimsOf(entries)).toEqual([
    { source: '10.0.0.6', packets: 7, destinations: 1, last: '2026-03-01T12:00:00.000Z' },
    { source: '10.0.0.5', packets: 3, destinations: 2, last: '2026-03-01T12:00:09.000Z' },
    { source: '', packets: 1, destinations: 1, last: '2026-03-01T12:00:00.000Z' },
  ]);
});

test('ends are read as they are written elsewhere', () => {
  expect([endText('2001:db8::1', 53), endText('10.0.0.1', 0), endText('', 0)]).toEqual([
    '[2001:db8::1]:53',
    '10.0.0.1',
    '',
  ]);
  const both = { translatedSource: '198.51.100.1', translatedSourcePort: 1, translatedDestination: '10.0.0.9' };
  expect(becameText(entry({ ...both, translatedDestinationPort: 80 }))).toBe('198.51.100.1:1 → 10.0.0.9:80');
});

import { expect, test, vi } from 'vitest';
import type { FlowAnswer } from '../../model/index.ts';
import { ManualClock } from '../../platform/index.ts';
import { ReverseNames, withReverseNames, type ReverseAnswer } from './enrichment-names.ts';

function names(answers: Readonly<Record<string, ReverseAnswer>>) {
  const clock = new ManualClock(1000);
  const asked: string[] = [];
  const ask = (address: string) => {
    asked.push(address);
    const answer = answers[address];
    return answer ? Promise.resolve(answer) : Promise.reject(new Error('nobody answers'));
  };
  const reverse = new ReverseNames({ clock, ask });
  /** Lets time pass, and what was asked for arrive. */
  const after = async (ms: number) => {
    clock.advance(ms);
    await vi.waitFor(() => Promise.resolve());
  };
  return { clock, asked, reverse, after };
}

test('an answer never waits for a name: it is there the next time', async () => {
  const { asked, reverse, after } = names({ '192.0.2.1': { name: 'gw.example.org', ttlMs: 3_600_000 } });
  expect(reverse.nameOf('192.0.2.1')).toBe('');
  expect(asked).toEqual([]);
  await after(1000);
  expect(reverse.nameOf('192.0.2.1')).toBe('gw.example.org');
  await after(3_000_000);
  expect(reverse.nameOf('192.0.2.1')).toBe('gw.example.org');
  expect(asked).toHaveLength(1);
  // Too old to be believed for long, and shown until there is a newer one.
  await after(1_000_000);
  expect(reverse.nameOf('192.0.2.1')).toBe('gw.example.org');
  await after(1000);
  expect(asked).toHaveLength(2);
});

test('name servers are asked 20 times a second at most, and silence is remembered too', async () => {
  const { asked, reverse, after } = names({});
  for (let host = 0; host < 5000; host++) reverse.nameOf(`10.0.${host >> 8}.${host & 255}`);
  await after(1000);
  expect(asked.length).toBeLessThanOrEqual(20);
  await after(60_000);
  expect(asked).toHaveLength(500);
  for (const address of asked.slice()) expect(reverse.nameOf(address)).toBe('');
  await after(60_000);
  expect(asked).toHaveLength(500);
});

test('nobody is asked after the end', async () => {
  const { asked, reverse, after } = names({});
  reverse.nameOf('192.0.2.1');
  reverse.close();
  reverse.nameOf('192.0.2.2');
  await after(10_000);
  expect(asked).toEqual([]);
});

test('addresses of an answer get names, and what has a label keeps it', () => {
  const row = { values: ['192.0.2.1', '443', ''], labels: ['', 'https', ''], filter: '' };
  const answer = { groupBy: ['source', 'destination-port', 'destination'], rows: [row] } as unknown as FlowAnswer;
  const asked: string[] = [];
  const nameOf = (address: string) => {
    asked.push(address);
    return 'gw.example.org';
  };
  expect(withReverseNames(answer, { nameOf }).rows[0]?.labels).toEqual(['gw.example.org', 'https', '']);
  expect(asked).toEqual(['192.0.2.1']);
});

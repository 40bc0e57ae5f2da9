import { expect, test } from 'vitest';
import { CountingPorts, type CountingScope } from './counting-ports.ts';

const scope = { address: '192.0.2.1', version: 5, engine: 0 };

function open(maxScopes?: number) {
  const mixed: CountingScope[] = [];
  const ports = new CountingPorts({ onMixed: (one) => mixed.push(one), ...(maxScopes !== undefined && { maxScopes }) });
  /** Messages of ten records. */
  const hear = (port: number, first: number, of = scope) => ports.isApart(of, port, first, first + 10);
  return { hear, mixed };
}

test('two that speak in turn and count by themselves are two, the first one under the plain address', () => {
  const { hear, mixed } = open();
  expect([hear(1000, 500), hear(2000, 9000)]).toEqual([false, false]);
  expect([hear(1000, 510), hear(2000, 9010), hear(1000, 520), hear(2000, 9020)]).toEqual([false, true, false, true]);
  expect(mixed).toEqual([scope]);
});

test('one count over several ports is one exporter, and so is one that begins anew or goes on at another port', () => {
  const { hear, mixed } = open();
  for (let first = 0; first < 300; first += 10) expect(hear(1000 + (first % 30), first)).toBe(false);
  expect([hear(5000, 0), hear(5000, 10), hear(5001, 20), hear(5002, 0), hear(5002, 10)]).not.toContain(true);
  expect(mixed).toEqual([]);
});

test('a third one is told apart too, and engines are no matter of each other', () => {
  const { hear, mixed } = open();
  for (const [port, first] of [
    [1, 0],
    [2, 5000],
    [1, 10],
    [2, 5010],
    [3, 70_000],
    [1, 20],
  ] as const)
    hear(port, first);
  expect([hear(3, 70_010), hear(2, 5020), hear(1, 30)]).toEqual([true, true, false]);
  expect(hear(2, 5030, { ...scope, engine: 1 })).toBe(false);
  expect(mixed).toHaveLength(2);
});

test('what is remembered of made-up ports and addresses is bounded, and the first port stays', () => {
  const { hear } = open(2);
  hear(1, 0);
  for (let port = 2; port < 1000; port++) hear(port, 1_000_000 + port * 100);
  expect(hear(1, 10)).toBe(false);
  hear(7000, 4_000_000);
  hear(1, 20);
  expect(hear(7000, 4_000_010)).toBe(true);
  for (const address of ['192.0.2.2', '192.0.2.3']) hear(1, 0, { ...scope, address });
  expect(hear(7000, 4_000_020)).toBe(false);
});

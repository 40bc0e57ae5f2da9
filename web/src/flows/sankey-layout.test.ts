import { expect, test } from 'vitest';
import { layOut, type SankeyNode } from './sankey-layout.ts';

const size = { width: 500, height: 300, nodeWidth: 10, gap: 6, mostNodes: 4 };
const row = (amount: number, ...values: string[]) => ({ values, amount });

test('every value has a height for its share, columns stand from edge to edge, and bands keep what they carry', () => {
  const { nodes, bands, total } = layOut([row(60, 'a', 'x'), row(30, 'a', 'y'), row(10, 'b', 'x')], size);
  expect(total).toBe(100);
  const scale = (300 - 6) / 100;
  expect(nodes.map(({ value, column, x, height }) => [value, column, x, Math.round(height)])).toEqual([
    ['a', 0, 0, Math.round(90 * scale)],
    ['b', 0, 0, Math.round(10 * scale)],
    ['x', 1, 490, Math.round(70 * scale)],
    ['y', 1, 490, Math.round(30 * scale)],
  ]);
  for (const [index, node] of nodes.entries()) {
    const carried = bands.filter(({ from, to }) => from === index || to === index);
    expect(carried.reduce((sum, { amount }) => sum + amount, 0)).toBe(node.amount);
  }
});

test('no two values of a column lie upon each other, and all stay inside', () => {
  const rows = Array.from({ length: 40 }, (_, index) =>
    row(1 + (index % 7), `s${index % 5}`, `m${index % 3}`, `d${index}`),
  );
  const { nodes } = layOut(rows, size);
  const columns = Map.groupBy(nodes, ({ column }) => column);
  expect([...columns.keys()]).toEqual([0, 1, 2]);
  for (const column of columns.values()) {
    for (const [index, { y }] of column.entries()) {
      const above: SankeyNode | undefined = column[index - 1];
      if (above) expect(y).toBeCloseTo(above.y + above.height + size.gap);
    }
    const last = column.at(-1);
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(size.height + 0.001);
  }
});

test('values without room become one rest that carries them all', () => {
  const rows = Array.from({ length: 10 }, (_, index) => row(10 - index, `s${index}`, 'd'));
  const { nodes, bands } = layOut(rows, size);
  const sources = nodes.filter(({ column }) => column === 0);
  expect(sources.map(({ value, isRest, amount }) => (isRest ? `rest ${amount}` : value))).toEqual([
    's0',
    's1',
    's2',
    'rest 28',
  ]);
  expect(bands).toHaveLength(4);
});

test('an unknown value is a value of its own, not the rest', () => {
  const { nodes } = layOut([row(5, '', 'x'), row(4, 'a', 'x')], size);
  expect(nodes.slice(0, 2).map(({ value, isRest }) => [value, isRest])).toEqual([
    ['', false],
    ['a', false],
  ]);
});

test('nothing flows: nothing is laid out', () => {
  expect(layOut([], size)).toEqual({ nodes: [], bands: [], total: 0 });
  expect(layOut([row(0, 'a', 'b')], size)).toEqual({ nodes: [], bands: [], total: 0 });
});

import { expect, test } from 'vitest';
import { layOut } from './sankey-layout.ts';
import { walk } from './sankey-walk.ts';

const size = { width: 700, height: 300, nodeWidth: 10, gap: 5, mostNodes: 10 };
const { nodes } = layOut(
  [
    { values: ['a', 'x'], amount: 60 },
    { values: ['b', 'x'], amount: 10 },
    { values: ['b', 'y'], amount: 20 },
    { values: ['c', 'z'], amount: 10 },
  ],
  size,
);
const place = (value: string) => nodes.findIndex((node) => node.value === value);
const from = (value: string, ...keys: string[]) =>
  nodes[keys.reduce((at, key) => walk(nodes, at, key) ?? at, place(value))]?.value;

test('arrows go along a column, and stop at its ends', () => {
  expect(from('a', 'ArrowDown')).toBe('b');
  expect(from('a', 'ArrowDown', 'ArrowDown', 'ArrowDown')).toBe('c');
  expect(from('b', 'ArrowUp', 'ArrowUp')).toBe('a');
  expect([from('b', 'Home'), from('b', 'End')]).toEqual(['a', 'c']);
});

test('arrows go to what stands beside in the next column, and no further than the last', () => {
  expect([from('a', 'ArrowRight'), from('c', 'ArrowRight')]).toEqual(['x', 'z']);
  expect(from('c', 'ArrowRight', 'ArrowLeft')).toBe('c');
  expect([from('a', 'ArrowLeft'), from('x', 'ArrowRight')]).toEqual(['a', 'x']);
});

test('other keys lead nowhere, and nothing from what is not there', () => {
  expect(walk(nodes, 0, 'Tab')).toBeUndefined();
  expect(walk(nodes, 99, 'ArrowDown')).toBeUndefined();
});

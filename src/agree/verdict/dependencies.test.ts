import { expect, test } from 'vitest';
import { Dependencies } from './dependencies.ts';

const graph = (edges: Record<string, string[]>) =>
  new Dependencies(Object.entries(edges).map(([name, on]) => ({ name, 'depends-on': on })));

test('depth sorts parents before children', () => {
  const known = graph({ d: ['b', 'c'], c: ['a'], b: ['a', 'c'], a: [], lone: [] });
  expect(['a', 'c', 'b', 'd', 'lone'].map((name) => known.depth(name))).toEqual([0, 1, 2, 3, 0]);
});

test('the nearest ancestor, breadth first, and all dependants', () => {
  const known = graph({
    host: ['switch', 'router'],
    switch: ['core'],
    router: ['uplink'],
    core: ['uplink'],
    uplink: [],
  });
  expect(known.nearest('host', (name) => name === 'uplink' || name === 'core')).toBe('core');
  expect(known.nearest('host', () => false)).toBeUndefined();
  expect([...known.dependants('uplink')].sort()).toEqual(['core', 'host', 'router', 'switch']);
});

test('a chain of a hundred thousand does not overflow', () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `c${i}`);
  const chain = new Dependencies(names.map((name, i) => ({ name, 'depends-on': i === 0 ? [] : [`c${i - 1}`] })));
  expect(chain.depth('c99999')).toBe(99_999);
  expect(chain.nearest('c99999', (name) => name === 'c0')).toBe('c0');
});

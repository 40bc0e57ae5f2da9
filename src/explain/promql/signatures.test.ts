import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aggregationOperators, precedence } from './ast.ts';
import { instantFunctions } from './instant-functions.ts';
import { leftOut, signatures } from './signatures.ts';
import { windowFunctions } from './windows.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/grafana.md'), 'utf8');
const words = (from: string, to: string) =>
  new Set(guide.slice(guide.indexOf(from), guide.indexOf(to)).match(/[a-z_0-9]+/g));

it('says in the guide what is understood and what is refused', () => {
  const understood = words('## What of PromQL', 'Refused by name');
  const operators = Object.keys(precedence).filter((operator) => /^[a-z]/.test(operator));
  const known = [...Object.keys(signatures), ...aggregationOperators, ...operators];
  expect(known.filter((name) => !understood.has(name))).toEqual([]);
  const refused = words('Refused by name', 'Everything means');
  expect(leftOut.filter((name) => !refused.has(name))).toEqual([]);
});

it('has a function for each name over a window or of a value, and none besides', () => {
  const overWindows = Object.keys(signatures).filter((name) => signatures[name]?.takes.includes('range vector'));
  expect(Object.keys(windowFunctions).sort()).toEqual(overWindows.sort());
  expect(Object.keys(instantFunctions).filter((name) => !Object.hasOwn(signatures, name))).toEqual([]);
});

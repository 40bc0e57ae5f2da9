import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { emptyState } from '../../../observe/index.ts';
import { StateFile } from './state-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'qw-state-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = join(directory, 'expected.json');
const sequence = { next: 700, countsBehind: false };
const session = { exporter: '192.0.2.1', version: 5, domain: 0, number: 3, seenAt: 1000, sequence };
const expected = { version: 1 as const, sessions: [session] };
const known = { ...session, samplers: [], templates: [], parked: [] };

test('what was expected next outlives the process, not the machine, and costs nothing else where it is damaged', async () => {
  const state = new StateFile(directory);
  expect(await state.read()).toEqual({ state: emptyState });
  await state.writeExpected(expected);
  expect(await state.read()).toEqual({ state: { ...emptyState, sessions: [known] } });
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/"boot":"[^"]+"/, '"boot":"another"'));
  expect(await state.read()).toEqual({ state: emptyState });
  writeFileSync(file, text.slice(0, -5));
  expect(await state.read()).toEqual({ state: emptyState });
  writeFileSync(file, text);
  // What was said at an end in order is newer.
  const ended = { ...known, sequence: { next: 900, countsBehind: false } };
  await state.write({ ...emptyState, sessions: [ended] });
  expect(await state.read()).toEqual({ state: { ...emptyState, sessions: [ended] } });
});

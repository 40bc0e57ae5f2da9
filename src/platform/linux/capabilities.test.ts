import { expect, test } from 'vitest';
import { describeClock, inspectDescriptors, inspectMachine, inspectNode } from './capabilities.ts';

test('every finding is a sentence, and what is not good says how to help', async () => {
  const findings = await inspectMachine();
  const names = findings.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(expect.arrayContaining(['node', 'koffi', 'fping', 'nft', 'conntrack', 'clock']));
  for (const { ok, level, detail, name } of findings) {
    expect(detail, name).toMatch(/\.$/);
    expect(ok).toBe(level === 'ok');
  }
});

test('an old Node', () => {
  expect(inspectNode('20.20.2')).toMatchObject({ ok: false, level: 'missing' });
  expect(inspectNode('24.1.0').ok).toBe(true);
});

test('the clock, by the answer of the kernel', () => {
  expect(describeClock(0, 0x2001, 16_000)).toMatchObject({ ok: true, detail: expect.stringContaining('16 ms') });
  expect(describeClock(5, 0x40, 16_000_000)).toMatchObject({ ok: false, level: 'limited' });
  expect(describeClock(0, 0x40, 500)).toMatchObject({ ok: false });
});

test('the limit of open files', () => {
  const limits = (soft: string) =>
    `Limit  Soft Limit  Hard Limit  Units\nMax open files            ${soft}  524288  files\n`;
  expect(inspectDescriptors(limits('1024'))).toMatchObject({
    ok: false,
    fix: expect.stringContaining('ulimit -n 4096'),
  });
  expect(inspectDescriptors(limits('unlimited')).ok).toBe(true);
  expect(inspectDescriptors('').ok).toBe(false);
});

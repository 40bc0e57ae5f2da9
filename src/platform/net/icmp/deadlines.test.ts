import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines } from './deadlines.ts';

test('everybody comes out once, in order, not before the time', () => {
  const entry = fc.record({ dueMs: fc.double({ min: 0, max: 50, noNaN: true }), removed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const deadlines = new Deadlines<{ dueMs: number; removed: boolean }>();
      for (const one of entries) {
        const key = deadlines.add(one, one.dueMs);
        if (one.removed) deadlines.remove(one, key);
      }
      const left = entries.filter(({ removed }) => !removed);
      const out: typeof entries = [];
      for (let nowMs = 0; nowMs <= 51; nowMs++) {
        const due = deadlines.takeDue(nowMs);
        for (const one of due) expect(one.dueMs).toBeLessThanOrEqual(nowMs);
        out.push(...due);
        expect(deadlines.nextMs() ?? Infinity).toBeGreaterThan(nowMs);
      }
      expect(new Set(out)).toEqual(new Set(left));
      expect(out).toHaveLength(left.length);
      expect(out.map(({ dueMs }) => Math.ceil(dueMs))).toEqual(
        left.map(({ dueMs }) => Math.ceil(dueMs)).sort((a, b) => a - b),
      );
    }),
  );
});

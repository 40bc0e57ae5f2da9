import { expect, test } from 'vitest';
import type { UplinkReceipt } from '../../model/index.ts';
import { Repairs } from './repairs.ts';

const repair: UplinkReceipt = {
  family: 4,
  serving: ['isp1'],
  left: [],
  commands: ['ip -4 route add default'],
  dryRun: false,
  verified: true,
  problems: [],
  tookMs: 1,
};
const found = { family: 4, text: 'changed by somebody else', repair } as const;

test('one repair in ten minutes is recorded for each family, with the number of those between', () => {
  const repairs = new Repairs();
  expect(repairs.receipt(found, 0)).toEqual({ ...repair, problems: ['changed by somebody else'] });
  expect(repairs.receipt({ ...found, family: 6 }, 1)?.problems).toEqual(['changed by somebody else']);
  expect([repairs.receipt(found, 2), repairs.receipt(found, 599_999)]).toEqual([undefined, undefined]);
  const problems = ['changed by somebody else', '2 more repairs since the last record'];
  expect(repairs.receipt(found, 600_000)?.problems).toEqual(problems);
  expect(repairs.receipt(found, 1_200_000)?.problems).toEqual(['changed by somebody else']);
});

test('what is left as it is was not repaired', () => {
  expect(new Repairs().receipt({ family: 4, text: 'left alone' }, 0)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { uplinksSchema, type UplinkOpinion, type UplinkState } from '../../model/index.ts';
import { Blackout } from './blackout.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: ['192.168.76.1', 'fe80::1'] },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1' },
]);
const opinion = (uplink: string, family: 4 | 6, state: UplinkState): UplinkOpinion => ({
  uplink,
  family,
  state,
  sinceMs: 0,
  reason: '',
  failing: [],
  lossPercent: 0,
  flapPercent: 0,
});

test('the last way out that dies is a problem, told once, until one answers again', () => {
  const blackout = new Blackout();
  const look = (first: UplinkState, second: UplinkState) =>
    blackout.look(uplinks, [opinion('isp1', 4, first), opinion('isp2', 4, second), opinion('isp1', 6, 'up')]);
  expect(look('dead', 'unknown')).toEqual([]);
  expect(blackout.problems).toEqual([]);
  expect(look('dead', 'dead')).toEqual([{ family: 4, dark: true }]);
  expect(look('dead', 'dead')).toEqual([]);
  expect(blackout.problems).toEqual(['all uplinks are dead for IPv4']);
  expect(look('dead', 'held')).toEqual([{ family: 4, dark: false }]);
  expect(blackout.problems).toEqual([]);
});

test('a family is dark by the uplinks that have it; before anything is known none is', () => {
  const blackout = new Blackout();
  expect(blackout.look(uplinks, [])).toEqual([]);
  expect(blackout.look(uplinks, [opinion('isp1', 6, 'dead')])).toEqual([{ family: 6, dark: true }]);
  expect(blackout.problems).toEqual(['all uplinks are dead for IPv6']);
});

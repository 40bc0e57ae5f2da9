import { expect, test } from 'vitest';
import { healthOf, votesOf } from './health.ts';

const member = {
  id: 'a',
  number: 1,
  site: '',
  role: 'member',
  address: '',
  publicKey: '',
  link: 'up',
  silent: false,
} as const;

test('a member that a quorum does not hear is down, one that only we do not hear is degraded', () => {
  expect(healthOf(member)).toBe('up');
  expect(healthOf({ ...member, link: 'down' })).toBe('degraded');
  expect(healthOf({ ...member, link: 'down', silent: true })).toBe('down');
});

test('dissenters stand last, and who said nothing is named', () => {
  const opinions = [
    { watcher: 'd', state: 'up' },
    { watcher: 'b', state: 'down' },
    { watcher: 'a', state: 'down' },
  ];
  expect(votesOf('down', opinions, ['a', 'b', 'c', 'd'])).toEqual([
    { watcher: 'a', state: 'down', agrees: true },
    { watcher: 'b', state: 'down', agrees: true },
    { watcher: 'c', state: 'unknown', agrees: false },
    { watcher: 'd', state: 'up', agrees: false },
  ]);
});

test.each([undefined, 'x', [null, 3, { watcher: 5 }]])('opinions that are none leave the members: %j', (opinions) => {
  expect(votesOf('up', opinions, ['a'])).toEqual([{ watcher: 'a', state: 'unknown', agrees: false }]);
});

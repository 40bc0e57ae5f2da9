import { expect, test } from 'vitest';
import { whoCollects } from './who-collects.ts';

const at = (id: string, address: string) => ({ id, address });

test('each host has one that collects, the first', () => {
  const watchers = [at('a', '192.0.2.1:8471'), at('b', '[2001:db8::1]:8471'), at('c', '192.0.2.1:8472')];
  expect(whoCollects({}, watchers)).toEqual(['a', 'b']);
  expect(whoCollects({}, [at('a', '[2001:db8::1]:1'), at('b', '[2001:DB8::1]:2')])).toEqual(['a']);
});

test('who can only call others is on a host of its own', () => {
  expect(whoCollects({}, [at('a', ''), at('b', ''), at('c', 'c.example:8471')])).toEqual(['a', 'b', 'c']);
});

test('who is named collects, whatever the host', () => {
  const watchers = [at('a', '127.0.0.1:1'), at('b', '127.0.0.1:2')];
  expect(whoCollects({ watchers: ['b'] }, watchers)).toEqual(['b']);
});

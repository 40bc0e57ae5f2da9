import { expect, test } from 'vitest';
import {
  both,
  conditionFields,
  conditionFor,
  expressionOf,
  readConditions,
  withCondition,
  writeConditions,
} from './conditions.ts';

test('values of one field are alternatives, different fields all have to hold, and so does the expression', () => {
  const conditions = [
    { field: 'host', value: '10.0.0.1' },
    { field: 'port', value: '443' },
    { field: 'host', value: '10.1.0.0/16' },
  ] as const;
  expect(expressionOf(conditions, '')).toBe('(host 10.0.0.1 or net 10.1.0.0/16) and port 443');
  expect(expressionOf(conditions.slice(1, 2), 'proto tcp or proto udp')).toBe('port 443 and (proto tcp or proto udp)');
  expect(expressionOf([], 'proto tcp')).toBe('proto tcp');
  expect(expressionOf([], '')).toBe('');
});

test('names are put in quotes, so that none of them can say more than a name', () => {
  const name = 'a" or any or name "b\\';
  expect(expressionOf([{ field: 'source-name', value: name }], '')).toBe(
    String.raw`src name "a\" or any or name \"b\\"`,
  );
});

test('two filters are joined so that each keeps its meaning', () => {
  expect(both('a or b', 'c')).toBe('(a or b) and c');
  expect(both('a || b', 'c or d')).toBe('(a || b) and (c or d)');
  expect(both(' ', 'c ')).toBe('c');
  // An end with `or` in it is no alternative, but brackets do it no harm.
  expect(both('src or dst host 10.0.0.1', 'port 1')).toBe('(src or dst host 10.0.0.1) and port 1');
});

test('conditions are read as they are written, and what is none is left out', () => {
  const conditions = conditionFields.map((field) => ({ field, value: 'a=b' }));
  expect(readConditions(writeConditions(conditions))).toEqual(conditions);
  expect(readConditions('nonsense=1\nhost\nhost=\nport=1')).toEqual([{ field: 'port', value: '1' }]);
});

test('a condition that is there already is not added again', () => {
  const one = { field: 'port', value: '53' } as const;
  expect(withCondition([one], { ...one })).toEqual([one]);
  expect(withCondition([one], { field: 'port', value: '54' })).toHaveLength(2);
});

test('between client and server a value stands for its end of the conversation, not of the packets', () => {
  expect(conditionFor('destination', '10.0.0.80', 'source-destination')).toEqual({
    field: 'destination',
    value: '10.0.0.80',
  });
  expect(conditionFor('destination', '10.0.0.80', 'client-server')).toEqual({ field: 'server', value: '10.0.0.80' });
  expect(conditionFor('source-subnet', '10.0.0.0/24', 'client-server')).toEqual({
    field: 'client',
    value: '10.0.0.0/24',
  });
  expect(conditionFor('destination-port', '443', 'client-server')).toEqual({ field: 'server-port', value: '443' });
  expect(conditionFor('protocol', 'tcp', 'client-server')).toEqual({ field: 'protocol', value: 'tcp' });
  expect(conditionFor('destination-country', 'DE', 'client-server')).toBeUndefined();
  expect(conditionFor('service', 'https', 'source-destination')).toBeUndefined();
  expect(conditionFor('source', '', 'source-destination')).toBeUndefined();
});

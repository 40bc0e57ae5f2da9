import { expect, test } from 'vitest';
import { testCheck } from './machine.fixture.ts';
import { scriptVariables } from './variables.ts';

test('the variables of a Netwatch script, as text', () => {
  const check = testCheck('isp1', { comment: 'first provider', host: '9.9.9.9', timeout: 800 });
  const values = { 'rtt-avg': 1.2345, 'loss-percent': 40, 'done-tests': 7, name: 'never', 'name-servers': ['a', 'b'] };
  expect(scriptVariables(check, { to: 'down', since: 1_000 }, [{ host: '9.9.9.9', outcome: 'fail', values }])).toEqual({
    name: 'isp1',
    comment: 'first provider',
    host: '9.9.9.9',
    type: 'icmp',
    interval: '10s',
    timeout: '800ms',
    since: '1970-01-01T00:00:01.000Z',
    status: 'down',
    // Microseconds, as RouterOS hands them to scripts.
    'rtt-avg': '1235',
    'loss-percent': '40',
    'done-tests': '7',
    'name-servers': 'a,b',
  });
});

test('without a result the host is the configured one', () => {
  const { host: _host, ...anchored } = testCheck('isp');
  const check = { ...anchored, anchors: ['192.0.2.7', '192.0.2.8'] };
  expect(scriptVariables(check, { to: 'up', since: 0 }, [])).toMatchObject({ host: '192.0.2.7', comment: '' });
});

import { expect, test } from 'vitest';
import { z } from 'zod';
import { exportRouteros } from './export.ts';

const atOnce = { down: '1/1', up: '1/1' };

test('what RouterOS cannot say is listed', () => {
  const { text, untranslated } = exportRouteros({
    labels: { site: 'office' },
    maintenance: [{ name: 'night' }],
    notify: { ops: { webhook: { url: 'https://example.org/' } } },
    watch: [
      { name: 'a', host: '192.0.2.1', labels: { tier: 'gold' }, 'depends-on': ['b'], degraded: [{ log: 'x' }] },
      { name: 'b', anchors: ['192.0.2.1', '192.0.2.2'], settle: { down: '1/1', up: '1/1' } },
      {
        name: 'c',
        host: 'www.example.org',
        device: 'wan1',
        type: 'http-get',
        contains: 'ok',
        settle: { down: '1/1', up: '2/2', 'hold-down': '10s' },
        watchers: { rule: 'majority' },
        down: [{ notify: 'ops' }, { run: '/bin/true' }],
      },
      { name: 'd', host: 'h', type: 'mqtt', settle: { down: '1/1', up: '1/1' } },
    ],
  });
  expect(text).toBe(
    [
      '# by Quorumwatch',
      '/tool netwatch',
      'add host=192.0.2.1 interval=10s name=a startup-delay=0s',
      'add host=www.example.org name=c startup-delay=0s type=http-get',
      '',
    ].join('\n'),
  );
  expect(untranslated.map((one) => `${one.item}: ${one.text}: ${one.reason}`)).toEqual([
    'a: labels: {"tier":"gold"}: RouterOS has no such setting',
    'a: depends-on: ["b"]: RouterOS has no such setting',
    'a: degraded: [{"log":"x"}]: RouterOS has no such setting',
    'a: settle down: 2/3: RouterOS changes after one round',
    'a: settle up: 2/3: RouterOS changes after one round',
    'b: anchors: 192.0.2.1, 192.0.2.2: RouterOS watches one host; make a check of each anchor',
    'c: device: wan1: RouterOS can name a routing table only behind a plain address',
    'c: contains: "ok": RouterOS has no such setting',
    'c: watchers: {"rule":"majority"}: RouterOS has no such setting',
    'c: settle up: 2/2: RouterOS changes after one round',
    'c: settle hold-down: "10s": RouterOS does not hold a state',
    'c: down: {"notify":"ops"}: receiver ops: RouterOS has no counterpart of webhook',
    'c: down: {"run":"/bin/true"}: RouterOS starts no programs of another machine',
    'd: type: mqtt: RouterOS has simple, icmp, tcp-conn, http-get, https-get, dns',
    ': labels: RouterOS has no labels',
    ': maintenance: RouterOS has no maintenance windows',
  ]);
});

test('receivers with mail addresses become mails, actions come in the order of their delays', () => {
  const { text, untranslated } = exportRouteros({
    notify: {
      ops: { email: { host: 'mail.example.org', from: 'w@example.org', to: ['a@example.org', 'B <b@example.org>'] } },
    },
    watch: [
      {
        name: 'a',
        host: '192.0.2.1',
        'startup-delay': '5m',
        settle: atOnce,
        down: [{ log: 'late', delay: '10s' }, { notify: 'ops' }, { log: 'later', delay: '1m' }],
      },
    ],
  });
  expect(untranslated).toEqual([]);
  const script = text.replaceAll(/\\\n {4}/g, '').split('\n')[2];
  expect(script).toBe(
    String.raw`add down-script="/tool e-mail send to=a@example.org,b@example.org subject=\"a is \$status\" body=\"a is \$status\"\r\n` +
      String.raw`:delay 10s\r\n:log info \"late\"\r\n:delay 50s\r\n:log info \"later\"" host=192.0.2.1 interval=10s name=a`,
  );
});

test('a check for another record is left out rather than changed', () => {
  const watch = [{ name: 'a', host: 'example.org', type: 'dns', 'record-type': 'TXT', settle: atOnce }];
  expect(exportRouteros({ watch })).toEqual({
    text: '# by Quorumwatch\n/tool netwatch\n',
    untranslated: [{ item: 'a', text: 'record-type: "TXT"', reason: 'not a value that RouterOS has' }],
  });
});

test('with the probes at hand, options that repeat their defaults are not listed', () => {
  const options = { method: z.enum(['GET', 'POST']).default('GET'), retries: z.int().default(0) };
  const probes = [{ type: 'http-get', summary: '', options, values: {} }];
  const check = { name: 'a', host: 'h', type: 'http-get', settle: atOnce, options: { method: 'POST', retries: 0 } };
  const texts = exportRouteros({ watch: [check] }, { probes }).untranslated.map((one) => one.text);
  expect(texts).toEqual(['method: "POST"']);
});

test('anything that is no configuration gives an empty export', () => {
  for (const given of [undefined, null, 5, 'x', [], { watch: 5 }, { watch: [null, 5, {}] }]) {
    expect(exportRouteros(given).text).toBe('# by Quorumwatch\n/tool netwatch\n');
  }
});

import { expect, test } from 'vitest';
import { importRouteros } from './import.ts';

const checks = (text: string) => importRouteros(text).config['watch'] as Record<string, unknown>[];
const notes = (text: string) => importRouteros(text).notes.map((note) => `${note.line}: ${note.text}`);
const netwatch = (...rows: string[]) => `/tool netwatch\n${rows.join('\n')}\n`;

test('the defaults that differ from ours are written, the others are left out', () => {
  expect(checks(netwatch('add host=192.0.2.1 name=a type=icmp interval=10s timeout=3s'))).toEqual([
    { name: 'a', type: 'icmp', host: '192.0.2.1', 'startup-delay': '5m', settle: { down: '1/1', up: '1/1' } },
  ]);
});

test.each([
  ['# by RouterOS 7.19.4', undefined, 'as in RouterOS 7.19.4'],
  ['# by RouterOS 7.20', '1m', 'as in RouterOS 7.20'],
  ['', undefined, 'the export names no version'],
])('the interval of simple depends on the version: %s', (header, interval, why) => {
  const text = `${header}\n${netwatch('add host=192.0.2.1 name=a')}`;
  expect(checks(text)[0]?.['interval']).toBe(interval);
  expect(notes(text).join('\n')).toContain(`a: no interval is given, ${interval ?? '10s'} is used (${why})`);
});

test('an older major version is said to have defaults of its own', () => {
  expect(notes(`# by RouterOS 6.49.10\n${netwatch()}`)[1]).toMatch(/defaults of RouterOS 7 are used/);
});

test('export verbose writes every default; nothing is left over', () => {
  const row =
    'add comment="" disabled=no down-script="" early-failure-detection=no early-success-detection=no host=192.0.2.1 ' +
    'ignore-initial-down=no ignore-initial-up=no interval=10s name=a packet-count=10 packet-interval=50ms packet-size=54 ' +
    'src-address=:: start-delay=3s startup-delay=5m test-script="" thr-avg=100ms thr-jitter=1s thr-loss-count=4294967295 ' +
    'thr-loss-percent=85.0% thr-max=1s thr-stdev=250ms timeout=3s ttl=255 accept-icmp-time-exceeded=no type=icmp up-script=""';
  const imported = importRouteros(netwatch(row));
  expect(imported.untranslated).toEqual([]);
  expect(imported.notes).toEqual([]);
  expect(Object.keys(checks(netwatch(row))[0] ?? {})).toEqual(['name', 'type', 'host', 'startup-delay', 'settle']);
});

test('export terse has the menu on every line', () => {
  const text = '/tool netwatch add host=192.0.2.1 name=a\n/tool netwatch add host=192.0.2.2 name=b\n';
  expect(checks(text).map((check) => check['name'])).toEqual(['a', 'b']);
});

test('set, enable, disable and remove change the rows before them', () => {
  const text = netwatch(
    'add host=192.0.2.1 name=a disabled=yes',
    'add host=192.0.2.2 name=b',
    'add host=192.0.2.3 name=c',
    'enable [find name=a]',
    'disable 1',
    'set [ find where host=192.0.2.3 name=c ] timeout=1s',
    'remove b',
    'set 1 comment=third',
    'set 7 comment=none',
    'set [find name~"a"] comment=none',
    'move 0 1',
  );
  expect(checks(text)).toMatchObject([{ name: 'a' }, { name: 'c', timeout: '1s', comment: 'third' }]);
  expect(checks(text)[0]).not.toHaveProperty('disabled');
  expect(importRouteros(text).untranslated.map((piece) => `${piece.line}: ${piece.reason}`)).toEqual([
    '10: no row of this export matches',
    '11: expected [ find key=value ] or the number of a row of this export',
    '12: expected add, set, enable, disable or remove',
  ]);
  expect(notes(text)).toContain('8: the row of line 3 is removed here, it is left out');
});

test('names come from name, comment or host and are made unique', () => {
  const text = netwatch(
    'add host=h name=a',
    'add host=h name=a',
    'add host=h comment="a\\r\\nb "',
    'add host=h',
    'add host=h name=a-2',
  );
  expect(checks(text).map((check) => check['name'])).toEqual(['a', 'a-2', 'a b', 'h', 'a-2-2']);
});

test('routing tables become devices, zones stay', () => {
  const hosts = [
    '192.0.2.1@isp2',
    '192.0.2.1@main',
    '2001:db8::1@v',
    'fe80::1%ether1',
    '192.0.2.1@a-very-long-table-name',
  ];
  const imported = importRouteros(netwatch(...hosts.map((host, i) => `add host=${host} name=n${i}`)));
  expect((imported.config['watch'] as object[]).map((check) => ({ ...check }))).toMatchObject([
    { host: '192.0.2.1', device: 'isp2' },
    { host: '192.0.2.1' },
    { host: '2001:db8::1', device: 'v' },
    { host: 'fe80::1%ether1' },
    { host: '192.0.2.1' },
  ]);
  expect(imported.untranslated).toMatchObject([{ item: 'n4', text: 'host=192.0.2.1@a-very-long-table-name' }]);
});

test('two bots in one chat are two receivers, the same bot is one', () => {
  const send = (token: string) =>
    `"/tool fetch url=\\"https://api.telegram.org/bot${token}/sendMessage\\\\\\?chat_id=5&text=x\\""`;
  const text = netwatch(
    `add host=h name=a down-script=${send('111:aaaaaaaaaa')} up-script=${send('111:aaaaaaaaaa')}`,
    `add host=h name=b down-script=${send('222:bbbbbbbbbb')}`,
  );
  const imported = importRouteros(text);
  expect(imported.config).toMatchObject({
    watch: [
      { up: [{ notify: 'telegram-5' }], down: [{ notify: 'telegram-5' }] },
      { down: [{ notify: 'telegram-5-2' }] },
    ],
    notify: {
      'telegram-5': { telegram: { chat: '5', 'token-file': '/run/secrets/telegram-5' } },
      'telegram-5-2': { telegram: { chat: '5', 'token-file': '/run/secrets/telegram-5-2' } },
    },
  });
  expect(JSON.stringify(imported)).not.toMatch(/aaaa|bbbb/);
});

test('an action that names a comment which no route has is noted', () => {
  const rows = netwatch('add host=h name=a down-script="/ip route disable [find comment=X]"');
  expect(notes(rows)).toContain(
    '2: an action names the routes with the comment X: the export holds no routes to compare',
  );
  const route = '/ip route\nadd comment=Y gateway=192.0.2.1\n';
  expect(notes(route + rows)).toContain(
    '4: an action names the routes with the comment X: no route of this export has it',
  );
});

test('the router has the name that was asked for', () => {
  const rows = netwatch('add host=h name=a down-script="/ip firewall connection remove [find]"');
  expect(importRouteros(rows, { router: 'edge' }).config).toMatchObject({
    watch: [{ down: [{ routeros: { router: 'edge', do: 'remove-connections' } }] }],
    routers: [{ name: 'edge', 'dry-run': true }],
  });
});

test('errors of the export are in the list with line and column', () => {
  expect(importRouteros('/tool netwatch\nadd host=h name="a\nwhat is this\n').untranslated).toMatchObject([
    { line: 2, item: 'column 17', reason: 'expected a closing "' },
    { line: 3, text: 'what is this', reason: 'expected add, set, enable, disable or remove' },
  ]);
});

test('a large export takes no more than a moment', () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `add host=192.0.2.1 name=same comment="c${i}"`);
  expect(checks(netwatch(...rows, 'set [find] timeout=1s')).at(-1)).toMatchObject({
    name: 'same-5000',
    timeout: '1s',
  });
});

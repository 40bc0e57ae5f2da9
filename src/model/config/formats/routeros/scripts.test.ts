import fc from 'fast-check';
import { expect, test } from 'vitest';
import { translateScript } from './scripts.ts';

const known = new Map([
  ['host', '192.0.2.1'],
  ['status', 'down'],
]);
const translate = (source: string) => translateScript(source, known);
const actions = (source: string) => {
  const { steps, untranslated } = translate(source);
  expect(untranslated).toEqual([]);
  return steps.map((step) => step.action);
};
const reasons = (source: string) => {
  const { steps, untranslated } = translate(source);
  expect(steps).toEqual([]);
  return untranslated.map((piece) => piece.reason);
};

test.each([
  '/ip route disable [find comment=X]',
  '/ip/route/disable [find where comment="X"]',
  'ip route disable [ find comment="X" ]',
  '/ip route disable numbers=[/ip route find comment=X]',
  '/ip route set [find comment=X] disabled=yes',
  '/ip route\r\ndisable [find comment=X]',
  '/ip/route; set [find comment=X] disabled=yes',
  '{ /ip route disable [find comment=X] }',
  ':local c "X"; /ip route disable [find comment=X]',
])('a route is disabled: %s', (source) => {
  expect(actions(source)).toEqual([{ kind: 'disable-route', comment: 'X' }]);
});

test('distance and disabled may be set together', () => {
  expect(actions('/ip route set [find comment="To ISP2"] distance=5 disabled=no')).toEqual([
    { kind: 'set-route-distance', comment: 'To ISP2', distance: 5 },
    { kind: 'enable-route', comment: 'To ISP2' },
  ]);
});

test.each([
  [':log warning "is \\"down\\" for 5\\$"', 'warning', 'is "down" for 5$'],
  ['/log info message="a;b"', 'info', 'a;b'],
  ['log error down', 'error', 'down'],
  [':log debug "$host is $status"', 'debug', '192.0.2.1 is down'],
  [':log info ("$host (" . $host . ") is ".$status)', 'info', '192.0.2.1 (192.0.2.1) is down'],
  [':local isp "One"; :set isp "Two"; :log info "$isp"', 'info', 'Two'],
])('a log line: %s', (source, level, message) => {
  expect(actions(source)).toEqual([{ kind: 'log', level, message }]);
});

test('delays add up for what follows', () => {
  const { steps, notes } = translate(
    ':log info a; :delay 5s; :log info b\n:delay 500ms\n:delay 1\n/ip firewall connection remove [find]; :delay 1m',
  );
  expect(steps.map((step) => step.delayMs)).toEqual([0, 5000, 6500]);
  expect(steps[2]?.action).toEqual({ kind: 'remove-connections' });
  expect(notes).toEqual(['a :delay that no translated action follows has no effect']);
});

test.each([
  '/tool fetch url="https://api.telegram.org/bot12345:abcDEF/sendMessage\\?chat_id=-100&text=ISP%201+down" keep-result=no',
  '/tool/fetch mode=https url=("https://api.telegram.org/bot" . "12345:abcDEF" . "/sendMessage") http-method=post http-data="chat_id=-100&text=ISP 1 down"',
  ':local t "12345:abcDEF"; /tool fetch url="https://api.telegram.org/bot$t/sendMessage" http-data="{\\"chat_id\\":-100,\\"text\\":\\"ISP 1 down\\"}"',
])('a Telegram message: %s', (source) => {
  expect(actions(source)).toEqual([{ kind: 'telegram', token: '12345:abcDEF', chat: '-100', text: 'ISP 1 down' }]);
});

test('a mail, and what of it is not taken over', () => {
  const { steps, notes, untranslated } = translate(
    '/tool e-mail send to=a@example.org subject="$host" body=down password=x',
  );
  expect(steps[0]?.action).toEqual({ kind: 'email', to: 'a@example.org', subject: '192.0.2.1', body: 'down' });
  expect(untranslated).toEqual([]);
  expect(notes).toEqual(['password= of the e-mail is not taken over; the receiver has its own settings']);
});

test('scripts on the router are run there', () => {
  expect(actions('/system script run a; /system/script/run [find name="b c"]')).toEqual([
    { kind: 'run-script', script: 'a' },
    { kind: 'run-script', script: 'b c' },
  ]);
});

test.each([
  [':if ($status = "down") do={ /ip route disable [find comment=X] }', 'this command has no counterpart'],
  ['/ip route disable 0', 'row numbers change; expected [find comment=…]'],
  ['/ip route disable [find comment~"X"]', 'expected [find comment=…] with one constant comment and nothing else'],
  ['/ip route disable [find comment=$c]', 'expected [find comment=…] with one constant comment and nothing else'],
  [
    '/ip route disable [find comment=X dst-address=0.0.0.0/0]',
    'expected [find comment=…] with one constant comment and nothing else',
  ],
  [
    '/ip route disable [/interface find comment=X]',
    'expected [find comment=…] with one constant comment and nothing else',
  ],
  ['/ip route set [find comment=X] gateway=1.1.1.1', 'of a route only distance (1 to 255) and disabled can be set'],
  ['/ip firewall connection remove [find protocol=tcp]', 'expected [find] without conditions: all connections'],
  [':log info $since', '$since is not known before a run'],
  [':log info ($a + 1)', '($a + 1) is not known before a run'],
  ['/tool fetch url="https://example.org/"', 'only calls of api.telegram.org sendMessage are translated'],
  [':global token', 'a variable from elsewhere is not known before a run'],
  [':log info "open', 'expected a closing "'],
])('left as it stands: %s', (source, reason) => expect(reasons(source)).toEqual([reason]));

test('a menu that is left no longer decides what a word means', () => {
  expect(reasons('/ip route\n/interface\ndisable [find comment=X]')).toHaveLength(2);
});

test('a variable that an untranslated piece may change is unknown after it', () => {
  const { untranslated } = translate(':local c "X"; :if ($a) do={ :set c "Y" }; :log info $c');
  expect(untranslated.map((piece) => piece.reason)).toEqual([
    'this command has no counterpart',
    '$c is not known before a run',
  ]);
});

test('what an untranslated piece uses is shown with it', () => {
  expect(translate(':local limit 5; :if ($a > $limit) do={ :beep }').untranslated).toEqual([
    {
      text: ':if ($a > $limit) do={ :beep }',
      reason: 'this command has no counterpart (defined before: :local limit 5)',
    },
  ]);
});

test('secrets are masked in what is left', () => {
  const { untranslated } = translate(
    '/tool fetch url="https://api.telegram.org/bot123456789:AAFAKEfakeFAKE/getMe"; /x password="a b" token=c; /tool fetch url="https://u:pw@h/"',
  );
  expect(untranslated.map((piece) => piece.text)).toEqual([
    '/tool fetch url="https://api.telegram.org/bot<token>/getMe"',
    '/x password=<secret> token=<secret>',
    '/tool fetch url="https://u:<secret>@h/"',
  ]);
});

test('any text is read without throwing', () => {
  const piece = fc.constantFrom(
    '/ip route ',
    'disable ',
    '[find ',
    'comment=X',
    ']',
    ':log info ',
    '"',
    '$',
    '\\',
    '\n',
    ';',
    '{',
    '}',
    '(',
    ')',
    ':delay ',
    '#',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 4 }))), (parts) => {
      const { steps, untranslated } = translate(parts.join(''));
      expect(steps.length + untranslated.length).toBeLessThanOrEqual(2 * parts.join('').length);
    }),
    { numRuns: 500 },
  );
});

test('deep nesting and long scripts neither overflow nor take long', () => {
  expect(translate('{'.repeat(50_000) + '}'.repeat(50_000)).untranslated).toHaveLength(1);
  expect(translate('a-'.repeat(100_000)).untranslated).toHaveLength(1);
});

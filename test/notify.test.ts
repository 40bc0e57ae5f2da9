import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test, vi } from 'vitest';
import { startBotApi } from '../src/act/notify/telegram-api.fixture.ts';
import { startHttpServer } from '../src/act/testing/http-server.ts';
import type { ApiIncident, ApiReceiver, ApiReceiverTest } from '../src/model/index.ts';
import { api, cleanUp, cli, folder, quick, start, webServer } from './support/rig.ts';

/** One watcher, one outage, and every channel against a local service that speaks as the real one does. */

const ends: (() => unknown)[] = [];
afterEach(async () => {
  await cleanUp();
  for (const end of ends.splice(0)) await end();
});

const secrets = {
  slack: 'hook-secret-of-slack',
  discord: 'token-of-discords-webhook',
  teams: 'signature-of-teams-flow',
  topic: 'topic-nobody-would-guess',
  pagerduty: 'routing-key-0123456789abcdef0123',
  sms: 'auth-token-of-the-gateway',
  bot: '123456:AAtoken-of-the-bot',
  mail: 'password-of-the-mailbox',
  webhook: 'key-that-signs-webhooks',
};

async function services() {
  const answers: Record<string, [status: number, body: string]> = {
    slack: [200, 'ok'],
    discord: [200, '{"id": "1234567890"}'],
    teams: [202, ''],
    ntfy: [200, '{"id": "x"}'],
    v2: [202, '{"status": "success"}'],
    '2010-04-01': [201, '{"sid": "SM1"}'],
    push: [200, '{"ok": true}'],
    hook: [204, ''],
  };
  const web = await startHttpServer(({ url }, response) => {
    const [status, body] = answers[url.split(/[/?]/)[1] ?? ''] ?? [404, 'nothing here'];
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  const bot = await startBotApi(secrets.bot);
  const mails: string[] = [];
  const mail = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    closeTimeout: 100,
    onAuth: ({ password, username = '' }, _, callback) =>
      password === secrets.mail ? callback(null, { user: username }) : callback(new Error('no')),
    onData(stream, _, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString());
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => {
    mail.listen(0, '127.0.0.1', () => resolve());
  });
  ends.push(
    () => web.stop(),
    () => bot.stop(),
    () => new Promise<void>((resolve) => mail.close(() => resolve())),
  );
  const { port } = mail.server.address() as AddressInfo;
  const to = (first: string) => web.received.filter(({ url }) => url.split(/[/?]/)[1] === first);
  return { web, bot, mails, port, to };
}

test(
  'an outage is told over every channel, acknowledged in Telegram, and its end told to all',
  { timeout: 60_000 },
  async () => {
    const { web, bot, mails, port, to } = await services();
    const cwd = folder();
    const file = (name: string, text: string) => {
      writeFileSync(join(cwd, name), `${text}\n`, { mode: 0o600 });
      return join(cwd, name);
    };
    let healthy = true;
    const site = await webServer(() => ({ status: healthy ? 200 : 500, body: '' }));
    ends.push(() => site.close());
    file(
      'quorumwatch.yaml',
      `watch:
  - { name: shop, type: http-get, host: 127.0.0.1, port: ${site.port}, ${quick}, down: [{ notify: ops }] }
server: { public-url: "https://watch.example" }
notify:
  ops:
    email: { host: 127.0.0.1, port: ${port}, tls: none, user: watch, password-file: ${file('mail', secrets.mail)}, from: watch@example.org, to: ops@example.org }
    telegram: { chat: "-100", token-file: ${file('bot', secrets.bot)}, api-root: "${bot.url}" }
    slack: { url-file: ${file('slack', `${web.url}/slack/T0/B0/${secrets.slack}`)} }
    discord: { url-file: ${file('discord', `${web.url}/discord/1/${secrets.discord}`)} }
    teams: { url-file: ${file('teams', `${web.url}/teams/invoke?sig=${secrets.teams}`)} }
    ntfy: { server: "${web.url}/ntfy", topic-file: ${file('topic', secrets.topic)} }
    pagerduty: { routing-key-file: ${file('pagerduty', secrets.pagerduty)}, api-root: "${web.url}" }
    sms: { gateway: twilio, account: AC1, from: Watch, to: "+491701234567", secret-file: ${file('sms', secrets.sms)}, url: "${web.url}/2010-04-01/Accounts/\${account}/Messages.json" }
    webhook: { url: "${web.url}/hook", secret-file: ${file('webhook', secrets.webhook)} }
    http: { url: "${web.url}/push/\${incident}", body: '{"title": "\${headline}", "since": "\${since}"}', success: { json-path: "$.ok", equals: true } }
`,
    );
    const watcher = start(cwd);
    const ready = await watcher.ready;
    const { get, call } = api(ready);
    await watcher.until({ shop: 'up' });
    healthy = false;
    await watcher.until({ shop: 'down' });
    const others = ['slack', 'discord', 'teams', 'ntfy', 'v2', '2010-04-01', 'push', 'hook'];
    const told = (times: number) =>
      vi.waitFor(
        () => {
          expect(Object.fromEntries(others.map((name) => [name, to(name).length]))).toEqual(
            Object.fromEntries(others.map((name) => [name, expect.toSatisfy((count: number) => count >= times)])),
          );
          expect([mails.length, bot.of('sendMessage').length]).toEqual([times, times]);
        },
        { timeout: 15_000 },
      );
    await told(1);
    expect(mails[0]).toMatch(/^Subject: \[FIRING\] shop is down/m);
    expect(JSON.parse(to('push')[0]?.body ?? '')).toMatchObject({ title: 'FIRING: shop is down' });
    expect(to('2010-04-01')[0]?.body).toContain('To=%2B491701234567&From=Watch&Body=FIRING');
    expect(to('slack')[0]?.body).toContain('https://watch.example/incidents/1#acknowledge');

    const { items } = await get<{ items: ApiReceiver[] }>('/receivers');
    await vi.waitFor(async () => {
      const [ops] = (await get<{ items: ApiReceiver[] }>('/receivers')).items;
      expect(ops?.last).toMatchObject({ message: 'firing', outcome: 'done' });
      expect(ops?.channels.map(({ last }) => last?.outcome)).toEqual(Array.from({ length: 10 }, () => 'done'));
    });
    expect(items.map(({ name }) => name)).toEqual(['ops']);

    const markup = bot.of('sendMessage')[0]?.['reply_markup'] as
      | { inline_keyboard: { callback_data: string }[][] }
      | undefined;
    const [[button] = []] = markup?.inline_keyboard ?? [];
    bot.press({ data: button?.callback_data ?? '', from: { id: 7, first_name: 'Alice', username: 'alice' } });
    await vi.waitFor(
      async () => {
        const incident = await get<ApiIncident>('/incidents/1');
        expect(incident.acknowledged?.by).toBe('Alice (Telegram @alice)');
        expect(bot.of('editMessageText')).toHaveLength(1);
        expect(to('v2').map(({ body }) => (JSON.parse(body) as { event_action: string }).event_action)).toEqual([
          'trigger',
          'acknowledge',
        ]);
      },
      { timeout: 10_000 },
    );

    healthy = true;
    await watcher.until({ shop: 'up' });
    await told(2);
    expect(mails[1]).toMatch(/^Subject: \[RESOLVED\] shop is down/m);
    expect(bot.of('sendMessage')[1]).toMatchObject({ reply_parameters: { message_id: 1 } });
    // Discord changes the first message as well.
    expect(to('discord').map(({ method }) => method)).toContain('PATCH');

    const tried = await call('POST', '/receivers/ops/test');
    expect(tried.body).toMatchObject({ receiver: 'ops', ok: true });
    expect((tried.body as ApiReceiverTest).channels).toHaveLength(10);
    const asked = ['--url', ready.url, '--token-file', ready.tokenFile];
    const again = await cli(cwd, 'notify', 'test', 'nobody', ...asked);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('there is no receiver nobody')]);
    const listed = await cli(cwd, 'notify', 'list', '--json', ...asked);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ name: 'ops' }]);
    expect(await watcher.stop()).toBe(0);

    const kept = readdirSync(join(cwd, 'quorumwatch-data'), { recursive: true, encoding: 'utf8' })
      .map((name) => join(cwd, 'quorumwatch-data', name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'latin1'))
      .join('\n');
    const said = [kept, watcher.stderr, JSON.stringify(watcher.events), listed.stdout, JSON.stringify(tried.body)].join(
      '\n',
    );
    for (const [name, secret] of Object.entries(secrets)) expect(said.includes(secret), name).toBe(false);
  },
);

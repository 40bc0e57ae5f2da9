import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../platform/index.ts';
import { sampleBody } from '../testing/sample.ts';
import { email } from './email.ts';
import { renderMessage } from './message.ts';

const servers: SMTPServer[] = [];
afterEach(async () => {
  delete process.env['QW_TEST_MAIL'];
  for (const server of servers.splice(0)) await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function start(options: SMTPServerOptions): Promise<{ port: number; mails: string[] }> {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 100,
    onData(stream, _, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString());
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return { port: (server.server.address() as AddressInfo).port, mails };
}

const schema = z.strictObject(email.options);
const send = (
  given: Record<string, unknown>,
  message = renderMessage('1.0', sampleBody()),
  signal = new AbortController().signal,
) => {
  const options = {
    host: '127.0.0.1',
    tls: 'none',
    from: 'Watch <watch@example.org>',
    to: ['a@example.org', 'b@example.org'],
    ...given,
  };
  return email.send(message, schema.parse(options), {
    clock: systemClock,
    signal,
    warn: () => {},
    delivered: new Set(),
  });
};
const header = (mail: string | undefined, name: string) =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(mail ?? '')?.[1]?.replaceAll(/\r\n[ \t]+/g, ' ');

test('firing and resolved form one thread, and a repetition has the same Message-ID', async () => {
  const { port, mails } = await start({ disabledCommands: ['STARTTLS', 'AUTH'] });
  const firing = renderMessage('1.0', sampleBody());
  const resolved = renderMessage('9.0', sampleBody({ message: 'resolved' }));
  expect(await send({ port }, firing)).toEqual({
    outcome: 'done',
    text: '127.0.0.1 took the mail for 2 of 2 recipients',
  });
  await send({ port }, resolved);
  await send({ port }, firing);
  const [first, second, third] = mails;
  expect(header(first, 'Subject')).toBe('[FIRING] google-dns is down');
  expect(header(second, 'Subject')).toBe('[RESOLVED] google-dns is down');
  expect(header(first, 'References')).toBe(header(second, 'References'));
  expect(header(first, 'Message-ID')).not.toBe(header(second, 'Message-ID'));
  expect(header(first, 'Message-ID')).toBe(header(third, 'Message-ID'));
  expect(header(first, 'From')).toBe('Watch <watch@example.org>');
  expect(first).toContain('text/html');
});

test('a name cannot add headers or markup', async () => {
  const { port, mails } = await start({ disabledCommands: ['STARTTLS', 'AUTH'] });
  const body = sampleBody();
  const title = 'x\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script>\u202e';
  await send({ port }, renderMessage('1.0', { ...body, incident: { ...body.incident, title } }));
  expect(header(mails[0], 'Bcc')).toBeUndefined();
  expect(header(mails[0], 'Subject')).toBe('[FIRING] x Bcc: victim@example.org <script>alert(1)</script>');
  expect(mails[0]).toContain('&lt;script&gt;');
  expect(schema.safeParse({ host: 'a', from: 'a@b\r\nBcc: c@d', to: 'a@b' }).success).toBe(false);
});

test('what the server refuses for good fails, what may pass later is tried again', async () => {
  const refuse = (code: number, text: string) =>
    start({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_, __, callback) => callback(Object.assign(new Error(text), { responseCode: code })),
    });
  expect((await send({ port: (await refuse(550, 'no such user')).port })).outcome).toBe('failed');
  expect((await send({ port: (await refuse(451, 'greylisted')).port })).outcome).toBe('retry');
  const some = await start({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: (address, _, callback) =>
      callback(address.address.startsWith('b') ? Object.assign(new Error('gone'), { responseCode: 550 }) : null),
  });
  expect(await send({ port: some.port })).toEqual({
    outcome: 'done',
    text: '127.0.0.1 took the mail for 1 of 2 recipients; it refused b@example.org',
  });
});

test('a dropped connection, a silent stop and nobody there are tried again', async () => {
  const dropping = await start({
    onConnect: (session, callback) => {
      callback(Object.assign(new Error('busy'), { responseCode: 421 }));
      void session;
    },
  });
  expect((await send({ port: dropping.port })).outcome).toBe('retry');
  const controller = new AbortController();
  const silent = await start({ onConnect: () => controller.abort() });
  expect((await send({ port: silent.port }, renderMessage('1.0', sampleBody()), controller.signal)).outcome).toBe(
    'retry',
  );
  expect((await send({ port: 1 })).outcome).toBe('retry');
});

test('nothing is sent over STARTTLS to a certificate that nobody vouches for, nor in clear where TLS is wanted', async () => {
  const selfSigned = await start({});
  const result = await send({ port: selfSigned.port, tls: 'starttls' });
  expect(result.outcome).toBe('retry');
  expect(result.text).toMatch(/self.signed|certificate/i);
  const clear = await start({ disabledCommands: ['STARTTLS'] });
  expect((await send({ port: clear.port, tls: 'starttls' })).outcome).not.toBe('done');
  expect([...selfSigned.mails, ...clear.mails]).toEqual([]);
});

test('logs in with the password, and never shows it when that fails', async () => {
  process.env['QW_TEST_MAIL'] = 'mail-password';
  const logins: unknown[] = [];
  const good = await start({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _, callback) => {
      logins.push([auth.username, auth.password]);
      callback(null, { user: auth.username ?? '' });
    },
  });
  const login = { user: 'watch', password: '${QW_TEST_MAIL}' };
  expect((await send({ port: good.port, ...login })).outcome).toBe('done');
  expect(logins).toEqual([['watch', 'mail-password']]);
  const bad = await start({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _, callback) => callback(new Error(`${auth.password ?? ''} is wrong`)),
  });
  const refused = await send({ port: bad.port, ...login });
  expect(refused.outcome).toBe('retry');
  expect(refused.text).not.toContain('mail-password');
  expect(refused.text).toContain('[secret]');
  const echoing = await start({
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth: (auth, _, callback) => {
      const plain = Buffer.from(`\0${auth.username ?? ''}\0${auth.password ?? ''}`).toString('base64');
      callback(new Error(`AUTH PLAIN ${plain} and ${Buffer.from(auth.password ?? '').toString('base64')}`));
    },
  });
  const echoed = await send({ port: echoing.port, ...login });
  expect(echoed.text).toMatch(/AUTH PLAIN \[secret\]=* and \[secret\]/);
});

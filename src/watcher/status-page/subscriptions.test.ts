import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Configuration } from '../../model/index.ts';
import { ManualClock, nodeDisk, silentLog } from '../../platform/index.ts';
import type { StatusWorld } from '../../report/index.ts';
import { world as made } from '../../report/status-page/world.fixture.ts';
import { answerSubscription } from './answer-subscription.ts';
import { SubscriberFile } from './subscriber-file.ts';
import { Subscriptions } from './subscriptions.ts';

/** Against a real mail server and a real place that takes webhooks. */

const folder = () => mkdtempSync(join(tmpdir(), 'qw-subscribers-'));
let directory = '';
let mails: { to: string; text: string }[] = [];
let refuse = false;
let smtp: SMTPServer;
let web: Server;
let posts: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
let echo = true;
let world: StatusWorld = made;
let privateAddresses = true;
let clock: ManualClock;
const running: Subscriptions[] = [];

beforeEach(async () => {
  directory = folder();
  [mails, posts, refuse, echo, world, privateAddresses] = [[], [], false, true, { ...made, incidents: [] }, true];
  clock = new ManualClock(made.now);
  smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refuse) return done(Object.assign(new Error('not now'), { responseCode: 451 }));
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        mails.push({ to, text: decoded(Buffer.concat(chunks).toString('utf8')) });
        done();
      });
    },
  });
  web = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      posts.push({ path: request.url ?? '', headers: request.headers, body });
      const { challenge } = JSON.parse(body) as { challenge?: string };
      response
        .writeHead(request.url === '/gone' && challenge === undefined ? 410 : 200)
        .end(echo ? challenge : 'hello');
    });
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const one of running.splice(0)) await settled(one);
  await new Promise<void>((resolve) => smtp.close(resolve));
  await new Promise((resolve) => web.close(resolve));
  rmSync(directory, { recursive: true });
});

/** Headers on one line each, and the text as people read it. */
function decoded(mail: string): string {
  const [, head = '', body = ''] = /^([^]*?)\r\n\r\n([^]*)$/.exec(mail) ?? [];
  const text = /^content-transfer-encoding: base64/im.test(head)
    ? Buffer.from(body, 'base64').toString('utf8')
    : body.replaceAll('=\r\n', '').replaceAll('=3D', '=');
  return `${head.replaceAll(/\r\n[ \t]+/g, ' ')}\n\n${text}`;
}

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

function configuration(): Configuration {
  const smtpPort = portOf(smtp.server);
  const email = { host: '127.0.0.1', port: smtpPort, tls: 'none', from: 'status@example.org', to: 'ops@example.org' };
  return {
    notify: { ops: { email } },
    'status-page': { subscribe: { mail: 'ops', webhooks: true, 'private-addresses': privateAddresses } },
  } as unknown as Configuration;
}

async function open(): Promise<Subscriptions> {
  const subscriptions = new Subscriptions({
    clock,
    log: silentLog,
    file: await SubscriberFile.open(nodeDisk, join(directory, 'subscribers.json')),
    configuration,
    signal: new AbortController().signal,
    world: () => world,
    isOver: () => false,
  });
  running.push(subscriptions);
  return subscriptions;
}

async function settled(subscriptions: Subscriptions): Promise<void> {
  // What is done begins the next.
  for (let round = 0; round < 5; round++) await subscriptions.idle();
}

const ask = (subscriptions: Subscriptions, form: Record<string, string>, source = '192.0.2.1') =>
  answerSubscription(subscriptions, world, {
    isPost: true,
    query: new URLSearchParams(),
    form: new URLSearchParams(form),
    source,
  });
const follow = (subscriptions: Subscriptions, link: string, isPost: boolean) =>
  answerSubscription(subscriptions, world, {
    isPost,
    query: new URL(link).searchParams,
    form: new URLSearchParams(isPost ? 'List-Unsubscribe=One-Click' : ''),
    source: '',
  });
const linkIn = (text: string | undefined) =>
  /https:\/\/status\.example\.org\/status\/subscription\?[\w=.-]+/.exec(text ?? '')?.[0] ?? '';

async function announced(subscriptions: Subscriptions, incidents: StatusWorld['incidents']): Promise<void> {
  world = { ...world, incidents };
  await subscriptions.announce(world);
  await settled(subscriptions);
}
const opened = made.incidents.slice(0, 1);
const over = opened.map((one) => ({
  ...one,
  status: 'resolved' as const,
  resolvedAt: made.now,
  updates: [...one.updates, { id: `${one.id}-9`, at: made.now, status: 'resolved' as const }],
}));

describe('by mail', () => {
  test('nothing is sent without a confirmation, and the end comes to whom the beginning came', async () => {
    const subscriptions = await open();
    expect((await ask(subscriptions, { mail: 'ann@example.org', language: 'ko' })).status).toBe(200);
    await settled(subscriptions);
    expect(mails.map(({ to }) => to)).toEqual(['ann@example.org']);
    await announced(subscriptions, made.incidents.slice(1));
    expect(mails).toHaveLength(1);

    const link = linkIn(mails[0]?.text);
    const question = await follow(subscriptions, link, false);
    expect(question.html).toContain('구독');
    expect(question.html).toMatch(/<form method="post" action="subscription\?confirm=/);
    await announced(subscriptions, made.incidents.slice(1));
    expect(mails).toHaveLength(1);
    expect((await follow(subscriptions, link, true)).status).toBe(200);

    await announced(subscriptions, opened);
    await announced(subscriptions, over);
    expect(mails.slice(1).map(({ to }) => to)).toEqual(['ann@example.org', 'ann@example.org', 'ann@example.org']);
    const leave = linkIn(mails[1]?.text);
    expect(mails[1]?.text).toContain(`List-Unsubscribe: <${leave}>`);
    expect(mails[1]?.text).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');

    expect((await follow(subscriptions, leave, true)).status).toBe(200);
    expect(readFileSync(join(directory, 'subscribers.json'), 'utf8')).not.toContain('ann@');
    expect((await follow(subscriptions, leave, true)).status).toBe(404);
    await announced(subscriptions, [
      { ...opened[0]!, id: '99', updates: [{ id: '99-0', at: made.now, status: 'investigating' }] },
    ]);
    expect(mails).toHaveLength(4);
  });

  test('the answer does not say who is subscribed, and nobody is asked again and again', async () => {
    const subscriptions = await open();
    const answers = new Set<string>();
    for (let time = 0; time < 5; time++) answers.add((await ask(subscriptions, { mail: 'bob@example.org' })).html);
    await settled(subscriptions);
    expect(mails).toHaveLength(3);
    await follow(subscriptions, linkIn(mails[0]?.text), true);
    answers.add((await ask(subscriptions, { mail: 'bob@example.org' })).html);
    answers.add((await ask(subscriptions, { mail: 'nobody@example.org' })).html);
    expect(answers.size).toBe(1);
  });

  test('one place cannot ask without end', async () => {
    const subscriptions = await open();
    const statuses: number[] = [];
    for (let time = 0; time < 25; time++)
      statuses.push((await ask(subscriptions, { mail: `p${time}@example.org` })).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    expect((await ask(subscriptions, { mail: 'z@example.org' }, '192.0.2.2')).status).toBe(200);
    await settled(subscriptions);
  });

  test.each([
    '',
    'x',
    'a@b',
    'a b@example.org',
    'a@example.org\r\nBcc: c@example.org',
    'a@example.org,b@example.org',
    `${'a'.repeat(300)}@example.org`,
  ])('%j is no address', async (mail) => {
    const subscriptions = await open();
    expect((await ask(subscriptions, { mail })).status).toBe(400);
    expect(mails).toEqual([]);
  });

  test('a link that is not ours does nothing', async () => {
    const subscriptions = await open();
    await ask(subscriptions, { mail: 'ann@example.org' });
    await settled(subscriptions);
    const link = linkIn(mails[0]?.text);
    const forged = [
      link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      link.replace('confirm=', 'leave='),
      `${link.split('=')[0]}=`,
    ];
    for (const one of forged) {
      for (const isPost of [false, true]) expect((await follow(subscriptions, one, isPost)).status).toBe(404);
    }
  });

  test('what a mail server does not take is sent later, after a restart too, under the same name', async () => {
    const first = await open();
    await ask(first, { mail: 'ann@example.org' });
    await settled(first);
    await follow(first, linkIn(mails[0]?.text), true);
    refuse = true;
    await announced(first, opened);
    await announced(first, over);
    expect(mails).toHaveLength(1);
    refuse = false;
    const second = await open();
    second.pump();
    await settled(second);
    expect(mails.slice(1).map(({ text }) => /^Message-ID: <(.+)\..+@/im.exec(text)?.[1])).toEqual([
      '12-0',
      '12-4',
      '12-9',
    ]);
  });
});

describe('by webhook', () => {
  const subscribe = async (subscriptions: Subscriptions, path: string) => {
    const answer = await ask(subscriptions, { webhook: `http://127.0.0.1:${portOf(web)}${path}` });
    await settled(subscriptions);
    return answer;
  };

  test('who answers the challenge gets signed posts', async () => {
    const subscriptions = await open();
    expect((await subscribe(subscriptions, '/hook')).status).toBe(200);
    const { secret } = JSON.parse(posts[0]?.body ?? '') as { secret: string };
    await announced(subscriptions, opened);
    const [, post] = posts;
    expect(JSON.parse(post?.body ?? '')).toMatchObject({
      type: 'incident',
      page: { name: 'Acme Shop' },
      incident: { id: '12', name: 'Web shop, Payment: outage', status: 'investigating' },
      components: ['Web shop', 'Payment'],
    });
    const [, t = '', v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(post?.headers['x-quorumwatch-signature'])) ?? [];
    expect(v1).toBe(createHmac('sha256', secret).update(`${t}.${post?.body}`).digest('hex'));
    expect(JSON.parse(readFileSync(join(directory, 'subscribers.json'), 'utf8')).subscribers).toHaveLength(1);
  });

  test('who does not answer it gets nothing, and the page says the same', async () => {
    const subscriptions = await open();
    const good = await subscribe(subscriptions, '/hook');
    echo = false;
    const bad = await subscribe(subscriptions, '/other');
    expect(bad.html).toBe(good.html);
    await announced(subscriptions, opened);
    expect(posts.filter(({ path }) => path === '/other')).toHaveLength(1);
  });

  test('who is gone for good is erased', async () => {
    const subscriptions = await open();
    await subscribe(subscriptions, '/gone');
    await announced(subscriptions, opened);
    expect(readFileSync(join(directory, 'subscribers.json'), 'utf8')).not.toContain('/gone');
  });

  test('addresses that are not public are asked nothing unless that is allowed', async () => {
    privateAddresses = false;
    const subscriptions = await open();
    expect((await subscribe(subscriptions, '/hook')).status).toBe(200);
    expect(posts).toEqual([]);
  });

  test.each([
    'file:///etc/passwd',
    'ftp://example.org',
    'javascript:alert(1)',
    'http://user:password@example.org/',
    'example.org',
  ])('%s is no address', async (webhook) => {
    expect((await ask(await open(), { webhook })).status).toBe(400);
  });
});

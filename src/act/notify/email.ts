import { readFile } from 'node:fs/promises';
import type { NodemailerError } from 'nodemailer/lib/errors';
import { z } from 'zod';
import { host, messageOf } from '../../model/index.ts';
import { Confidential } from './confidential.ts';
import { sentence, type Notifier, type SendContext, type SendResult } from './notifier.ts';
import type { NotifierOptions } from './notifier-options.ts';
import { caFile, secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';

const connectMs = 10_000;
const totalMs = 60_000;

const mailbox = z
  .string()
  .max(320)
  .regex(
    /^([^<>\u0000-\u001f\u007f]*<[^<>@\s\u0000-\u001f\u007f]+@[^<>@\s\u0000-\u001f\u007f]+>|[^<>@,;\s\u0000-\u001f\u007f]+@[^<>@,;\s\u0000-\u001f\u007f]+)$/,
    'expected an address such as ops@example.org or Operations <ops@example.org>',
  )
  .meta({ examples: ['ops@example.org', 'Operations <ops@example.org>'] });

const options = {
  host: host().describe('The mail server.'),
  port: z.int().min(1).max(65_535).optional().describe('587 with starttls, 465 with tls, 25 with none by default.'),
  tls: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe('starttls and tls send nothing without encryption; none is for a server on this machine.'),
  'ca-file': caFile,
  user: z.string().min(1).optional().describe('Log in as this user.'),
  'password-file': secretFile('the password'),
  password: secretVariable('the password'),
  from: mailbox.describe('The sender.'),
  to: z.union([mailbox, z.array(mailbox).min(1).max(50)]).describe('One address or several.'),
};
const parsed = z.object(options);
const defaultPorts = { starttls: 587, tls: 465, none: 25 } as const;

/** A mail over SMTP; the mails of one incident form one thread. */
export const email: Notifier = {
  channel: 'email',
  summary: 'A mail over SMTP.',
  options,
  problem: (given) => {
    const login = given['user'] !== undefined;
    if (!login && (given['password-file'] ?? given['password']) !== undefined)
      return 'expected user beside the password';
    return secretProblem(given, 'password', login);
  },
  pace: { burst: 10, everyMs: 2000 },
  destination: (given) => {
    const { to } = parsed.parse(given, { reportInput: false });
    return Array.isArray(to) ? to.join(', ') : to;
  },
  send: ({ id, thread, subject, text, html }, given, context) =>
    sendMail({ id, thread: `incident.${thread}`, subject, text, html }, given, context),
};

/** A mail, whatever it is about. */
export interface Mail {
  /** The same for every try. */
  id: string;
  /** The same for all mails that belong together. */
  thread: string;
  subject: string;
  text: string;
  html?: string;
  /** Instead of those that the options name. */
  to?: readonly string[];
  headers?: Readonly<Record<string, string>>;
}

/** Sends once, through the server and from the sender that the options of the channel name. */
export async function sendMail(
  mail: Mail,
  given: NotifierOptions,
  context: Pick<SendContext, 'clock' | 'signal' | 'warn'>,
): Promise<SendResult> {
  const settings = parsed.parse(given, { reportInput: false });
  const confidential = new Confidential(context.warn);
  let began = false;
  const limit = new AbortController();
  const timer = context.clock.after(totalMs, () => limit.abort());
  let transport;
  try {
    const source = secretSource(settings['password-file'], settings.password);
    const pass = source ? await confidential.read(source) : '';
    // As PLAIN says it (RFC 4616), and as a server may repeat it.
    confidential.keep(`\0${settings.user ?? ''}\0${pass}`);
    const ca = settings['ca-file'] === undefined ? {} : { ca: await readFile(settings['ca-file'], 'utf8') };
    // Loaded with the first message: most watches never send one.
    const { createTransport } = await import('nodemailer');
    transport = createTransport({
      host: settings.host,
      port: settings.port ?? defaultPorts[settings.tls],
      secure: settings.tls === 'tls',
      requireTLS: settings.tls === 'starttls',
      ignoreTLS: settings.tls === 'none',
      tls: ca,
      ...(settings.user === undefined ? {} : { auth: { user: settings.user, pass } }),
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      dnsTimeout: connectMs,
      socketTimeout: connectMs,
      maxResponseSize: 65_536,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const domain = /@([^<>@\s]+?)>?$/.exec(settings.from)?.[1] ?? 'localhost';
    // Firing and resolved refer to a Message-ID that no mail has (RFC 5322 section 3.6.4): mail programs thread them below it.
    const thread = `<${mail.thread}@${domain}>`;
    const to = mail.to ?? [settings.to].flat();
    began = true;
    const info = await transport.sendMail({
      from: address(settings.from),
      to: to.map(address),
      subject: mail.subject,
      text: mail.text,
      ...(mail.html !== undefined && { html: mail.html }),
      messageId: `<${mail.id}@${domain}>`,
      inReplyTo: thread,
      references: thread,
      // RFC 3834: no holiday answers to this.
      headers: { ...mail.headers, 'Auto-Submitted': 'auto-generated', 'X-Quorumwatch-Id': mail.id },
      signal: AbortSignal.any([context.signal, limit.signal]),
    });
    const refused = info.rejected.length;
    const text = `${settings.host} took the mail for ${info.accepted.length} of ${to.length} recipients`;
    return {
      outcome: 'done',
      text: refused === 0 ? text : sentence(`${text}; it refused ${info.rejected.join(', ')}`),
    };
  } catch (error) {
    return began ? judge(settings.host, error, confidential) : notBegun(error, confidential);
  } finally {
    timer.cancel();
    transport?.close();
  }
}

function address(text: string): { name: string; address: string } {
  const [, name = '', inner] = /^(.*)<([^<>]+)>$/.exec(text) ?? [];
  return { name: name.trim().replaceAll(/^"|"$/g, ''), address: inner ?? text };
}

/** Before these were over no mail was handed to the server. */
const earlyFailures: ReadonlySet<string> = new Set([
  'EDNS',
  'ETLS',
  'EAUTH',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
]);

function judge(server: string, error: unknown, confidential: Confidential): SendResult {
  const failure = (error instanceof Error ? error : {}) as Partial<NodemailerError> & {
    originalCode?: string;
    timeoutType?: string;
  };
  const { code = '', originalCode = '', timeoutType = '', responseCode = 0 } = failure;
  const text = sentence(confidential.hide(`${server}: ${messageOf(error)}`));
  // A refusal in the server's own words is one, whenever it comes.
  const undelivered = responseCode >= 400 || [code, originalCode, timeoutType].some((one) => earlyFailures.has(one));
  // A login that fails may be a password that was just replaced: whoever corrects it still gets the mail.
  const forGood = responseCode >= 500 && code !== 'EAUTH';
  return { outcome: forGood ? 'failed' : 'retry', text, ...(undelivered && { undelivered }) };
}

/** A password or certificate that cannot be read. */
function notBegun(error: unknown, confidential: Confidential): SendResult {
  return { outcome: 'retry', text: sentence(confidential.hide(messageOf(error))), undelivered: true };
}

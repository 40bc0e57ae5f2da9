import { createHmac } from 'node:crypto';
import { sendMail, type SendResult } from '../../act/index.ts';
import { formatInstant, messageOf, type Configuration, type EpochMs } from '../../model/index.ts';
import { openHttpSession, type Clock, type Log } from '../../platform/index.ts';
import { Speech, type StatusWorld } from '../../report/index.ts';
import type { News, Subscriber, SubscriberFile } from './subscriber-file.ts';

/** Brings one message to one subscriber: a mail through the configured server, or a signed request. */

const webhookMs = 10_000;
const answerLimitBytes = 4096;

export interface CourierParts {
  clock: Clock;
  log: Log;
  file: SubscriberFile;
  configuration: () => Configuration | undefined;
  signal: AbortSignal;
}

/** What names, languages and addresses are needed of the page. */
export type Page = Pick<StatusWorld, 'title' | 'url' | 'languages' | 'timeZone' | 'components'>;

export class Courier {
  readonly #parts: CourierParts;

  constructor(parts: CourierParts) {
    this.#parts = parts;
  }

  /** One try. */
  send(subscriber: Subscriber, news: News, page: StatusWorld): Promise<SendResult> {
    const speech = new Speech(subscriber.language, page);
    const title = speech.text.incident[news.impact](
      news.components.length > 3
        ? speech.text.more(news.components.slice(0, 3).join(', '), news.components.length - 3)
        : news.components.join(', '),
    );
    const words = news.text ?? speech.text.says[news.status];
    const link = `${page.url}/${speech.folder}incidents/${news.incident}.html`;
    if (subscriber.kind === 'webhook') {
      return this.#post(subscriber, {
        type: 'incident',
        id: `${news.update}.${subscriber.id}`,
        page: { name: page.title, url: page.url },
        incident: { id: news.incident, name: title, status: news.status, impact: news.impact, shortlink: link },
        update: { id: news.update, status: news.status, body: words, created_at: formatInstant(news.at) },
        components: news.components,
        unsubscribe: this.#leave(subscriber, page),
      }).then(({ result }) => result);
    }
    const { mail, status } = speech.text;
    const leave = this.#leave(subscriber, page);
    return this.#mail(subscriber, {
      id: `${news.update}.${subscriber.id}`,
      thread: `status.${news.incident}`,
      subject: mail.subject(page.title, status[news.status], title),
      text: `${title}\n${status[news.status]} · ${speech.moment(news.at)}\n\n${words}\n\n${mail.more(link)}\n\n-- \n${mail.leave(leave)}\n`,
      headers: {
        // RFC 2369 and RFC 8058: one press in the mail program is enough.
        'List-Unsubscribe': `<${leave}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    });
  }

  /** Asks whether the place wants it: a mail with a link, or a challenge that a webhook must answer with. */
  async confirm(subscriber: Subscriber, page: StatusWorld): Promise<'asked' | 'confirmed' | 'failed'> {
    const { file, log } = this.#parts;
    const token = file.token(subscriber.id, 'confirm');
    if (subscriber.kind === 'mail') {
      const { text } = new Speech(subscriber.language, page);
      const { outcome, text: said } = await this.#mail(subscriber, {
        id: `confirm.${subscriber.id}`,
        thread: `confirm.${subscriber.id}`,
        subject: text.mail.confirmSubject(page.title),
        text: `${text.mail.confirm(page.title, `${page.url}/subscription?confirm=${token}`)}\n`,
      });
      if (outcome !== 'done') log.warning('a subscriber could not be asked to confirm', { problem: said });
      return outcome === 'done' ? 'asked' : 'failed';
    }
    const { body, result } = await this.#post(subscriber, {
      type: 'challenge',
      challenge: token,
      secret: file.secretOf(subscriber.id),
      page: { name: page.title, url: page.url },
      unsubscribe: this.#leave(subscriber, page),
    });
    return result.outcome === 'done' && body.includes(token) ? 'confirmed' : 'failed';
  }

  #leave({ id }: Subscriber, { url }: Page): string {
    return `${url}/subscription?leave=${this.#parts.file.token(id, 'leave')}`;
  }

  #mail(subscriber: Subscriber, mail: Omit<Parameters<typeof sendMail>[0], 'to'>): Promise<SendResult> {
    const { clock, log, configuration, signal } = this.#parts;
    const { 'status-page': settings, notify = {} } = configuration() ?? {};
    const options = notify[settings?.subscribe?.mail ?? '']?.['email'];
    if (!options) return Promise.resolve({ outcome: 'retry', text: 'no mail server is configured' });
    const warn = (message: string) => log.warning(message);
    return sendMail({ ...mail, to: [subscriber.address] }, options, { clock, signal, warn });
  }

  async #post(subscriber: Subscriber, message: unknown): Promise<{ result: SendResult; body: string }> {
    const { clock, configuration, signal, file } = this.#parts;
    const publicOnly = configuration()?.['status-page']?.subscribe?.['private-addresses'] !== true;
    const session = openHttpSession({ publicOnly });
    try {
      const body = JSON.stringify(message);
      const answer = await session.request({
        url: subscriber.address,
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          ...signatureOf(file.secretOf(subscriber.id), body, clock.now()),
        },
        body,
        timeoutMs: webhookMs,
        limitBytes: answerLimitBytes,
        signal,
      });
      const { status } = answer;
      const isDone = status >= 200 && status < 300;
      // 410: gone for good (RFC 9110 section 15.5.11).
      const outcome = isDone ? 'done' : status === 410 ? 'failed' : 'retry';
      return { result: { outcome, text: `answered ${status}` }, body: answer.body.toString('utf8') };
    } catch (thrown) {
      return { result: { outcome: 'retry', text: messageOf(thrown) }, body: '' };
    } finally {
      session.close();
    }
  }
}

/** As the webhook notifier signs: `t` in seconds, `v1` HMAC-SHA256 (RFC 2104) over `t`, a dot and the body, in hex. */
function signatureOf(key: string, body: string, now: EpochMs): Record<string, string> {
  const t = String(Math.floor(now / 1000));
  const v1 = createHmac('sha256', key).update(`${t}.${body}`).digest('hex');
  return { 'x-quorumwatch-timestamp': t, 'x-quorumwatch-signature': `t=${t},v1=${v1}` };
}

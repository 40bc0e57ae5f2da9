import { readFile } from 'node:fs/promises';
import { messageOf, plainLine, type EpochMs } from '../../model/index.ts';
import { HttpUnanswered, openHttpSession, type HttpAnswer } from '../../platform/index.ts';
import { Confidential } from './confidential.ts';
import { sentence, type SendContext, type SendResult } from './notifier.ts';
import { retryAfterMs } from './retry-after.ts';

/** From the start of a request until the whole answer is there. */
const timeoutMs = 10_000;
/** Of an answer; services say all that matters within this. */
const answerLimitBytes = 65_536;
const quoteLimit = 160;

interface HttpCall {
  url: string;
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** One message's way to an HTTP service: within limits, and with its secrets kept. */
export interface HttpWay {
  confidential: Confidential;
  request: (call: HttpCall) => Promise<HttpAnswer>;
  /** What the service said, in one short line without secrets, to be quoted. */
  quote: (answer: HttpAnswer) => string;
}

/** Runs one sending: whatever breaks in it is a result, and no result holds a secret. */
export async function overHttp(
  context: Pick<SendContext, 'signal' | 'warn'>,
  authorityFile: string | undefined,
  send: (way: HttpWay) => Promise<SendResult>,
): Promise<SendResult> {
  const confidential = new Confidential(context.warn);
  let session: ReturnType<typeof openHttpSession> | undefined;
  let asked = false;
  try {
    const opened = openHttpSession(authorityFile === undefined ? {} : { ca: await readFile(authorityFile, 'utf8') });
    session = opened;
    const result = await send({
      confidential,
      request: (call) => {
        asked = true;
        const { url, method = 'POST', headers = {}, body } = call;
        const limits = { timeoutMs, limitBytes: answerLimitBytes, signal: context.signal };
        return opened.request({ url, method, headers, ...(body === undefined ? {} : { body }), ...limits });
      },
      quote: (answer) => plainLine(confidential.hide(answer.body.toString()), quoteLimit),
    });
    return { ...result, text: sentence(confidential.hide(result.text)) };
  } catch (error) {
    const undelivered = !asked || (error instanceof HttpUnanswered && error.unsent);
    const text = sentence(confidential.hide(messageOf(error)));
    return { outcome: 'retry', text, ...(undelivered && { undelivered }) };
  } finally {
    session?.close();
  }
}

export interface Judgement {
  /** Who answered, for people: no path, no query. */
  service: string;
  now: EpochMs;
  /** The service's own word. */
  why?: string;
  /** Statuses that may pass although they blame the request: a token that somebody is about to replace. */
  mayPass?: readonly number[];
}

const laterStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/** What the status of an answer means (RFC 9110 section 15). */
export function judgeStatus(answer: Pick<HttpAnswer, 'status' | 'headers'>, judgement: Judgement): SendResult {
  const { status } = answer;
  const { service, now, why, mayPass = [] } = judgement;
  const text = `${service} answered ${status}${why ? `: ${why}` : ''}`;
  if (status >= 200 && status < 300) return { outcome: 'done', text };
  if (status >= 300 && status < 400) {
    return { outcome: 'failed', text: `${text}; redirects are not followed`, undelivered: true };
  }
  const blamesRequest = status >= 400 && status < 500;
  // Behind a gateway that gave up (502, 504) the message may have arrived all the same.
  const undelivered = blamesRequest || status === 503;
  if (blamesRequest && !laterStatuses.has(status) && !mayPass.includes(status)) {
    return { outcome: 'failed', text, undelivered };
  }
  const afterMs = retryAfterMs(answer.headers['retry-after'], now);
  return {
    outcome: 'retry',
    text,
    ...(undelivered && { undelivered }),
    ...(afterMs === undefined ? {} : { afterMs }),
  };
}

/** The host of an address that may hold secrets elsewhere. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the service';
}

export const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' } as const;

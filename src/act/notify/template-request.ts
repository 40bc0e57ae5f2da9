import { plainLine, type EpochMs } from '../../model/index.ts';
import type { SendResult } from './notifier.ts';
import { hostOf, judgeStatus, type HttpWay } from './over-http.ts';
import {
  fillTemplate,
  selected,
  templateFormats,
  unsuccessful,
  type Success,
  type TemplateFormat,
} from './template.ts';

export interface TemplateRequest {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  format: TemplateFormat;
  body?: string | undefined;
  success: Success;
  /** Values at the path of success that may be others later: throttled, busy. */
  passing?: readonly string[];
}

/** Fills in and sends one request; `values` are parts of the message, and known secrets by other names. */
export async function sendTemplate(
  way: HttpWay,
  request: TemplateRequest,
  values: Readonly<Record<string, string>>,
  now: EpochMs,
): Promise<SendResult> {
  const secret = (place: string) => way.confidential.read({ text: place });
  const format = templateFormats[request.format];
  // A secret may be a whole address; what a message says is part of a path or query, and stays it.
  const inUrl = (value: string, isSecret: boolean) =>
    isSecret ? way.confidential.keepUrl(value) : encodeURIComponent(isStep(value) ? '_' : value);
  const url = await fillTemplate(request.url, values, inUrl, secret);
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(request.headers)) {
    // One line, and nothing but what a header may hold (RFC 9110 section 5.5).
    const value = await fillTemplate(text, values, (part) => plainLine(part, 4096), secret);
    headers[name] = value.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?');
  }
  const withBody = request.body !== undefined && request.method !== 'GET';
  if (withBody) headers['content-type'] = format.contentType;
  const body = withBody ? await fillTemplate(request.body ?? '', values, format.escape, secret) : undefined;
  const call = { url, method: request.method, headers, ...(body === undefined ? {} : { body }) };
  const answer = await way.request(call);
  const service = hostOf(url);
  if (answer.status < 200 || answer.status >= 300) {
    const mayPass = [401, 403];
    return judgeStatus(answer, { service, now, why: way.quote(answer), mayPass });
  }
  const why = unsuccessful(answer, request.success);
  if (why === undefined) return { outcome: 'done', text: `${service} answered ${answer.status}` };
  const path = request.success['json-path'];
  const found = path === undefined ? [] : (selected(answer, path) ?? []);
  const later = found.some((value) => request.passing?.includes(String(value)));
  return { outcome: later ? 'retry' : 'failed', text: `${service} answered ${answer.status}, but ${why}` };
}

/** Dots alone mean this folder or the one above it, encoded or not (RFC 3986 section 5.2.4, WHATWG URL section 4.4). */
function isStep(value: string): boolean {
  return value === '.' || value === '..';
}

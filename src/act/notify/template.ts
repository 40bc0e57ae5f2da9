import { query } from 'jsonpath-rfc9535';
import { z } from 'zod';
import { messageOf, nearest } from '../../model/index.ts';
import type { HttpAnswer } from '../../platform/index.ts';
import { escapeHtml } from './plain.ts';
import { caFile } from './secret-option.ts';

/**
 * Requests that somebody writes down for a service that we do not know. `${name}` in lower case stands for a part of the
 * message, `${NAME}` in upper case for a variable of the environment, which is a secret.
 */

/** What a body is, and with it how values are written into it so that they stay values. */
export const templateFormats = {
  json: { contentType: 'application/json; charset=utf-8', escape: (text: string) => JSON.stringify(text).slice(1, -1) },
  form: { contentType: 'application/x-www-form-urlencoded; charset=utf-8', escape: encodeURIComponent },
  xml: { contentType: 'application/xml; charset=utf-8', escape: escapeHtml },
  text: { contentType: 'text/plain; charset=utf-8', escape: (text: string) => text },
} as const;
export type TemplateFormat = keyof typeof templateFormats;

const place = /\$\{([A-Za-z_][A-Za-z0-9_-]*)\}/g;
const variableOfEnvironment = /^[A-Z_][A-Z0-9_]*$/;

/** A text in which each place is filled once: what a value holds is never read as a place again. */
export async function fillTemplate(
  template: string,
  values: Readonly<Record<string, string>>,
  escape: (text: string, isSecret: boolean) => string,
  secret: (place: string) => Promise<string>,
): Promise<string> {
  let filled = '';
  let end = 0;
  for (const match of template.matchAll(place)) {
    const [whole, name = ''] = match;
    const isSecret = variableOfEnvironment.test(name);
    const value = isSecret ? await secret(whole) : (values[name] ?? '');
    filled += template.slice(end, match.index) + escape(value.toWellFormed(), isSecret);
    end = match.index + whole.length;
  }
  return filled + template.slice(end);
}

/** A text with places for these parts of a message; others are errors that name the nearest. */
function templateText(known: Readonly<Record<string, string>>) {
  const names = Object.keys(known);
  return z
    .string()
    .max(16_384)
    .superRefine((text, context) => {
      for (const [, name = ''] of text.matchAll(place)) {
        if (variableOfEnvironment.test(name) || names.includes(name)) continue;
        const message = `expected a part of the message${nearest(name, names)}; ${names.join(', ')}`;
        context.addIssue({ code: 'custom', message, input: `\${${name}}` });
      }
    });
}

/** Host and port are never made of what a message says. */
function templateUrl(known: Readonly<Record<string, string>>) {
  return templateText(known).regex(
    /^(https?:\/\/([^\s/?#${}]|\$\{[A-Z_][A-Z0-9_]*\})+([/?]\S*)?|\$\{[A-Z_][A-Z0-9_]*\}\S*)$/,
    'expected an http or https URL, whose host is not made of parts of the message',
  );
}

const secretHeader = /^(proxy-)?authorization$|^cookie$|token|secret|password|api-?key/i;
const ownHeader = /^(host|content-length|content-type|connection|transfer-encoding|x-quorumwatch-.*)$/i;

/** Headers of a request; those that usually hold a secret must name a variable of the environment. */
export const headersOption = z
  .record(
    z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'expected the name of a header'),
    z
      .string()
      .max(4096)
      .regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/, 'expected a header value on one line'),
  )
  .default({})
  .superRefine((headers, context) => {
    for (const [name, value] of Object.entries(headers)) {
      if (ownHeader.test(name))
        context.addIssue({ code: 'custom', message: `${name} is set by the program`, path: [name], input: value });
      if (secretHeader.test(name) && !value.includes('${'))
        context.addIssue({
          code: 'custom',
          message: 'expected ${NAME} in it: secrets are not kept here',
          path: [name],
          input: '[secret]',
        });
    }
  })
  .describe('More headers; ${NAME} stands for a variable of the environment.');

const jsonPath = z
  .string()
  .max(1000)
  .superRefine((text, context) => {
    try {
      query(null, text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `expected a JSONPath: ${messageOf(error)}`, input: text });
    }
  });

/** What an answer must be for the message to count as taken. */
const successOption = z
  .strictObject({
    status: z
      .array(z.int().min(200).max(299))
      .min(1)
      .max(20)
      .optional()
      .describe('Any status from 200 to 299 without this.'),
    'json-path': jsonPath.optional().describe('A JSONPath (RFC 9535) that selects something in the answer.'),
    equals: z
      .union([z.string(), z.number(), z.boolean()])
      .optional()
      .describe('All selected values are this; anything may be selected without it.'),
  })
  .refine((given) => given.equals === undefined || given['json-path'] !== undefined, 'expected json-path beside equals')
  .prefault({})
  .describe('What the service answers when it has taken the message.');
export type Success = z.output<typeof successOption>;

/** Options of a channel that is nothing but a request. */
export function templateOptions(known: Readonly<Record<string, string>>) {
  const written = templateText(known);
  return {
    url: templateUrl(known).describe('Where the request is sent; values are percent-encoded.'),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH']).default('POST').describe('The HTTP method.'),
    headers: headersOption,
    format: z
      .enum(['json', 'form', 'xml', 'text'])
      .default('json')
      .describe('What the body is: values are escaped accordingly, and Content-Type says so.'),
    body: written.optional().describe('The body, with ${…} for parts of the message; none without it.'),
    success: successOption,
    'ca-file': caFile,
  };
}

/** A body that says it is JSON is JSON, whatever its places are filled with. */
export function templateProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  const { format, body } = given;
  if (format !== 'json' || typeof body !== 'string') return undefined;
  try {
    JSON.parse(body.replaceAll(place, '1'));
    return undefined;
  } catch (error) {
    return `expected a body that is JSON, with \${…} inside quotes: ${messageOf(error)}`;
  }
}

/** Why an answer with a good status is no success all the same. */
export function unsuccessful(answer: Pick<HttpAnswer, 'status' | 'body'>, success: Success): string | undefined {
  if (success.status && !success.status.includes(answer.status)) {
    return `expected ${success.status.join(' or ')}`;
  }
  const path = success['json-path'];
  if (path === undefined) return undefined;
  const found = selected(answer, path);
  if (!found) return 'the answer is not JSON';
  if (found.length === 0) return `the answer has nothing at ${path}`;
  if (success.equals === undefined || found.every((value) => String(value) === String(success.equals))) {
    return undefined;
  }
  return `expected ${String(success.equals)} at ${path}, found ${found.map(String).join(', ')}`;
}

/** What stands at the path, texts, numbers and truths as they are and everything else as JSON; undefined without JSON. */
export function selected(answer: Pick<HttpAnswer, 'body'>, path: string): (string | number | boolean)[] | undefined {
  try {
    return query(JSON.parse(answer.body.toString()), path).map((value: unknown) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? value
        : JSON.stringify(value),
    );
  } catch {
    return undefined;
  }
}

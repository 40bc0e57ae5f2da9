import { query } from 'jsonpath-rfc9535';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { messageOf, type Reason } from '../../model/index.ts';
import { pattern } from './pattern.ts';

/** What the body of a reply must be. Every rule is linear in the body's length: the body comes from the other side. */

/** A JSONPath (RFC 9535). */
export const jsonPath = z
  .string()
  .max(1000)
  .superRefine((text, context) => {
    try {
      query(null, text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: `expected a JSONPath: ${messageOf(error)}`, input: text });
    }
  });

const rule = z.union(
  [
    z.strictObject({ contains: z.string().min(1).describe('The body contains this text.') }),
    z.strictObject({ 'not-contains': z.string().min(1).describe('The body does not contain this text.') }),
    z.strictObject({ matches: pattern().describe('A part of the body matches this RE2 pattern.') }),
    z.strictObject({ 'not-matches': pattern().describe('No part of the body matches this RE2 pattern.') }),
    z.strictObject({
      'json-path': jsonPath.describe('A JSONPath (RFC 9535) that selects something in the body.'),
      equals: z.json().optional().describe('One of the selected values is this; any value without it.'),
    }),
  ],
  'expected one of contains, not-contains, matches, not-matches, json-path (with equals)',
);

export const contentRules = z
  .array(rule)
  .max(50)
  .default([])
  .describe('What the body must be; all of it must hold. The text is cut at max-body.');
export type ContentRules = z.output<typeof contentRules>;

type Test = (body: Body) => string | undefined;

interface Body {
  text: string;
  /** Parsed once for all rules; undefined if it is no JSON. */
  json: () => { value: z.core.util.JSONType } | undefined;
}

const compiled = new WeakMap<ContentRules, Test[]>();

/** The first rule that does not hold, if any. */
export function contentProblem(rules: ContentRules, text: string): Reason | undefined {
  let tests = compiled.get(rules);
  if (!tests) {
    tests = rules.map(compile);
    compiled.set(rules, tests);
  }
  const body: Body = { text, json: lazily(() => parse(text)) };
  for (const test of tests) {
    const problem = test(body);
    if (problem !== undefined) return { code: 'content', text: problem };
  }
  return undefined;
}

function compile(one: ContentRules[number]): Test {
  if ('contains' in one) {
    return ({ text }) => (text.includes(one.contains) ? undefined : `the body does not contain ${quote(one.contains)}`);
  }
  if ('not-contains' in one) {
    const unwanted = one['not-contains'];
    return ({ text }) => (text.includes(unwanted) ? `the body contains ${quote(unwanted)}` : undefined);
  }
  if ('matches' in one) {
    const wanted = RE2JS.compile(one.matches);
    return ({ text }) => (wanted.matcher(text).find() ? undefined : `nothing in the body matches ${one.matches}`);
  }
  if ('not-matches' in one) {
    const unwanted = RE2JS.compile(one['not-matches']);
    return ({ text }) => (unwanted.matcher(text).find() ? `the body matches ${one['not-matches']}` : undefined);
  }
  const { 'json-path': path, equals } = one;
  return ({ json }) => {
    const parsed = json();
    if (!parsed) return `the body is no JSON, so ${path} selects nothing`;
    let found: unknown[];
    try {
      found = query(parsed.value, path);
    } catch (error) {
      // Nesting that is deep enough overflows any recursive reader.
      return `${path} cannot be applied to the body: ${messageOf(error)}`;
    }
    if (found.length === 0) return `${path} selects nothing in the body`;
    if (equals === undefined) return undefined;
    const wanted = canonical(equals);
    if (found.some((value) => canonical(value) === wanted)) return undefined;
    return `${path} is ${quote(canonical(found[0]))}, expected ${quote(wanted)}`;
  };
}

function parse(text: string): { value: z.core.util.JSONType } | undefined {
  try {
    return { value: JSON.parse(text) as z.core.util.JSONType };
  } catch {
    return undefined;
  }
}

/** Text that is the same for equal values, whatever the order of their keys. */
function canonical(value: unknown): string {
  try {
    return JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    );
  } catch (error) {
    return messageOf(error);
  }
}

function quote(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

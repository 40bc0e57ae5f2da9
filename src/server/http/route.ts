import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { problemSchema, QwError } from '../../model/index.ts';

/** What the descriptions of routes are made of. */

/** An operator's signature, as `operatorStatement` of the model is signed. */
export const authority = z.strictObject({
  operator: z.string().min(1).max(200),
  base: z.int().min(0),
  signature: z.string().max(200),
});

/** RFC 3339, or milliseconds since 1970. */
export const instant = z
  .string()
  .max(40)
  .transform((given, context) => {
    const at = new Date(/^\d+$/.test(given) ? Number(given) : given).getTime();
    if (Number.isNaN(at)) context.addIssue({ code: 'custom', message: 'expected a time such as 2026-01-31T12:00:00Z' });
    return at;
  });

const problem = { description: 'What went wrong.', content: { 'application/problem+json': { schema: problemSchema } } };

type Method = 'get' | 'post' | 'put' | 'delete';

interface Definition<Verb extends Method, Path extends string, Answer extends z.ZodType> {
  method: Verb;
  path: Path;
  summary: string;
  answer: Answer;
}

function answers<Answer extends z.ZodType>(schema: Answer) {
  return { 200: { description: 'The answer.', content: { 'application/json': { schema } } }, default: problem };
}

export function route<Verb extends Method, Path extends string, Answer extends z.ZodType>(
  definition: Definition<Verb, Path, Answer>,
) {
  const { method, path, summary, answer } = definition;
  const security: Record<string, string[]>[] = [{ token: [] }];
  return { method, path, summary, responses: answers(answer), security };
}

export const json = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
  required: true as const,
});

/** The ledger position that a change rests on, 0 for what shall be new; undefined when the asker does not mind. Throws BAD_INPUT. */
export function basePosition(context: Context): number | undefined {
  if (context.req.header('if-none-match')?.trim() === '*') return 0;
  const given = context.req.header('if-match');
  if (given === undefined) return undefined;
  const position = /^\s*"?(\d{1,15})"?\s*$/.exec(given)?.[1];
  if (position === undefined) {
    throw new QwError('BAD_INPUT', `expected If-Match with the ledger position of what is changed, found ${given}`, {
      hint: 'give the ETag of the answer that was edited',
    });
  }
  return Number(position);
}

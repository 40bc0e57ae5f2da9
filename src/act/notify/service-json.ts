import type { z } from 'zod';
import type { HttpAnswer } from '../../platform/index.ts';

/** What a service answered, if it is JSON of this shape; undefined for everything else. */
export function readJson<Value>(answer: Pick<HttpAnswer, 'body'>, schema: z.ZodType<Value>): Value | undefined {
  try {
    return schema.parse(JSON.parse(answer.body.toString()));
  } catch {
    return undefined;
  }
}

/** Lists of at most so many, for services that take no more in one piece. */
export function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const found: Item[][] = [];
  for (let at = 0; at < items.length; at += size) found.push(items.slice(at, at + size));
  return found;
}

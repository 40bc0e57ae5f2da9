import { RE2JS } from 're2js';
import { z } from 'zod';
import { messageOf } from '../../model/index.ts';

/** A regular expression in RE2's syntax, which is matched in linear time whatever the other side sends. */
export function pattern() {
  return z
    .string()
    .max(1000)
    .superRefine((text, context) => {
      try {
        RE2JS.compile(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: `expected an RE2 pattern: ${messageOf(error)}`, input: text });
      }
    });
}

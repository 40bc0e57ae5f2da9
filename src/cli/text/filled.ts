import { fillTemplate } from '../../model/index.ts';

/** A text with its places filled in: `filled(say('and {0} more rows'), 3)`. */
export function filled(template: string, ...values: readonly (string | number)[]): string {
  return fillTemplate(template, Object.fromEntries(values.map((value, place) => [place, String(value)])));
}

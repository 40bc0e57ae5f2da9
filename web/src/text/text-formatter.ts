import type { FormatterModule } from 'i18next';
import { particlePairs, withParticle } from 'quorumwatch/text/josa.ts';

/** Numbers that name something instead of counting it: nobody looks for entry #12,345 under that name. */
const names = new Set(['position', 'line', 'column', 'family', 'number', 'offset', 'code']);

/**
 * What stands in the braces of a text: numbers by the rules of the language, and in Korean a name with the particle that
 * its last sound asks for, as in `{{uplink, 으로/로}}`.
 */
export const textFormatter: FormatterModule = {
  type: 'formatter',
  init() {},
  add() {},
  addCached() {},
  format(value: unknown, format: string | undefined, language: string | undefined, options): string {
    // A value that was not given has no text; the caller's types forbid it.
    if (value === undefined || value === null) return '';
    const key: unknown = (options as { interpolationkey?: unknown } | undefined)?.interpolationkey;
    const text =
      typeof value === 'number' && !names.has(String(key))
        ? numberFormat(language).format(value)
        : typeof value === 'string'
          ? value
          : JSON.stringify(value);
    const pair = particlePairs.find((one) => one === format?.trim());
    return pair ? withParticle(text, pair) : text;
  },
};

const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(language = 'en'): Intl.NumberFormat {
  const known = numberFormats.get(language);
  if (known) return known;
  const made = new Intl.NumberFormat(language);
  numberFormats.set(language, made);
  return made;
}

/**
 * How long a text message is to those who charge for it (3GPP TS 23.038 sections 6.2.1 and 6.2.3, TS 23.040 section 9.2.3.24.1):
 * one segment has 160 septets or 70 UTF-16 units; of several, each has 153 or 67, as a header takes the rest.
 */

export interface FittedText {
  text: string;
  encoding: 'gsm-7' | 'ucs-2';
  segments: number;
}

const gsmBasic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Each takes an escape before it. */
const gsmExtended = new Set('^{}\\[~]|€\f');

/** Typographic characters that would make the whole text cost more than twice as much, and what people write instead. */
const plainSpellings: Readonly<Record<string, string>> = {
  '…': '...',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '→': '->',
  '\u00a0': ' ',
  '\t': ' ',
};

const sizes = { 'gsm-7': { alone: 160, joined: 153 }, 'ucs-2': { alone: 70, joined: 67 } } as const;

/** The text, shortened with an ellipsis to at most so many whole segments. */
export function fitSegments(given: string, maxSegments: number): FittedText {
  const spelled = Array.from(given.toWellFormed())
    .map((character) => plainSpellings[character] ?? character)
    .join('');
  const isGsm = Array.from(spelled).every((character) => gsmBasic.has(character) || gsmExtended.has(character));
  const encoding = isGsm ? 'gsm-7' : 'ucs-2';
  const text = isGsm ? spelled : given.toWellFormed();
  const whole = countSegments(text, encoding);
  if (whole <= maxSegments) return { text, encoding, segments: whole };
  const ellipsis = isGsm ? '...' : '…';
  const characters = Array.from(text);
  // The longest beginning that fits with its ellipsis: longer ones never take fewer segments.
  let fits = 0;
  let tooLong = characters.length;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    const shortened = characters.slice(0, middle).join('').trimEnd() + ellipsis;
    if (countSegments(shortened, encoding) <= maxSegments) fits = middle;
    else tooLong = middle;
  }
  const shortened = characters.slice(0, fits).join('').trimEnd() + ellipsis;
  return { text: shortened, encoding, segments: countSegments(shortened, encoding) };
}

/** Characters of two units are not split between segments. */
export function countSegments(text: string, encoding: FittedText['encoding']): number {
  const { alone, joined } = sizes[encoding];
  const units = Array.from(text).map((character) =>
    encoding === 'ucs-2' ? character.length : gsmExtended.has(character) ? 2 : 1,
  );
  const total = units.reduce((sum, one) => sum + one, 0);
  if (total <= alone) return 1;
  let segments = 1;
  let used = 0;
  for (const size of units) {
    if (used + size > joined) {
      segments++;
      used = 0;
    }
    used += size;
  }
  return segments;
}

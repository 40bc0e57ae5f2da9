/** Finding by a few letters: all of them have to occur in order; whole words and beginnings of words count more. */

const atStart = 12;
const atWord = 8;
/** More than a beginning: digits of a name stay together before they are found in an address behind it. */
const inRow = 9;

const isBreak = (text: string, index: number) => index === 0 || /[\s\-_./:]/.test(text[index - 1] ?? '');

/** How well lower case `wanted` fits lower case `text`; the greater the better, undefined when it does not. */
export function fuzzyScore(wanted: string, text: string): number | undefined {
  const whole = text.indexOf(wanted);
  if (whole !== -1) {
    const place = whole === 0 ? atStart * 2 : isBreak(text, whole) ? atStart : 0;
    return 100 + wanted.length * inRow + place - text.length / 100;
  }
  // The next beginning of a word is the better place for a letter, unless those behind it then find none.
  const scores = [strewn(wanted, text, true), strewn(wanted, text, false)].filter((score) => score !== undefined);
  return scores.length === 0 ? undefined : Math.max(...scores) - text.length / 100;
}

function strewn(wanted: string, text: string, byWords: boolean): number | undefined {
  let score = 0;
  let from = 0;
  let before = -2;
  for (const letter of wanted) {
    if (letter === ' ') continue;
    const next = text.indexOf(letter, from);
    if (next === -1) return undefined;
    const at = byWords && next !== before + 1 ? wordAt(letter, text, next) : next;
    score += (at === before + 1 ? inRow : 0) + (isBreak(text, at) ? atWord : 0) + 1 - Math.min(5, at - from) / 5;
    before = at;
    from = at + 1;
  }
  return score;
}

/** Where the next word with this letter begins, otherwise the place itself. */
function wordAt(letter: string, text: string, next: number): number {
  for (let at = next; at !== -1; at = text.indexOf(letter, at + 1)) if (isBreak(text, at)) return at;
  return next;
}

/** The best of many, best first; without letters the first ones as they stand. */
export function fuzzyBest<Item>(
  wanted: string,
  items: readonly Item[],
  textOf: (item: Item) => string,
  most: number,
): Item[] {
  const letters = wanted.trim().toLowerCase();
  if (letters === '') return items.slice(0, most);
  return items
    .flatMap((item, index) => {
      const score = fuzzyScore(letters, textOf(item));
      return score === undefined ? [] : [{ item, score, index }];
    })
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, most)
    .map(({ item }) => item);
}

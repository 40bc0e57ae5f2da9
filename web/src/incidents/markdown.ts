/**
 * A small Markdown (CommonMark, section 4 to 6, in part), read into a tree that the view draws: no text ever becomes HTML,
 * so what people write can't do anything but be read. What isn't known here stays text.
 */

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'emphasis'; children: readonly Inline[] }
  | { kind: 'link'; href: string; children: readonly Inline[] };

export type Block =
  | { kind: 'heading'; level: number; children: readonly Inline[] }
  | { kind: 'paragraph'; children: readonly Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; blocks: readonly Block[] }
  | { kind: 'list'; ordered: boolean; items: readonly (readonly Inline[])[] }
  | { kind: 'rule' };

/** Quotes within quotes, and marks within marks; deeper ones stay text. */
const maxDepth = 5;

export function readMarkdown(text: string, depth = 0): Block[] {
  const lines = text.split(/\r\n|[\n\r]/);
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const taken = (count: number) => lines.slice(at, at + count);
    const run = (fits: (one: string) => boolean) => {
      let end = at;
      while (end < lines.length && fits(lines[end] ?? '')) end++;
      return end - at;
    };
    if (line.trim() === '') {
      at++;
    } else if (/^ {0,3}```/.test(line)) {
      const rest = lines.slice(at + 1);
      const end = rest.findIndex((one) => /^ {0,3}```\s*$/.test(one));
      const inside = end < 0 ? rest : rest.slice(0, end);
      blocks.push({ kind: 'code', text: inside.join('\n') });
      at += inside.length + 2;
    } else if (/^ {0,3}#{1,6}(\s|$)/.test(line)) {
      const [, marks = '#', title = ''] = /^\s*(#{1,6})\s*(.*?)(?:\s+#+)?\s*$/.exec(line) ?? [];
      blocks.push({ kind: 'heading', level: marks.length, children: readInline(title) });
      at++;
    } else if (/^ {0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) {
      blocks.push({ kind: 'rule' });
      at++;
    } else if (isQuote(line) && depth < maxDepth) {
      const count = run(isQuote);
      const inside = taken(count).map((one) => one.replace(/^ {0,3}> ?/, ''));
      blocks.push({ kind: 'quote', blocks: readMarkdown(inside.join('\n'), depth + 1) });
      at += count;
    } else if (isItem(line)) {
      const ordered = /^\s*\d/.test(line);
      const count = run((one) => isItem(one) && /^\s*\d/.test(one) === ordered);
      const items = taken(count).map((one) => readInline(one.replace(itemMark, '')));
      blocks.push({ kind: 'list', ordered, items });
      at += count;
    } else {
      const count = Math.max(1, run(isParagraph));
      blocks.push({
        kind: 'paragraph',
        children: readInline(
          taken(count)
            .map((one) => one.trim())
            .join('\n'),
        ),
      });
      at += count;
    }
  }
  return blocks;
}

const itemMark = /^ {0,8}(?:[-*+]|\d{1,9}[.)])\s+/;

function isItem(line: string): boolean {
  return itemMark.test(line) && !/^ {0,3}([-*_])(\s*\1){2,}\s*$/.test(line);
}

function isQuote(line: string): boolean {
  return /^ {0,3}>/.test(line);
}

function isParagraph(line: string): boolean {
  return line.trim() !== '' && !isItem(line) && !isQuote(line) && !/^ {0,3}(```|#{1,6}(\s|$))/.test(line);
}

/** Each alternative begins with a mark of its own, and none can match in two ways: no text takes long. */
const mark =
  /\\([!-/:-@[-`{-~])|(`{1,5})([^`]{1,4000})\2(?!`)|\*\*(?=\S)([^*\n]{1,2000}?)\*\*|\*(?=\S)([^*\n]{1,2000}?)\*|\b_(?=\S)([^_\n]{1,2000}?)_\b|\[([^[\]\n]{1,500})\]\(([^()\s]{1,2000})\)|(https?:\/\/[^\s<>()"'`]{1,2000})/g;

export function readInline(text: string, depth = 0): Inline[] {
  const found: Inline[] = [];
  const add = (more: string) => {
    const last = found.at(-1);
    if (last?.kind === 'text') found[found.length - 1] = { kind: 'text', text: last.text + more };
    else if (more !== '') found.push({ kind: 'text', text: more });
  };
  let end = 0;
  for (const match of text.matchAll(mark)) {
    const [whole, escaped, , code, strong, star, line, label, target, bare] = match;
    add(text.slice(end, match.index));
    end = match.index + whole.length;
    const within = (inner: string): readonly Inline[] =>
      depth < maxDepth ? readInline(inner, depth + 1) : [{ kind: 'text', text: inner }];
    const emphasis = star ?? line;
    if (escaped !== undefined) add(escaped);
    else if (code !== undefined) found.push({ kind: 'code', text: code.trim() });
    else if (strong !== undefined) found.push({ kind: 'strong', children: within(strong) });
    else if (emphasis !== undefined) found.push({ kind: 'emphasis', children: within(emphasis) });
    else {
      const href = safeAddress(target ?? bare ?? '');
      if (href === undefined) add(whole);
      else
        found.push({
          kind: 'link',
          href,
          children: label === undefined ? [{ kind: 'text', text: whole }] : within(label),
        });
    }
  }
  add(text.slice(end));
  return found;
}

/** Only what opens a page: `javascript:` and the like stay text. */
function safeAddress(text: string): string | undefined {
  const address = URL.parse(text);
  return address && /^https?:$/.test(address.protocol) ? address.href : undefined;
}

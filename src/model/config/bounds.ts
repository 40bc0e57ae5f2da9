import { CST, isAlias, isCollection, isMap, isPair, isScalar, Lexer, type Document, type Node } from 'yaml';

/** What keeps a hostile or broken file from costing more than its length: no configuration of people comes near. */

const maxNesting = 64;

interface Found {
  offset: number;
  message: string;
}

/** Brackets within brackets, or dashes after dashes in one line; read before a tree is built, since trees of these are huge. */
export function nestedTooDeep(text: string): Found | undefined {
  let offset = 0;
  let brackets = 0;
  let dashes = 0;
  let inScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (inScalar) {
      inScalar = false;
    } else if (lexeme === CST.SCALAR) {
      inScalar = true;
      continue;
    } else if (lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END) {
      continue;
    } else if (lexeme === '[' || lexeme === '{') {
      brackets++;
    } else if (lexeme === ']' || lexeme === '}') {
      brackets--;
    } else if (lexeme === '-' || lexeme === '?') {
      dashes++;
    } else if (lexeme.endsWith('\n')) {
      dashes = 0;
    }
    if (brackets + dashes > maxNesting)
      return { offset, message: `expected at most ${maxNesting} levels within each other` };
    offset += lexeme.length;
  }
  return undefined;
}

/** Keys that stand twice in one map; the parser's own search compares each key with each. */
export function repeatedKeys(document: Document, limit: number): Found[] {
  const found: Found[] = [];
  const waiting: unknown[] = [document.contents];
  while (waiting.length > 0 && found.length < limit) {
    const node = waiting.pop();
    if (!isCollection(node)) continue;
    if (!isMap(node)) {
      for (const item of node.items) waiting.push(item);
      continue;
    }
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      waiting.push(key, value);
      if (!isScalar(key)) continue;
      const name = String(key.value);
      if (seen.has(name))
        found.push({ offset: (key as Node).range?.[0] ?? 0, message: `the key ${name} stands here twice` });
      seen.add(name);
    }
  }
  return found.slice(0, limit).sort((a, b) => a.offset - b.offset);
}

/** Aliases within what they name: the value would contain itself, without end. */
export function circularAliases(document: Document, limit: number): Found[] {
  const found: Found[] = [];
  /** Where the value of each anchor ends. They may be given anew: an alias means the last one before it. */
  const ends = new Map<string, number>();
  const waiting: unknown[] = [document.contents];
  while (waiting.length > 0 && found.length < limit) {
    const node = waiting.pop();
    if (isAlias(node)) {
      const { source: name, range } = node;
      const offset = range?.[0] ?? 0;
      const message = `expected no circle: *${name} stands within what it names`;
      if (offset < (ends.get(name) ?? 0)) found.push({ offset, message });
    } else if (isPair(node)) {
      waiting.push(node.value, node.key);
    } else if (isScalar(node) || isCollection(node)) {
      if (node.anchor !== undefined) ends.set(node.anchor, node.range?.[1] ?? 0);
      // The last one first, so that they are met in the order of the text.
      if (isCollection(node)) for (const item of node.items.toReversed()) waiting.push(item);
    }
  }
  return found;
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readInline, readMarkdown, type Block, type Inline } from './markdown.ts';

const text = (value: string): Inline => ({ kind: 'text', text: value });

test('headings, paragraphs, lists, quotes, code and rules', () => {
  const given =
    '# What\nOne line\nand another.\n\n- a\n- **b**\n\n1. x\n2) y\n\n> quoted\n> more\n\n---\n```sh\nrm <x>\n\nend\n```\nlast';
  expect(readMarkdown(given)).toEqual([
    { kind: 'heading', level: 1, children: [text('What')] },
    { kind: 'paragraph', children: [text('One line\nand another.')] },
    { kind: 'list', ordered: false, items: [[text('a')], [{ kind: 'strong', children: [text('b')] }]] },
    { kind: 'list', ordered: true, items: [[text('x')], [text('y')]] },
    { kind: 'quote', blocks: [{ kind: 'paragraph', children: [text('quoted\nmore')] }] },
    { kind: 'rule' },
    { kind: 'code', text: 'rm <x>\n\nend' },
    { kind: 'paragraph', children: [text('last')] },
  ]);
});

test('marks within a line, and what a backslash takes away from them', () => {
  expect(readInline('a *b* `c*d*` [e](https://example.net/x) \\*f\\* snake_case_name')).toEqual([
    text('a '),
    { kind: 'emphasis', children: [text('b')] },
    text(' '),
    { kind: 'code', text: 'c*d*' },
    text(' '),
    { kind: 'link', href: 'https://example.net/x', children: [text('e')] },
    text(' *f* snake_case_name'),
  ]);
  expect(readInline('see https://example.net/a.')).toMatchObject([{ text: 'see ' }, { kind: 'link' }]);
});

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](data:text/html,<script>1</script>)',
  '[x]( javascript:alert)',
  '![x](https://example.net/track.png',
])('%s stays text', (given) => {
  const inline = readInline(given).filter(({ kind }) => kind !== 'text');
  expect(inline.filter((one) => one.kind === 'link' && !one.href.startsWith('https://'))).toEqual([]);
  expect(given.startsWith('!') ? [] : inline).toEqual([]);
});

test('an unclosed fence, and deep quotes, end', () => {
  expect(readMarkdown('```\ncode')).toEqual([{ kind: 'code', text: 'code' }]);
  expect(readMarkdown(''.padEnd(10_000, '>'))).toHaveLength(1);
});

function plain(inline: readonly Inline[]): string {
  return inline.map((one) => ('text' in one ? one.text : plain(one.children))).join('');
}
const links = (inline: readonly Inline[]): string[] =>
  inline.flatMap((one) => ('text' in one ? [] : [...(one.kind === 'link' ? [one.href] : []), ...links(one.children)]));
const inlines = (blocks: readonly Block[]): Inline[] =>
  blocks.flatMap((block): readonly Inline[] => {
    if (block.kind === 'quote') return inlines(block.blocks);
    if (block.kind === 'list') return block.items.flat();
    return 'children' in block ? block.children : [];
  });

test('any text: no letter is lost, and every link leads to a page', () => {
  const pieces = fc.constantFrom(
    '*',
    '**',
    '_',
    '`',
    '[',
    '](',
    ')',
    '<b>',
    'javascript:x',
    'https://a.b/',
    '\n',
    '\n\n',
    '> ',
    '- ',
    '# ',
    'word',
    ' ',
    '\\',
    '```\n',
    '한국',
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 30 }).map((list) => list.join('')),
      (given) => {
        const blocks = readMarkdown(given);
        expect(links(inlines(blocks)).every((href) => /^https?:\/\//.test(href))).toBe(true);
        const line = given.replaceAll('\n', ' ');
        expect(plain(readInline(line)).match(/word|한국/g)?.length ?? 0).toBe(line.match(/word|한국/g)?.length ?? 0);
      },
    ),
    { numRuns: 500 },
  );
});

test.each(['*a', '[a](', '`', '_a', '**a ', '\\\\', '> - ', 'https://a '])(
  'as long as it may be, of nothing but %s',
  (piece) => {
    expect(readMarkdown(piece.repeat(16_384 / piece.length)).length).toBeGreaterThan(0);
  },
);

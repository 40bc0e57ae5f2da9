import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillTemplate, templateFormats } from './template.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('", "admin": true, "x": "', '&role=admin', '</a><b>', '${SECRET}', '${other}', '\\', '\ud800'),
);
const secret = async (place: string) => `value of ${place}`;
const fill = (template: string, values: Record<string, string>, format: keyof typeof templateFormats) =>
  fillTemplate(template, values, templateFormats[format].escape, secret);

test('whatever a value is, JSON stays JSON with the same fields, and the value comes out as it went in', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (title, other) => {
      const filled = await fill('{"a": "x ${title} y", "b": ["${other}"], "c": "${SECRET}"}', { title, other }, 'json');
      expect(JSON.parse(filled)).toEqual({
        a: `x ${title.toWellFormed()} y`,
        b: [other.toWellFormed()],
        c: 'value of ${SECRET}',
      });
    }),
  );
});

test('a form keeps its fields, and XML its elements', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (title, other) => {
      const form = new URLSearchParams(await fill('a=${title}&b=${other}', { title, other }, 'form'));
      expect([...form]).toEqual([
        ['a', title.toWellFormed()],
        ['b', other.toWellFormed()],
      ]);
      const xml = await fill('<a b="${title}">${other}</a>', { title, other }, 'xml');
      expect(xml.match(/[<>"]/g)).toEqual(['<', '"', '"', '>', '<', '>']);
    }),
  );
});

test('what a value holds is never filled in again: neither parts of the message nor secrets', async () => {
  expect(await fill('${title}', { title: '${SECRET} ${title}' }, 'text')).toBe('${SECRET} ${title}');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countSegments, fitSegments } from './sms-segments.ts';

test('counts as 3GPP TS 23.038 does', () => {
  const gsm = (text: string) => countSegments(text, 'gsm-7');
  const ucs = (text: string) => countSegments(text, 'ucs-2');
  expect([gsm('a'.repeat(160)), gsm('a'.repeat(161)), gsm('a'.repeat(306)), gsm('a'.repeat(307))]).toEqual([
    1, 2, 2, 3,
  ]);
  expect([gsm('€'.repeat(80)), gsm('€'.repeat(81))]).toEqual([1, 2]);
  // An escape and its character stay together: 152 septets and one of two do not share a segment of 153.
  expect([gsm(`${'a'.repeat(152)}€${'a'.repeat(151)}`), gsm(`${'a'.repeat(152)}€${'a'.repeat(152)}`)]).toEqual([2, 3]);
  expect([ucs('ü'.repeat(70)), ucs('ü'.repeat(71)), ucs('ü'.repeat(134)), ucs('ü'.repeat(135))]).toEqual([1, 2, 2, 3]);
  expect([ucs('😀'.repeat(35)), ucs('😀'.repeat(36)), ucs('😀'.repeat(67))]).toEqual([1, 2, 3]);
});

test('typographic characters do not make a message cost twice', () => {
  expect(fitSegments('it’s “down” – since…', 1)).toEqual({
    text: 'it\'s "down" - since...',
    encoding: 'gsm-7',
    segments: 1,
  });
  expect(fitSegments('다운 – 됨', 1)).toEqual({ text: '다운 – 됨', encoding: 'ucs-2', segments: 1 });
});

test('whatever the text is, it fits, begins as it did, and no longer beginning would', () => {
  const character = fc.oneof(fc.constantFrom('a', '€', '{', ' ', '漢', '😀', '…'), fc.string({ unit: 'grapheme' }));
  fc.assert(
    fc.property(fc.array(character, { maxLength: 600 }), fc.integer({ min: 1, max: 6 }), (characters, most) => {
      const text = characters.join('').toWellFormed();
      const fitted = fitSegments(text, most);
      expect(fitted.segments).toBeLessThanOrEqual(most);
      expect(countSegments(fitted.text, fitted.encoding)).toBe(fitted.segments);
      expect(fitted.text.isWellFormed()).toBe(true);
      if (fitted.encoding === 'ucs-2') {
        if (fitted.text === text) return;
        const kept = fitted.text.slice(0, -1);
        expect(text.startsWith(kept)).toBe(true);
        const next = Array.from(text.slice(kept.length)).slice(0, 2).join('');
        if (next.trim() === next && next.length >= 2) {
          expect(countSegments(`${kept}${next}…`, 'ucs-2')).toBeGreaterThan(most);
        }
      }
    }),
  );
});

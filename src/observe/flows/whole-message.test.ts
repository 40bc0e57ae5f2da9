import { expect, test } from 'vitest';
import { generateDatagrams } from './generate/generate.ts';
import { generatedFormats } from './generate/formats.ts';
import { isWholeMessage } from './whole-message.ts';

test.each(generatedFormats)('messages of %s are told', (format) => {
  const made = [...generateDatagrams({ format, records: 300, seed: 1, startAt: 1_700_000_000_000, perSecond: 1000 })];
  expect(made.length).toBeGreaterThan(0);
  for (const { bytes } of made) expect(isWholeMessage(bytes)).toBe(true);
});

test('questions of DNS are none, whatever their number', () => {
  const question = Buffer.from('000501000001000000000000076578616d706c6503636f6d0000010001', 'hex');
  for (let number = 0; number < 65_536; number++) {
    question.writeUInt16BE(number);
    expect(isWholeMessage(question)).toBe(false);
  }
  expect(isWholeMessage(new Uint8Array(0))).toBe(false);
});

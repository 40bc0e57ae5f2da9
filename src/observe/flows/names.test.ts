import { expect, test } from 'vitest';
import type { Labels, SeriesTable } from '../../store/index.ts';
import { NameBook } from './names.ts';

function table(limit = Infinity): SeriesTable {
  const labels = new Map<number, Labels>();
  return {
    get size() {
      return labels.size;
    },
    idOf: (given) => {
      if (labels.size >= limit) throw new Error('full');
      const known = [...labels].find(([, one]) => JSON.stringify(one) === JSON.stringify(given));
      if (known) return known[0];
      labels.set(labels.size + 1, given);
      return labels.size;
    },
    labelsOf: (id) => labels.get(id),
    entries: () => labels.entries(),
  };
}

const exporter = { address: '192.0.2.1', protocol: 'ipfix', domain: 7 };

test('a name keeps its number, and kinds do not share theirs', () => {
  const series = table();
  const book = new NameBook({ series });
  const numbers = [book.exporter(exporter), book.name('web-1'), book.network('web-1'), book.reason('web-1')];
  expect(new Set(numbers).size).toBe(4);
  expect(book.labelsOf(numbers[0]!)).toEqual({
    kind: 'exporter',
    address: '192.0.2.1',
    protocol: 'ipfix',
    domain: '7',
  });
  expect(book.labelsOf(numbers[2]!)).toEqual({ kind: 'network', text: 'web-1' });
  const later = new NameBook({ series });
  expect([later.exporter(exporter), later.name('web-1'), later.network('web-1'), later.reason('web-1')]).toEqual(
    numbers,
  );
  expect(later.exporter({ ...exporter, domain: 8 })).not.toBe(numbers[0]);
});

test('made-up names of one kind take no room from the others', () => {
  const book = new NameBook({ series: table(), maxOfKind: 100 });
  for (let index = 0; index < 1000; index++) book.exporter({ ...exporter, domain: index });
  expect(book.refused).toBe(900);
  expect(book.exporter({ ...exporter, domain: 5000 })).toBe(0);
  expect(book.name('web-1')).toBeGreaterThan(0);
});

test('what the store refuses is no name, and text that could not be kept is made fit', () => {
  const full = new NameBook({ series: table(0) });
  expect(full.name('web-1')).toBe(0);
  const book = new NameBook({ series: table() });
  expect(book.labelsOf(book.name('a\u0007b\ud800'))).toEqual({ kind: 'name', text: 'a\ufffdb\ufffd' });
  expect(book.labelsOf(book.name('x'.repeat(5000)))?.['text']).toHaveLength(200);
  expect(book.name('')).toBe(0);
});

/** Numbers as Prometheus writes them. */

/** In answers: shortest digits that read back the same, with an exponent for the very small and great. */
export function formatValue(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  // Go writes two digits of an exponent at least.
  return String(value).replace(/e([-+])(\d)$/, 'e$10$2');
}

/** In labels: never an exponent. */
export function formatFixed(value: number): string {
  const text = formatValue(value);
  const parts = /^(-?)(\d)(?:\.(\d+))?e([-+]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = parts;
  const shift = Number(exponent);
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction}${'0'.repeat(Math.max(0, shift - fraction.length))}`;
}

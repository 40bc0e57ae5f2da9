/** Countries as rows have them: two letters, the first times 256 and the second; 0 unknown. */
export function countryNumber(text: string): number | undefined {
  if (/^(unknown|none)$/i.test(text)) return 0;
  if (!/^[a-z]{2}$/i.test(text)) return undefined;
  const letters = text.toUpperCase();
  return letters.charCodeAt(0) * 256 + letters.charCodeAt(1);
}

/** Undefined for what is no two letters. */
export function countryText(number: number): string | undefined {
  if (number === 0) return 'unknown';
  const text = String.fromCharCode(number >> 8, number & 255);
  return /^[A-Z]{2}$/.test(text) ? text : undefined;
}

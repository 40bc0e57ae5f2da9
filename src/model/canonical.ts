/**
 * JSON with keys sorted by UTF-16 code units, and without absent values: equal values give equal text, whatever order they were built in.
 * Undefined in a list becomes null, as in JSON. For plain values. Every observation is written so
 * before it is signed and before it is verified: what is in order already, as what was read from canonical text is, goes
 * the fast way.
 */
export function canonicalJson(value: unknown): string {
  return (isSorted(value) ? JSON.stringify(value) : textOf(value)) ?? 'null';
}

function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let previous = '';
  for (const key in value) {
    if (key < previous || !isSorted((value as Record<string, unknown>)[key])) return false;
    previous = key;
  }
  return true;
}

/** Undefined for what JSON leaves out. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    let text = '';
    for (const item of value) text += `${text === '' ? '' : ','}${textOf(item) ?? 'null'}`;
    return `[${text}]`;
  }
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const part = textOf((value as Record<string, unknown>)[key]);
    if (part !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${part}`;
  }
  return `{${text}}`;
}

/** Lists and labels as people type them into one field. */

export const writeList = (items: readonly string[] | undefined): string => (items ?? []).join(', ');

export const readList = (text: string): string[] =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

export const writeLabels = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

/** A number, or the text itself while it is none: the watcher says what is wrong with it. */
export function readNumber(text: string): number | string {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}

/** An object with a key set, or without it when there is nothing to set. */
export function withKey<Of extends object, Key extends keyof Of>(of: Of, key: Key, value: Of[Key] | undefined): Of {
  const { [key]: _, ...rest } = of;
  const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  // A key that was there keeps its place, so that a document stays in the order that somebody wrote.
  if (!isEmpty && key in of) return { ...of, [key]: value };
  return (isEmpty ? rest : { ...rest, [key]: value }) as Of;
}

/** Sentences with places in braces, `no answer to {0} probes`: recognised in one language, filled in another. */

const patterns = new Map<string, RegExp>();

function patternOf(template: string): RegExp {
  const known = patterns.get(template);
  if (known) return known;
  const escaped = template.replaceAll(/[()?.*+[\]\\^$|]/g, String.raw`\$&`);
  const pattern = new RegExp(`^${escaped.replaceAll(/\{(\d)\}/g, (_all, index: string) => `(?<_${index}>.+)`)}$`, 's');
  patterns.set(template, pattern);
  return pattern;
}

/** What stands in the places of the template, by number; undefined for any other text. */
export function readTemplate(template: string, text: string): Readonly<Record<string, string>> | undefined {
  const groups = patternOf(template).exec(text)?.groups;
  // A template without places has no groups and is nothing but itself.
  if (!groups) return text === template ? {} : undefined;
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name.slice(1), value]));
}

export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\d)\}/g, (_all, index: string) => values[index] ?? '');
}

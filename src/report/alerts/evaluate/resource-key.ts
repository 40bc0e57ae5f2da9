/** Equal labels have equal keys, whatever the order in which they are written. */
export function resourceKey(labels: Readonly<Record<string, string>>): string {
  const known = keys.get(labels);
  if (known !== undefined) return known;
  const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  keys.set(labels, key);
  return key;
}

/** Readings come with the same labels at each evaluation: to write them out each time would be most of the work. */
const keys = new WeakMap<Readonly<Record<string, string>>, string>();

import type { QueryGroups } from './query-groups.ts';
import type { Labels } from './window-query.ts';

/**
 * The queries over the series of one family. Most ask for one value of some label: of these only those for the values that a
 * series has are looked at.
 */
export class FamilyIndex {
  readonly all: QueryGroups[] = [];
  readonly #byLabel = new Map<string, Map<string, QueryGroups[]>>();
  readonly #others: QueryGroups[] = [];

  add(groups: QueryGroups): void {
    this.all.push(groups);
    const { equals } = groups.query;
    if (!equals) {
      this.#others.push(groups);
      return;
    }
    const values = this.#byLabel.get(equals.label) ?? new Map<string, QueryGroups[]>();
    this.#byLabel.set(equals.label, values);
    const same = values.get(equals.value);
    if (same) same.push(groups);
    else values.set(equals.value, [groups]);
  }

  /** All queries that may match a series with these labels; each has still to be asked. */
  *candidates(labels: Labels): Generator<QueryGroups> {
    yield* this.#others;
    for (const [label, values] of this.#byLabel) {
      yield* values.get(Object.hasOwn(labels, label) ? (labels[label] ?? '') : '') ?? [];
    }
  }
}

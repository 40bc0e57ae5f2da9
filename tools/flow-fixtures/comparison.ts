import { exceptionFor, type Exception } from './exceptions.ts';

/** What came of comparing one file with what somebody else says it holds. */
export interface Comparison {
  /** Whose file it is, and who says what is in it. */
  vendor: string;
  oracle: string;
  file: string;
  records: number;
  /** Values that are equal. */
  fields: number;
  /** Values that differ because the other is known to be wrong. */
  excepted: Exception[];
  differences: string[];
}

/** Values of one record by the names that both use, as text. */
export type Fields = ReadonlyMap<string, string>;

/** Compares one file. */
export class Tally implements Comparison {
  readonly vendor: string;
  readonly oracle: string;
  readonly file: string;
  records = 0;
  fields = 0;
  readonly excepted: Exception[] = [];
  readonly differences: string[] = [];

  constructor(vendor: string, oracle: string, file: string) {
    this.vendor = vendor;
    this.oracle = oracle;
    this.file = file;
  }

  value(place: string, field: string, ours: unknown, theirs: unknown): void {
    const [left, right] = [asText(ours), asText(theirs)];
    if (left === right) {
      this.fields++;
      return;
    }
    const exception = exceptionFor({ oracle: this.oracle, file: this.file, field, ours: left, theirs: right });
    if (exception) this.excepted.push(exception);
    else this.differences.push(`${place} ${field}: ${left} here, ${right} there`);
  }

  /** Everything that they say; what only we say is not theirs to judge. */
  record(place: string, ours: Fields | undefined, theirs: Fields): void {
    if (!ours) {
      this.value(place, 'record', 'none', [...theirs].map((pair) => pair.join('=')).join(' '));
      return;
    }
    this.records++;
    for (const [field, value] of theirs) this.value(place, field, ours.get(field) ?? 'nothing', value);
  }

  /** Records whose order is nobody's promise: each of theirs with the one of ours that is most like it. */
  unordered(ours: readonly Fields[], theirs: readonly Fields[]): void {
    this.value('file', 'records', ours.length, theirs.length);
    const rest = [...ours];
    theirs.forEach((record, index) => {
      let best = -1;
      let fewest = Number.POSITIVE_INFINITY;
      rest.forEach((candidate, at) => {
        let differing = 0;
        for (const [field, value] of record) if (candidate.get(field) !== value) differing++;
        if (differing < fewest) [best, fewest] = [at, differing];
      });
      const [found] = best < 0 ? [] : rest.splice(best, 1);
      this.record(`record ${index + 1}`, found, record);
    });
  }
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

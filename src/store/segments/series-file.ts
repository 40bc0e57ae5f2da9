import { QwError } from '../../model/index.ts';
import type { Disk } from '../../platform/index.ts';
import { LineFile, readLines } from './line-file.ts';
import { seriesLimits, type Labels, type SeriesTable } from './series-table.ts';

/** No label needs them, and they make logs and tables lie. */
const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const fileName = 'series.jsonl';

/** Names as they are now, for whoever only reads. */
export async function readSeries(disk: Disk, directory: string): Promise<Map<number, Labels>> {
  const { records } = await readLines(disk, `${directory}/${fileName}`);
  const found = records.map(({ record }) => record as { id?: number; labels?: Labels });
  return new Map(found.flatMap(({ id, labels }) => (id !== undefined && labels ? [[id, labels]] : [])));
}

/** Labels and their numbers in a file of their own, `series.jsonl`: one line a series, in order of their numbers. */
export class SeriesFile implements SeriesTable {
  readonly #file: LineFile;
  readonly #labels = new Map<number, Labels>();
  readonly #ids = new Map<string, number>();
  #next = 1;
  #bytes = 0;
  /** Given out and not durable. */
  #fresh: number[] = [];

  private constructor(file: LineFile) {
    this.#file = file;
  }

  static async open(disk: Disk, directory: string): Promise<{ series: SeriesFile; problems: string[] }> {
    const { file, reading } = await LineFile.open(disk, directory, fileName);
    const series = new SeriesFile(file);
    for (const { record } of reading.records) {
      const { id, labels, next } = record as { id?: number; labels?: Labels; next?: number };
      if (id !== undefined && labels !== undefined) series.#take(id, labels, keyOf(labels));
      series.#next = Math.max(series.#next, next ?? 0, (id ?? 0) + 1);
    }
    // A damaged line had a number too, which must not be given away again.
    series.#next += reading.damagedLines.length;
    const problems = reading.damagedLines.map(
      (line) => `${file.path}:${line}: the line is damaged; what its series is called is lost, its values are not`,
    );
    return { series, problems };
  }

  get size(): number {
    return this.#labels.size;
  }

  idOf(labels: Labels): number {
    const key = keyOf(labels);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    refuseHostile(labels);
    if (this.size >= seriesLimits.series || this.#bytes + key.length > seriesLimits.totalCharacters) {
      throw new QwError('TELEMETRY_BEHIND', `there are ${this.size} series already, and no room for more`, {
        hint: 'give fewer different labels, or begin with an empty telemetry folder',
      });
    }
    const id = this.#next;
    this.#next += 1;
    this.#take(id, Object.fromEntries(Object.entries(labels)), key);
    this.#fresh.push(id);
    return id;
  }

  labelsOf(id: number): Labels | undefined {
    return this.#labels.get(id);
  }

  entries(): Iterable<readonly [id: number, labels: Labels]> {
    return this.#labels.entries();
  }

  /** Makes every number that was given out durable. Rejects with `TELEMETRY_UNWRITABLE`; a later call tries again. */
  async flush(): Promise<void> {
    if (!this.#file.isSound) {
      if (this.size === 0) return;
      const all = [...this.#labels].map(([id, labels]) => ({ id, labels }));
      const count = this.#fresh.length;
      await this.#file.rewrite([{ next: this.#next }, ...all]);
      this.#fresh.splice(0, count);
      return;
    }
    if (this.#fresh.length === 0) return;
    const fresh = [...this.#fresh];
    await this.#file.append(fresh.map((id) => ({ id, labels: this.#labels.get(id) })));
    this.#fresh.splice(0, fresh.length);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  #take(id: number, labels: Labels, key: string): void {
    this.#labels.set(id, labels);
    this.#ids.set(key, id);
    this.#bytes += key.length;
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function refuseHostile(labels: Labels): void {
  const entries = Object.entries(labels);
  const refuse = (what: string) => {
    throw new QwError('BAD_INPUT', `a series cannot have ${what}`, { facts: { limits: seriesLimits } });
  };
  if (entries.length > seriesLimits.labels) refuse(`${entries.length} labels`);
  for (const [name, value] of entries) {
    if (name === '' || name.length > seriesLimits.nameCharacters) refuse(`a label name of ${name.length} characters`);
    if (value.length > seriesLimits.valueCharacters) refuse(`a label value of ${value.length} characters`);
    if (controlCharacters.test(name) || controlCharacters.test(value)) refuse('control characters in its labels');
    if (!name.isWellFormed() || !value.isWellFormed()) refuse('half a character in its labels');
  }
}

import { QwError } from '../../model/index.ts';
import type { Labels } from './metric.ts';

export interface KnownSeries {
  id: number;
  /** Without the family. */
  labels: Labels;
}

/** Gives labels a number that they keep; the one of a store on disk keeps them over restarts. */
export interface SeriesKeeper {
  /** Throws a QwError where there are too many, or where the labels are not fit to be kept. */
  idOf(labels: Labels): number;
  entries(): Iterable<readonly [id: number, labels: Labels]>;
}

const familyLabel = '__name__';

/** Numbers that last as long as the process, for telemetry that does not last longer either. */
export function keepInMemory(maxSeries: number): SeriesKeeper {
  const known = new Map<string, readonly [id: number, labels: Labels]>();
  return {
    idOf: (labels) => {
      const key = keyOf(labels);
      let found = known.get(key);
      if (!found) {
        if (known.size >= maxSeries) throw new QwError('OVERLOADED', `there are ${maxSeries} series already`);
        known.set(key, (found = [known.size + 1, labels]));
      }
      return found[0];
    },
    entries: () => known.values(),
  };
}

/** Series by family, which is the name of a metric or stands for all figures of samples. */
export class SeriesBook {
  readonly #keeper: SeriesKeeper;
  readonly #families = new Map<string, Map<number, KnownSeries>>();
  readonly #labels = new Map<string, Set<string>>();
  readonly #byId = new Map<number, { family: string; labels: Labels }>();

  constructor(keeper: SeriesKeeper) {
    this.#keeper = keeper;
    for (const [id, { [familyLabel]: family = '', ...labels }] of keeper.entries()) this.#learn(family, { id, labels });
  }

  /** Throws what the keeper throws. */
  idOf(family: string, labels: Labels): number {
    const id = this.#keeper.idOf({ ...labels, [familyLabel]: family });
    if (!this.#families.get(family)?.has(id)) this.#learn(family, { id, labels });
    return id;
  }

  of(family: string): KnownSeries[] {
    return [...(this.#families.get(family)?.values() ?? [])];
  }

  /** What a number stands for. */
  find(id: number): { family: string; labels: Labels } | undefined {
    return this.#byId.get(id);
  }

  /** Names of the labels that series of a family have. */
  labelsOf(family: string): string[] {
    return [...(this.#labels.get(family) ?? [])];
  }

  #learn(family: string, series: KnownSeries): void {
    const known = this.#families.get(family);
    if (known) known.set(series.id, series);
    else this.#families.set(family, new Map([[series.id, series]]));
    this.#byId.set(series.id, { family, labels: series.labels });
    const names = this.#labels.get(family) ?? new Set();
    for (const name of Object.keys(series.labels)) names.add(name);
    this.#labels.set(family, names);
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

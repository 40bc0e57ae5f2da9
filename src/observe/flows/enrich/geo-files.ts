import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../../../model/index.ts';
import type { AddressWords } from './address-words.ts';
import type { Places } from './enrichment.ts';
import { GeoFile, type GeoValue } from './geo-file.ts';

/** Where MaxMind DB files are. */
export interface GeoPaths {
  country?: string | undefined;
  as?: string | undefined;
}

interface Opened {
  value: GeoValue;
  path: string;
  /** Size and time of change of what was read last. */
  seen: string;
  file?: GeoFile;
  problem?: string;
}

/** More is no file of countries or systems. */
const maxFileBytes = 1024 * 1024 * 1024;

/**
 * The files of the configuration, read anew when they have changed. One that is missing or broken says nothing, or what it
 * said before: records are kept without it, and the status says why.
 */
export class GeoFiles implements Places {
  readonly #files: Opened[];

  constructor(paths: GeoPaths) {
    const wanted: [GeoValue, string | undefined][] = [
      ['country', paths.country],
      ['as', paths.as],
    ];
    this.#files = wanted.flatMap(([value, path]) => (path === undefined ? [] : [{ value, path, seen: '' }]));
  }

  country(words: AddressWords): number {
    return this.#find('country', words);
  }

  as(words: AddressWords): number {
    return this.#find('as', words);
  }

  /** What keeps a file from being read, in sentences. */
  get problems(): string[] {
    return this.#files.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  }

  /** Looks whether files have changed; resolves to whether there is something new. */
  async refresh(): Promise<boolean> {
    const changes = await Promise.all(this.#files.map((opened) => refreshOne(opened)));
    return changes.includes(true);
  }

  #find(wanted: GeoValue, words: AddressWords): number {
    return this.#files.find(({ value }) => value === wanted)?.file?.find(words) ?? 0;
  }
}

async function refreshOne(opened: Opened): Promise<boolean> {
  const { path, value } = opened;
  try {
    const { mtimeMs, size, ino } = await stat(path);
    const seen = `${ino} ${size} ${mtimeMs}`;
    if (seen === opened.seen) return false;
    // Remembered before it is read, so that a broken file is not read every minute.
    opened.seen = seen;
    if (size > maxFileBytes) throw new RangeError(`it has ${size} bytes, at most ${maxFileBytes} are expected`);
    opened.file = new GeoFile(await readFile(path), value);
    delete opened.problem;
    return true;
  } catch (thrown) {
    opened.problem = `${path} cannot be used: ${messageOf(thrown)}`;
    return false;
  }
}

import { messageOf, QwError, type EpochMs } from '../../model/index.ts';
import { nodeDisk, type Disk } from '../../platform/index.ts';
import { partsOf, type Table } from '../table.ts';
import { readManifest } from './manifest.ts';
import { hashOf } from './segment-file.ts';
import type { Replacement, Segment, SegmentStore, Snapshot } from './segment-store.ts';
import { readSeries } from './series-file.ts';
import type { Labels, SeriesTable } from './series-table.ts';

export interface ReadingOptions {
  directory: string;
  disk?: Disk;
}

/**
 * A folder of segments without its lock, so beside the process that writes it: whatever changes rejects with
 * TELEMETRY_UNWRITABLE, and `refresh` shows what was sealed since. Throws NOT_FOUND when there is no such folder, and
 * DATA_NEWER for a later format.
 */
export async function openSegmentsForReading({ directory, disk = nodeDisk }: ReadingOptions): Promise<SegmentStore> {
  const names = await disk.list(directory);
  if (!names.includes('manifest.jsonl') && !names.includes('series.jsonl')) {
    throw new QwError('NOT_FOUND', 'there are no segments of telemetry', {
      where: directory,
      hint: 'name the folder that holds manifest.jsonl',
    });
  }
  const store = new SegmentsForReading(directory, disk);
  await store.refresh();
  return store;
}

class SegmentsForReading implements SegmentStore {
  readonly directory: string;
  readonly problems: readonly string[] = [];
  readonly unsealedRows = 0;
  readonly #disk: Disk;
  #live: ReadonlyMap<string, Segment> = new Map();
  #labels: ReadonlyMap<number, Labels> = new Map();

  constructor(directory: string, disk: Disk) {
    this.directory = directory;
    this.#disk = disk;
  }

  get series(): SeriesTable {
    const labels = this.#labels;
    return {
      size: labels.size,
      idOf: () => refuse(this.directory),
      labelsOf: (id) => labels.get(id),
      entries: () => labels.entries(),
    };
  }

  async refresh(): Promise<void> {
    // Names are durable before rows that have them, so whoever reads rows first finds the names of all of them.
    const live = await readManifest(this.#disk, this.directory);
    this.#labels = await readSeries(this.#disk, this.directory);
    this.#live = live;
  }

  segments(table?: Table): readonly Segment[] {
    const all = [...this.#live.values()].filter((segment) => !table || segment.table === table.name);
    return all.sort((a, b) => a.from - b.from || (a.name < b.name ? -1 : 1));
  }

  snapshot(table: Table, from: EpochMs, to: EpochMs): Snapshot {
    const names = new Set(partsOf(table).map(({ name }) => name));
    const segments = this.segments().filter(
      (segment) => names.has(segment.table) && segment.to >= from && segment.from < to,
    );
    return { segments, unsealed: [], release: () => undefined };
  }

  async verify(table?: Table): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { path, sha256 } of this.segments(table)) {
      const present = await hashOf(this.#disk, path).catch((problem: unknown) => messageOf(problem));
      if (present !== sha256) found.push(`${path}: expected the hash ${sha256}, found ${present}`);
    }
    return found;
  }

  seal(): Promise<void> {
    return Promise.resolve();
  }

  // oxlint-disable-next-line require-await -- what is refused is a promise that rejects
  async append(): Promise<void> {
    refuse(this.directory);
  }

  planReplacement(): Replacement {
    return refuse(this.directory);
  }

  // oxlint-disable-next-line require-await -- as above
  async replace(): Promise<never> {
    return refuse(this.directory);
  }

  // oxlint-disable-next-line require-await -- as above
  async dropBefore(): Promise<never> {
    return refuse(this.directory);
  }

  // oxlint-disable-next-line require-await -- as above
  async retain(): Promise<never> {
    return refuse(this.directory);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function refuse(directory: string): never {
  throw new QwError('TELEMETRY_UNWRITABLE', 'the telemetry was opened for reading only', { where: directory });
}

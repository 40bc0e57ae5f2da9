import { dirname } from 'node:path';
import { assert, messageOf, QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';
import { nodeDisk, silentLog, type Clock, type Disk, type Log, type Timer } from '../../platform/index.ts';
import type { ColumnBatch } from '../batch.ts';
import { Choices } from '../parquet/choices.ts';
import { Workspace } from '../parquet/workspace.ts';
import { partsOf, type Table } from '../table.ts';
import { Gathered } from './gathered.ts';
import { Manifest, type Change } from './manifest.ts';
import { checkBatch, maxHours, partition } from './partition.ts';
import { Readers } from './readers.ts';
import { chooseDrops } from './retention.ts';
import { describeFile, hashOf, syncFile, writeSegment } from './segment-file.ts';
import { numberIn, originMetadata, segmentName } from './segment-name.ts';
import type {
  BeforeDrop,
  OutputPlan,
  Replacement,
  Retained,
  RetentionPolicy,
  Segment,
  SegmentStore,
  Snapshot,
} from './segment-store.ts';
import { SeriesFile } from './series-file.ts';
import type { SeriesTable } from './series-table.ts';

export interface SegmentOptions {
  /** Made when it is missing; nothing else may be in it. */
  directory: string;
  clock: Clock;
  disk?: Disk;
  log?: Log;
  /** Rows wait at most this long for others before they are written: 5 s by default. */
  sealMs?: Milliseconds;
  /** So many rows are written without waiting: 100,000 by default. */
  sealRows?: number;
  /** More rows that wait for the disk are refused: 1,000,000 by default, some 30 MB of samples. */
  maxUnsealedRows?: number;
  /** Called before rows are written, the last chance to append to them; what it returns, when they are durable. Neither fails. */
  beforeSeal?: () => (() => Promise<void>) | undefined;
}

/**
 * Opens a folder of segments, and removes what a crash left half done. Throws DATA_LOCKED when another process has it,
 * DATA_NEWER for a later format, and TELEMETRY_CORRUPT with file and line when the manifest is damaged beyond what the
 * segments know themselves.
 */
export async function openSegments(options: SegmentOptions): Promise<SegmentStore> {
  const { directory, disk = nodeDisk, log = silentLog } = options;
  await disk.makeDirectory(directory);
  // The folder itself must outlive a power cut before anything in it can.
  await disk.syncDirectory(dirname(directory));
  const unlock = await disk.lock(directory);
  try {
    const { series, problems: inSeries } = await SeriesFile.open(disk, directory);
    const { manifest, problems: inManifest } = await Manifest.open(disk, directory, log);
    await removeLeftovers(disk, directory, manifest);
    const { unusable, problems: inFiles } = await findUnusable(disk, manifest);
    const problems = [...inSeries, ...inManifest, ...inFiles];
    for (const problem of problems) log.error('telemetry is damaged', { problem });
    return new FileSegments({ ...options, disk, log }, { series, manifest, unusable, problems, unlock });
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function removeLeftovers(disk: Disk, directory: string, manifest: Manifest): Promise<void> {
  for (const name of await disk.list(directory)) {
    if (numberIn(name) !== undefined && !manifest.live.has(name)) await disk.remove(`${directory}/${name}`);
  }
}

/** Segments that are listed and cannot be read as they were written; they stay listed, and nobody is shown them. */
async function findUnusable(disk: Disk, { live }: Manifest): Promise<{ unusable: Set<string>; problems: string[] }> {
  const unusable = new Set<string>();
  const problems: string[] = [];
  for (const { name, path, bytes } of live.values()) {
    let found = 'it is missing';
    try {
      const file = await disk.open(path, 'read');
      const present = await file.size();
      await file.close();
      if (present === bytes) continue;
      found = `it has ${present} bytes of ${bytes}`;
    } catch (error) {
      found = `it cannot be opened: ${messageOf(error)}`;
    }
    unusable.add(name);
    problems.push(`${path}: ${found}`);
  }
  return { unusable, problems };
}

const inMegabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

interface Parts {
  series: SeriesFile;
  manifest: Manifest;
  unusable: Set<string>;
  problems: readonly string[];
  unlock: () => Promise<void>;
}

class FileSegments implements SegmentStore {
  readonly directory: string;
  readonly #clock: Clock;
  readonly #disk: Disk;
  readonly #log: Log;
  readonly #limits: { sealMs: Milliseconds; sealRows: number; maxUnsealedRows: number };
  readonly #parts: Parts;
  readonly #readers: Readers;
  readonly #choices = new Choices();
  readonly #workspace = new Workspace();
  readonly #beforeSeal: NonNullable<SegmentOptions['beforeSeal']>;
  #gathering = new Gathered();
  #writing: Gathered | undefined;
  /** The last seal that was asked for, and one of them that has not begun. */
  #seals: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #commits: Promise<unknown> = Promise.resolve();
  #timer: Timer | undefined;
  #isClosed = false;
  /** Above the size that is allowed, at the last look. */
  #excess: string | undefined;

  constructor(options: SegmentOptions & { disk: Disk; log: Log }, parts: Parts) {
    const { directory, clock, disk, log, sealMs = 5000, sealRows = 100_000, maxUnsealedRows = 1_000_000 } = options;
    this.directory = directory;
    this.#clock = clock;
    this.#disk = disk;
    this.#log = log;
    this.#limits = { sealMs, sealRows, maxUnsealedRows };
    this.#beforeSeal = options.beforeSeal ?? (() => undefined);
    this.#parts = parts;
    this.#readers = new Readers(disk, log);
  }

  get problems(): readonly string[] {
    return this.#excess === undefined ? this.#parts.problems : [...this.#parts.problems, this.#excess];
  }

  get series(): SeriesTable {
    return this.#parts.series;
  }

  get unsealedRows(): number {
    return this.#gathering.rows + (this.#writing?.rows ?? 0);
  }

  async append(batch: ColumnBatch): Promise<void> {
    assert(!this.#isClosed, 'nothing is appended after the end');
    const hours = checkBatch(batch);
    if (batch.rows === 0) return;
    if (this.unsealedRows + batch.rows > this.#limits.maxUnsealedRows) {
      throw new QwError('TELEMETRY_BEHIND', `${this.unsealedRows} rows wait for the disk`, { where: this.directory });
    }
    const sealed = this.#gathering.add(batch, hours);
    if (this.#gathering.rows >= this.#limits.sealRows || this.#gathering.hours.size > maxHours) void this.seal();
    else if (!this.#next) this.#timer ??= this.#clock.after(this.#limits.sealMs, () => void this.seal());
    await sealed;
  }

  seal(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.#next) {
      this.#next = this.#seals.then(() => {
        this.#next = undefined;
        return this.#sealGathered();
      });
      this.#seals = this.#next;
    }
    return this.#next;
  }

  snapshot(table: Table, from: EpochMs, to: EpochMs): Snapshot {
    const names = new Set(partsOf(table).map(({ name }) => name));
    const segments = this.segments().filter(
      (segment) => names.has(segment.table) && segment.to >= from && segment.from < to,
    );
    const unsealed = [...(this.#writing?.batches ?? []), ...this.#gathering.batches];
    const release = this.#readers.take(segments);
    return { segments, unsealed: unsealed.filter((batch) => batch.table.name === table.name), release };
  }

  planReplacement(table: Table, inputs: readonly Segment[], plans: readonly OutputPlan[]): Replacement {
    const replaces = inputs.map(({ name }) => numberIn(name) ?? 0);
    const numbers = plans.map(() => this.#parts.manifest.takeNumber());
    const outputs = plans.map((plan, at) => {
      const { from, level, note } = plan;
      assert((note ?? '').length <= 200, 'the note of a segment is short');
      const path = `${this.directory}/${segmentName(table.name, from, level, numbers[at] ?? 0)}`;
      const origin = { table: table.name, level, ...(note !== undefined && { note }), replaces, outputs: numbers };
      return { ...plan, path, metadata: originMetadata(origin) };
    });
    return { table, inputs, outputs };
  }

  async replace({ table, inputs, outputs }: Replacement): Promise<readonly Segment[]> {
    const add: Segment[] = [];
    try {
      for (const { path } of outputs) add.push(await this.#describeOutput(path, table));
      if (outputs.length > 0) await this.#disk.syncDirectory(this.directory);
      await this.#commit({ add, remove: inputs });
    } catch (error) {
      if (this.#parts.manifest.isSound) await this.#removeFiles(outputs.map(({ path }) => path));
      if (error instanceof QwError) throw error;
      throw new QwError('TELEMETRY_UNWRITABLE', `segments were not replaced: ${messageOf(error)}`, { cause: error });
    }
    return add;
  }

  async dropBefore(table: Table, before: EpochMs): Promise<number> {
    const remove = partsOf(table).flatMap((part) => this.#listed(part).filter(({ to }) => to < before));
    return (await this.#drop(remove)).length;
  }

  async retain(policy: RetentionPolicy, beforeDrop?: BeforeDrop): Promise<Retained> {
    const { drops, excessBytes } = chooseDrops(this.#listed(), policy, this.#clock.now());
    const dropped = await this.#drop(drops, beforeDrop);
    if (policy.maxBytes !== undefined) {
      const [kept, most] = [excessBytes + policy.maxBytes, policy.maxBytes].map(inMegabytes);
      this.#excess =
        excessBytes > 0
          ? `${this.directory}: what may not be deleted yet takes ${kept} MB, and ${most} MB are allowed`
          : undefined;
    }
    const droppedBytes = dropped.reduce((sum, { bytes }) => sum + bytes, 0);
    return { droppedSegments: dropped.length, droppedBytes, excessBytes, dropped };
  }

  segments(table?: Table): readonly Segment[] {
    return this.#listed(table)
      .filter(({ name }) => !this.#parts.unusable.has(name))
      .sort((a, b) => a.from - b.from || (a.name < b.name ? -1 : 1));
  }

  async verify(table?: Table): Promise<readonly string[]> {
    const found: string[] = [];
    const all = this.#listed(table);
    const release = this.#readers.take(all);
    try {
      for (const { path, sha256 } of all) {
        const present = await hashOf(this.#disk, path).catch((error: unknown) => messageOf(error));
        if (present !== sha256) found.push(`${path}: the content is not what was written (${present})`);
      }
    } finally {
      release();
    }
    return found;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.seal();
    this.#isClosed = true;
    await this.#commits;
    await this.#readers.settled();
    await this.#parts.series.close();
    await this.#parts.manifest.close();
    await this.#parts.unlock();
  }

  #listed(table?: Table): Segment[] {
    const all = [...this.#parts.manifest.live.values()];
    return table ? all.filter((segment) => segment.table === table.name) : all;
  }

  async #sealGathered(): Promise<void> {
    const afterwards = this.#beforeSeal();
    const gathered = this.#gathering;
    if (gathered.rows === 0) return;
    this.#gathering = new Gathered();
    this.#writing = gathered;
    const add: Segment[] = [];
    const begun: string[] = [];
    try {
      await this.#parts.series.flush();
      await this.#exclusively(() => this.#parts.manifest.ensureSound());
      for (const [table, batches] of gathered.byTable()) {
        for (const parts of await partition(batches)) {
          const from = Number(parts[0]?.columns['ts']?.[0] ?? 0);
          const name = segmentName(table.name, from, 0, this.#parts.manifest.takeNumber());
          begun.push(`${this.directory}/${name}`, `${this.directory}/${name}.new`);
          const means = { level: 0, choices: this.#choices, workspace: this.#workspace };
          add.push(await writeSegment(this.#disk, this.directory, name, { table, parts }, means));
        }
      }
      await this.#disk.syncDirectory(this.directory);
      await this.#commit({ add, remove: [] }, () => (this.#writing = undefined));
    } catch (error) {
      this.#writing = undefined;
      this.#log.error('telemetry was not written', { error: messageOf(error), rows: gathered.rows });
      // While the manifest may name them, the files stay.
      if (this.#parts.manifest.isSound) await this.#removeFiles(begun);
      gathered.refused(error);
      return;
    }
    gathered.sealed();
    await afterwards?.();
  }

  async #describeOutput(path: string, table: Table): Promise<Segment> {
    const name = path.slice(this.directory.length + 1);
    try {
      const { origin: _origin, ...segment } = await describeFile(this.#disk, path, name);
      if (segment.table !== table.name) throw new SyntaxError(`it is of ${segment.table}`);
      await syncFile(this.#disk, path);
      return segment;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code !== 'ENOENT') throw error;
      throw new QwError('BAD_INPUT', `not a segment of ${table.name}: ${messageOf(error)}`, {
        where: path,
        cause: error,
      });
    }
  }

  async #drop(remove: readonly Segment[], beforeDrop?: BeforeDrop): Promise<readonly Segment[]> {
    if (remove.length === 0) return [];
    let dropped: readonly Segment[] = [];
    await this.#exclusively(async () => {
      // A replacement may have come first.
      const present = remove.filter(({ name }) => this.#parts.manifest.live.has(name));
      dropped = present;
      if (present.length > 0) {
        await beforeDrop?.(present);
        await this.#parts.manifest.commit({ add: [], remove: present });
      }
      this.#readers.remove(present);
    });
    return dropped;
  }

  #commit(change: Change, committed?: () => void): Promise<void> {
    return this.#exclusively(async () => {
      const { manifest } = this.#parts;
      const absent = change.remove.find(({ name }) => !manifest.live.has(name));
      if (absent) throw new QwError('CONFLICT', `the segment ${absent.name} is no longer in place`);
      await manifest.commit(change);
      committed?.();
      this.#readers.remove(change.remove);
    });
  }

  #exclusively(action: () => Promise<void>): Promise<void> {
    const done = this.#commits.then(action);
    this.#commits = done.catch(() => undefined);
    return done;
  }

  async #removeFiles(paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.#disk.remove(path).catch(() => undefined);
  }
}

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, type CloudFolderSettings } from '../../../model/index.ts';
import type { CloudNames, DurableFlowSink } from '../../../observe/index.ts';
import { nodeDisk, readSmallFile, replaceFile, sleep, type Clock, type Log } from '../../../platform/index.ts';
import { CloudIntake } from './intake.ts';
import { readLogFile } from './read-log-file.ts';

export interface LogFolderOptions {
  settings: CloudFolderSettings;
  /** Where it is remembered which files were read. */
  directory: string;
  names: CloudNames;
  sink: DurableFlowSink;
  clock: Clock;
  log: Log;
}

const lookMs = 10_000;
const maxFiles = 100_000;
const maxDepth = 20;
const maxStateBytes = 64 * 1024 * 1024;
/** Rows that may wait for the disk before the next ones are read. */
const waitingRows = 100_000;
const waitMs = 20;

const stateSchema = z.record(z.string(), z.object({ size: z.number(), changedMs: z.number(), entries: z.number() }));
type Remembered = z.infer<typeof stateSchema>[string];

/**
 * Logs that something else puts into a folder, such as a mirror of a bucket. A file is read once it has stood still for one
 * look; what it has gained since is read when it stands still again.
 */
export class LogFolder {
  readonly #options: LogFolderOptions;
  readonly #intake: CloudIntake;
  readonly #stateFile: string;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #remembered = new Map<string, Remembered>();
  /** As the last look saw files that are not read yet. */
  #seen = new Map<string, Omit<Remembered, 'entries'>>();
  /** Why the folder, or a file in it, is not read; by its path. */
  readonly #problems = new Map<string, string>();

  constructor(options: LogFolderOptions) {
    this.#options = options;
    const { format, 'format-string': formatString, name } = options.settings;
    const { names, sink } = options;
    this.#intake = new CloudIntake({ format, formatString, names, sink });
    this.#stateFile = `cloud-${name}.json`;
    this.#running = this.#run();
  }

  get counts(): CloudIntake['counts'] {
    return this.#intake.counts;
  }

  get problems(): string[] {
    return [...this.#problems.values()];
  }

  /** Resolves when nothing is read any more. */
  close(): Promise<void> {
    this.#stopped.abort();
    return this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log, settings } = this.#options;
    const { signal } = this.#stopped;
    await this.#restore();
    while (!signal.aborted) {
      try {
        await this.#look();
      } catch (thrown) {
        this.#report(settings.folder, `${settings.folder} cannot be read: ${messageOf(thrown)}`);
        log.warning('a folder of flow logs cannot be read', { folder: settings.folder, problem: messageOf(thrown) });
      }
      await sleep(clock, lookMs, signal);
    }
  }

  async #look(): Promise<void> {
    const { folder } = this.#options.settings;
    const files = await filesBelow(folder, '', maxDepth);
    this.#problems.delete(folder);
    if (files.length > maxFiles)
      this.#report(folder, `${folder} has more than ${maxFiles} files; the others are not read`);
    const seen = new Map<string, Omit<Remembered, 'entries'>>();
    for (const path of files.slice(0, maxFiles)) {
      if (this.#stopped.signal.aborted) return;
      const found = await stat(join(folder, path)).catch(() => undefined);
      if (!found?.isFile()) continue;
      const now = { size: found.size, changedMs: found.mtimeMs };
      if (isSame(this.#remembered.get(path), now)) continue;
      if (isSame(this.#seen.get(path), now)) await this.#read(path, now);
      else seen.set(path, now);
    }
    this.#seen = seen;
    await this.#forget(new Set(files));
  }

  async #read(path: string, now: Omit<Remembered, 'entries'>): Promise<void> {
    const { settings, clock, log } = this.#options;
    const known = this.#remembered.get(path);
    // What is smaller than before is another file of the same name.
    const before = known && known.size <= now.size ? known.entries : 0;
    const { entries: start } = this.#intake.counts;
    this.#intake.skip(before);
    const file = join(settings.folder, path);
    const signal = this.#stopped.signal;
    this.#problems.delete(path);
    try {
      await readLogFile(file, this.#intake, { now: () => clock.now(), room: () => this.#room(), signal });
    } catch (thrown) {
      this.#report(path, `${file} cannot be read: ${messageOf(thrown)}`);
      log.warning('a flow log cannot be read', { file, problem: messageOf(thrown) });
    }
    const isStored = await this.#intake.settle();
    // What is not remembered is read again; a record that was stored twice is better than one that was not at all.
    if (!isStored || signal.aborted) return;
    const entries = before + this.#intake.counts.entries - start;
    this.#remembered.set(path, { ...now, entries });
    await this.#save();
  }

  async #room(): Promise<void> {
    const { clock, sink } = this.#options;
    await sleep(clock, 0);
    while (sink.waiting > waitingRows && !this.#stopped.signal.aborted) await sleep(clock, waitMs);
  }

  /** Files that are gone need not be remembered. */
  async #forget(present: ReadonlySet<string>): Promise<void> {
    const { size } = this.#remembered;
    for (const path of this.#remembered.keys()) if (!present.has(path)) this.#remembered.delete(path);
    for (const path of this.#problems.keys()) {
      if (path !== this.#options.settings.folder && !present.has(path)) this.#problems.delete(path);
    }
    if (this.#remembered.size < size) await this.#save();
  }

  async #restore(): Promise<void> {
    const { directory, log } = this.#options;
    try {
      const bytes = await readSmallFile(nodeDisk, join(directory, this.#stateFile), maxStateBytes);
      if (bytes) this.#remembered = new Map(Object.entries(stateSchema.parse(JSON.parse(bytes.toString()))));
    } catch (thrown) {
      log.warning('which flow logs were read is not known any more; they are read again', {
        file: this.#stateFile,
        problem: messageOf(thrown),
      });
    }
  }

  async #save(): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(this.#remembered));
    await replaceFile(nodeDisk, this.#options.directory, this.#stateFile, Buffer.from(text));
  }

  #report(path: string, problem: string): void {
    this.#problems.set(path, problem);
  }
}

function isSame(one: Omit<Remembered, 'entries'> | undefined, other: Omit<Remembered, 'entries'>): boolean {
  return one !== undefined && one.size === other.size && one.changedMs === other.changedMs;
}

/** What programs that copy files call theirs until they are whole. */
const unfinished = /(^\.|\.(tmp|part|partial|filepart|crdownload)$|_\.gstmp$)/;

/** In order of their names, which begin with dates in all of these clouds. */
async function filesBelow(folder: string, path: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (unfinished.test(entry.name)) continue;
    const inside = join(path, entry.name);
    if (entry.isFile()) files.push(inside);
    else if (entry.isDirectory() && depth > 0) files.push(...(await filesBelow(folder, inside, depth - 1)));
    if (files.length > maxFiles) break;
  }
  return files;
}

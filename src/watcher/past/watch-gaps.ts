import { z } from 'zod';
import type { EpochMs, Milliseconds } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../platform/index.ts';
import type { Span } from '../../report/index.ts';

/**
 * When a watcher that watches alone did not run. Its ledger says nothing about that: the last verdicts stand there as if
 * somebody had gone on looking. In a cluster others do.
 */

const fileName = 'watched.json';
const everyMs: Milliseconds = 60_000;
/** A restart takes a moment; what is shorter is none. */
const gapMs = 2 * everyMs;
const maxGaps = 2000;
const maxFileBytes = 1024 * 1024;

const schema = z.object({
  /** It ran at least until then. */
  until: z.number(),
  gaps: z.array(z.object({ from: z.number(), to: z.number() })),
});

export class WatchGaps {
  readonly #disk: Disk;
  readonly #directory: string;
  #gaps: Span[];
  #until: EpochMs;

  private constructor(disk: Disk, directory: string, gaps: Span[], until: EpochMs) {
    this.#disk = disk;
    this.#directory = directory;
    this.#gaps = gaps;
    this.#until = until;
  }

  /** What is damaged or missing tells of no gap. */
  static async open(disk: Disk, directory: string, now: EpochMs): Promise<WatchGaps> {
    const bytes = await readSmallFile(disk, `${directory}/${fileName}`, maxFileBytes).catch(() => undefined);
    const read = schema.safeParse(parsed(bytes));
    if (!read.success) return new WatchGaps(disk, directory, [], 0);
    const { until, gaps } = read.data;
    if (now - until > gapMs) gaps.push({ from: until, to: now });
    return new WatchGaps(disk, directory, gaps, 0);
  }

  /** In the order of time. */
  get gaps(): readonly Span[] {
    return this.#gaps;
  }

  /** To be called often: writes about once a minute that the watch goes on. */
  async look(now: EpochMs, forgetBefore: EpochMs): Promise<void> {
    // A clock that was set back must not stop it for as long.
    if (Math.abs(now - this.#until) < everyMs) return;
    // The machine slept: nobody watched either.
    if (this.#until > 0 && now - this.#until > gapMs) this.#gaps.push({ from: this.#until, to: now });
    this.#until = now;
    this.#gaps = this.#gaps.filter(({ to }) => to > forgetBefore).slice(-maxGaps);
    const bytes = Buffer.from(JSON.stringify({ until: now, gaps: this.#gaps }));
    await replaceFile(this.#disk, this.#directory, fileName, bytes);
  }
}

function parsed(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse(bytes?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}

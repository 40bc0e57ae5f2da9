import { messageOf } from '../../model/index.ts';
import { systemErrorCode, type Disk, type Log } from '../../platform/index.ts';
import type { Segment } from './segment-store.ts';

/** Who reads which file: what no longer counts is deleted when the last of them is done. */
export class Readers {
  readonly #disk: Disk;
  readonly #log: Log;
  readonly #counts = new Map<string, number>();
  readonly #doomed = new Set<string>();
  #deleting: Promise<void> = Promise.resolve();

  constructor(disk: Disk, log: Log) {
    this.#disk = disk;
    this.#log = log;
  }

  take(segments: readonly Segment[]): () => void {
    for (const { path } of segments) this.#counts.set(path, (this.#counts.get(path) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (isHeld) for (const { path } of segments) this.#release(path);
      isHeld = false;
    };
  }

  remove(segments: readonly Segment[]): void {
    for (const { path } of segments) {
      if (this.#counts.has(path)) this.#doomed.add(path);
      else this.#delete(path);
    }
  }

  /** When all that can be deleted is. */
  settled(): Promise<void> {
    return this.#deleting;
  }

  #release(path: string): void {
    const count = this.#counts.get(path) ?? 1;
    if (count > 1) {
      this.#counts.set(path, count - 1);
      return;
    }
    this.#counts.delete(path);
    if (this.#doomed.delete(path)) this.#delete(path);
  }

  #delete(path: string): void {
    this.#deleting = this.#deleting
      .then(() => this.#disk.remove(path))
      .catch((error: unknown) => {
        if (systemErrorCode(error) === 'ENOENT') return;
        // The next start tries again.
        this.#log.warning('a telemetry segment could not be deleted', { path, error: messageOf(error) });
      });
  }
}

import type { EpochMs, Mirror } from '../../model/index.ts';
import type { CapturedFiles } from './captured-files.ts';

/** Shreds captured files when their time is over, whether or not the members can be told of it: that may come later. */
export class OverdueFiles {
  readonly #files: Pick<CapturedFiles, 'shred'>;
  /** What went wrong, as sentences, of each mirror that was shredded and is not yet in the ledger as such. */
  readonly #shredded = new Map<string, Promise<string[]>>();

  constructor(files: Pick<CapturedFiles, 'shred'>) {
    this.#files = files;
  }

  /** Of mirrors of this watcher; one that is busy still writes its files. */
  look(mirrors: readonly Mirror[], now: EpochMs, isBusy: (mirror: Mirror) => boolean): void {
    for (const mirror of mirrors) if (isOverdue(mirror, now) && !isBusy(mirror)) void this.shred(mirror.id);
  }

  /** Once; those who ask later hear the same. */
  shred(id: string): Promise<string[]> {
    const known = this.#shredded.get(id);
    if (known) return known;
    const shredding = this.#files.shred(id).catch((thrown: unknown) => {
      // The next look tries again.
      this.#shredded.delete(id);
      return [String(thrown)];
    });
    this.#shredded.set(id, shredding);
    return shredding;
  }

  /** The ledger has it. */
  forget(id: string): void {
    this.#shredded.delete(id);
  }
}

/** By the ledger; if its end never came there, by what was approved. */
function isOverdue({ policy, approved, began, ended, shredded }: Mirror, now: EpochMs): boolean {
  if (shredded || !began || policy.collector.kind !== 'ring') return false;
  const shredAt = ended?.shredAt ?? (approved ? approved.endsAt + policy.keepMs : undefined);
  return shredAt !== undefined && now >= shredAt;
}

import { createHash } from 'node:crypto';
import { QwError, type MirrorFile } from '../../model/index.ts';
import { systemErrorCode, type Disk } from '../../platform/index.ts';
import { sealLeftover, shredFile } from '../../observe/index.ts';

const pieceBytes = 1024 * 1024;
const filePattern = /^\d{6,9}\.pcapng$/;

/** The folders of captured packets, one a mirror, below the data folder. */
export class CapturedFiles {
  readonly #disk: Disk;
  readonly #folder: string;

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#folder = `${directory}/mirrors`;
  }

  directoryOf(mirror: string): string {
    return `${this.#folder}/${mirror}`;
  }

  /** Mirrors of which there is a folder. */
  mirrors(): Promise<string[]> {
    return this.#disk.list(this.#folder);
  }

  /** What a run that ended without a word has left. */
  async leftovers(mirror: string): Promise<MirrorFile[]> {
    const directory = this.directoryOf(mirror);
    const names = (await this.#disk.list(directory)).filter((name) => filePattern.test(name));
    const files: MirrorFile[] = [];
    for (const name of names) {
      const file = await sealLeftover(this.#disk, directory, name);
      files.push(file);
    }
    return files;
  }

  /** Throws DATA_UNUSABLE for a file that is not as it was captured, CONFLICT for one that is not there any more. */
  async verify(mirror: string, files: readonly MirrorFile[]): Promise<void> {
    for (const file of files) {
      const hash = createHash('sha256');
      let bytes = 0;
      try {
        for await (const piece of this.#pieces(mirror, file.name)) {
          hash.update(piece);
          bytes += piece.length;
        }
      } catch (thrown) {
        if (systemErrorCode(thrown) !== 'ENOENT') throw thrown;
        throw new QwError('CONFLICT', `the packets of mirror ${mirror} are not here any more`, { cause: thrown });
      }
      if (bytes === file.bytes && hash.digest('hex') === file.sha256) continue;
      throw new QwError('DATA_UNUSABLE', `${file.name} of mirror ${mirror} is not as it was captured`, {
        hint: 'its hash in the ledger is another: somebody has changed it, or the disk is bad',
      });
    }
  }

  /** All files after one another, which is a file of the same format. */
  async *read(mirror: string, files: readonly MirrorFile[]): AsyncGenerator<Buffer> {
    for (const { name } of files) yield* this.#pieces(mirror, name);
  }

  /** Shreds all that there is of a mirror; returns what went wrong, as sentences. */
  async shred(mirror: string): Promise<string[]> {
    const directory = this.directoryOf(mirror);
    const problems: string[] = [];
    for (const name of await this.#disk.list(directory)) {
      const problem = await shredFile(this.#disk, directory, name);
      if (problem !== undefined) problems.push(problem);
    }
    return problems;
  }

  async *#pieces(mirror: string, name: string): AsyncGenerator<Buffer> {
    const file = await this.#disk.open(`${this.directoryOf(mirror)}/${name}`, 'read');
    try {
      for (let at = 0; ;) {
        const piece = await file.read(at, pieceBytes);
        if (piece.length === 0) return;
        at += piece.length;
        yield piece;
      }
    } finally {
      await file.close();
    }
  }
}

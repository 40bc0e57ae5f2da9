import { z } from 'zod';
import { messageOf, type EpochMs } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk, type Log } from '../../platform/index.ts';

const choiceSchema = z.strictObject({ uplink: z.string(), by: z.string(), at: z.number() });

/** An operator wants this uplink used while it is not dead. */
export interface OperatorChoice {
  uplink: string;
  /** Who chose it: `operator NAME`. */
  by: string;
  at: EpochMs;
}

const fileName = 'uplinks-chosen.json';
const limitBytes = 10_000;

/**
 * The choice that stands, in a file of the one that switches. It is not read from the ledger: a choice that moves no
 * traffic leaves no entry there, it must hold without a quorum, and a start needs it before the ledger is read.
 */
export class Choice {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #log: Log;
  #standing: OperatorChoice | undefined;
  /** The choice is in force, but would not survive a restart; a sentence for people. */
  problem: string | undefined;

  constructor({ disk, directory, log }: { disk: Disk; directory: string; log: Log }) {
    this.#disk = disk;
    this.#folder = directory;
    this.#log = log;
  }

  get standing(): OperatorChoice | undefined {
    return this.#standing;
  }

  /** What was chosen before this start. */
  async open(): Promise<void> {
    const path = `${this.#folder}/${fileName}`;
    try {
      const bytes = await readSmallFile(this.#disk, path, limitBytes);
      if (bytes) this.#standing = choiceSchema.parse(JSON.parse(bytes.toString('utf8')));
    } catch (thrown) {
      this.#log.error('which uplink an operator had chosen cannot be read; the choice is left to the watcher', {
        path,
        problem: messageOf(thrown),
      });
    }
  }

  /** Stands from now on; resolves when it is on disk. Undefined ends it. */
  async set(choice: OperatorChoice | undefined): Promise<void> {
    this.#standing = choice;
    try {
      await this.#write(choice);
      this.problem = undefined;
    } catch (thrown) {
      this.problem = `the choice of an uplink would not survive a restart: ${messageOf(thrown)}`;
      this.#log.error(this.problem);
    }
  }

  async #write(choice: OperatorChoice | undefined): Promise<void> {
    await this.#disk.makeDirectory(this.#folder);
    if (choice) {
      await replaceFile(this.#disk, this.#folder, fileName, Buffer.from(JSON.stringify(choice)));
    } else if ((await this.#disk.list(this.#folder)).includes(fileName)) {
      await this.#disk.remove(`${this.#folder}/${fileName}`);
      await this.#disk.syncDirectory(this.#folder);
    }
  }
}

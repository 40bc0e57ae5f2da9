import { messageOf, QwError, type UplinkDrill, type UplinkSwitch } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk, type Log } from '../../platform/index.ts';

/** What is still to be told to the ledger. */
export type UplinkRecord =
  | { kind: 'uplink-switch'; record: UplinkSwitch }
  | { kind: 'uplink-drill'; record: UplinkDrill };

export interface OutboxOptions {
  disk: Disk;
  folder: string;
  log: Log;
  /** Resolves when it is in the ledger, also when it was already; rejects when that is not known. */
  propose: (record: UplinkRecord) => Promise<void>;
}

const fileName = 'uplinks-to-tell.json';
const limitBytes = 64 * 1024 * 1024;
/** So many may wait for a quorum. What came first stays: it says how it began. */
const maxWaiting = 500;

/** Records that wait to be ordered, in a file, so that neither a missing quorum nor a crash loses them. */
export class Outbox {
  readonly #options: OutboxOptions;
  #waiting: UplinkRecord[] = [];
  #telling = false;
  #writing: Promise<void> = Promise.resolve();
  #saving = false;
  #unwritten = false;
  #lost = 0;
  #failing = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** What an earlier run could not tell. */
  async open(): Promise<void> {
    const { disk, folder, log } = this.#options;
    const path = `${folder}/${fileName}`;
    try {
      const bytes = await readSmallFile(disk, path, limitBytes);
      if (bytes) this.#waiting = JSON.parse(bytes.toString('utf8')) as UplinkRecord[];
    } catch (thrown) {
      log.error('switches of uplinks that were not told yet cannot be read', { path, problem: messageOf(thrown) });
    }
  }

  get waiting(): readonly UplinkRecord[] {
    return this.#waiting;
  }

  /** Returns at once; it is written down and proposed afterwards. */
  add(record: UplinkRecord): void {
    if (this.#waiting.length >= maxWaiting) {
      this.#lost++;
      this.#options.log.error('a switch of uplinks cannot be kept for the ledger: too many wait', { lost: this.#lost });
      return;
    }
    this.#waiting.push(record);
    this.#save();
    this.retry();
  }

  /** Tries again what could not be told before. */
  retry(): void {
    if (this.#telling || this.#waiting.length === 0) return;
    this.#telling = true;
    void this.#tell().finally(() => (this.#telling = false));
  }

  /** Resolves when all that waits is in the file. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #tell(): Promise<void> {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      // On disk before it is on its way: who crashes in between tells it again, and the ledger takes it once.
      await this.#writing;
      try {
        await this.#options.propose(first);
        this.#failing = false;
      } catch (thrown) {
        const facts = { id: first.record.id, problem: messageOf(thrown) };
        if (!isRefusal(thrown)) {
          if (!this.#failing) this.#options.log.warning('a switch of uplinks waits to be agreed', facts);
          this.#failing = true;
          return;
        }
        // It would be refused for ever, and hold up all that comes after.
        if (!isThere(thrown)) this.#options.log.error('the ledger does not take a switch of uplinks', facts);
      }
      this.#waiting.shift();
      this.#save();
    }
  }

  /** What changes while it is being written shares the next writing. */
  #save(): void {
    this.#unwritten = true;
    if (this.#saving) return;
    this.#saving = true;
    this.#writing = this.#write();
  }

  async #write(): Promise<void> {
    const { disk, folder, log } = this.#options;
    try {
      await disk.makeDirectory(folder);
      while (this.#unwritten) {
        this.#unwritten = false;
        await replaceFile(disk, folder, fileName, Buffer.from(JSON.stringify(this.#waiting)));
      }
    } catch (thrown) {
      log.error('what is to be told of uplinks cannot be written down', { problem: messageOf(thrown) });
    }
    this.#saving = false;
  }
}

function isThere(thrown: unknown): boolean {
  return thrown instanceof QwError && thrown.code === 'CONFLICT' && thrown.facts['executed'] === true;
}

function isRefusal(thrown: unknown): boolean {
  return isThere(thrown) || (thrown instanceof QwError && ['BAD_INPUT', 'FORBIDDEN'].includes(thrown.code));
}

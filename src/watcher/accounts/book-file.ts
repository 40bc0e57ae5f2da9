import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { QwError } from '../../model/index.ts';
import { nodeDisk, readSmallFile, replaceFile } from '../../platform/index.ts';

const maxFileBytes = 16 * 1024 * 1024;

/** A small list in a file, changed as a whole: afterwards the file holds the old list or the new one. */
export class BookFile<Item> {
  readonly #file: string;
  readonly #what: string;
  #items: readonly Item[];
  #changing: Promise<void> = Promise.resolve();

  private constructor(file: string, what: string, items: readonly Item[]) {
    this.#file = file;
    this.#what = what;
    this.#items = items;
  }

  /** `what` is for messages: `tokens`. Throws BAD_INPUT on a file that is damaged. */
  static async open<Item>(file: string, what: string, item: z.ZodType<Item>): Promise<BookFile<Item>> {
    const bytes = await readSmallFile(nodeDisk, file, maxFileBytes);
    if (!bytes) return new BookFile<Item>(file, what, []);
    try {
      return new BookFile(file, what, z.array(item).parse(JSON.parse(bytes.toString())));
    } catch (cause) {
      throw new QwError('BAD_INPUT', `the file of ${what} is damaged`, {
        where: file,
        cause,
        hint: `restore it, or delete it and make new ${what}`,
      });
    }
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  /** One change after the other, each upon what the one before left: none is lost. Throws DATA_UNUSABLE. */
  change(makeNext: (before: readonly Item[]) => readonly Item[]): Promise<void> {
    const changed = this.#changing.then(() => this.#write(makeNext));
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async #write(makeNext: (before: readonly Item[]) => readonly Item[]): Promise<void> {
    const next = makeNext(this.#items);
    if (next === this.#items) return;
    try {
      const text = `${JSON.stringify(next, undefined, 2)}\n`;
      await replaceFile(nodeDisk, dirname(this.#file), basename(this.#file), Buffer.from(text));
    } catch (cause) {
      throw new QwError('DATA_UNUSABLE', `the ${this.#what} cannot be written`, { cause });
    }
    this.#items = next;
  }
}

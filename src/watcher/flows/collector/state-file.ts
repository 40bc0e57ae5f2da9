import { z } from 'zod';
import { messageOf } from '../../../model/index.ts';
import {
  collectorStateSchema,
  emptyState,
  expectedNextSchema,
  nothingExpected,
  withExpected,
  type CollectorState,
  type ExpectedNextState,
} from '../../../observe/index.ts';
import { bootId, nodeDisk, readSmallFile, replaceFile, replaceFileSoon, type Disk } from '../../../platform/index.ts';

const stateFile = 'collector.json';
const expectedFile = 'expected.json';
const expectedInBootSchema = expectedNextSchema.extend({ boot: z.string().max(100) });
/** Some 100 bytes a field: ten thousand templates of twenty-five fields. */
const maxBytes = 64 * 1024 * 1024;

/** What a collector knows of its exporters, in two files that are each replaced at once. */
export class StateFile {
  readonly #directory: string;
  readonly #disk: Disk;

  constructor(directory: string, disk: Disk = nodeDisk) {
    this.#directory = directory;
    this.#disk = disk;
  }

  /** A file that cannot be read costs what was learnt, which exporters say again. */
  async read(): Promise<{ state: CollectorState; problem?: string }> {
    const expected = await this.#readExpected().catch(() => nothingExpected);
    try {
      const state = await this.#read(stateFile, collectorStateSchema);
      return { state: withExpected(state ?? emptyState, expected) };
    } catch (thrown) {
      const reason = messageOf(thrown).split('\n', 1)[0] ?? '';
      const path = `${this.#directory}/${stateFile}`;
      return { state: emptyState, problem: `${path} was not read, templates come with time: ${reason}` };
    }
  }

  write(state: CollectorState): Promise<void> {
    return replaceFile(this.#disk, this.#directory, stateFile, Buffer.from(JSON.stringify(state)));
  }

  /** What was expected next when the last rows became durable. Rows are, this is not: it outlives a process alone. */
  async writeExpected(expected: ExpectedNextState): Promise<void> {
    const kept = Buffer.from(JSON.stringify({ ...expected, boot: await bootId() }));
    await replaceFileSoon(this.#disk, this.#directory, expectedFile, kept);
  }

  async #readExpected(): Promise<ExpectedNextState> {
    const found = await this.#read(expectedFile, expectedInBootSchema);
    return found?.boot === (await bootId()) ? found : nothingExpected;
  }

  async #read<Kept>(name: string, schema: { parse(value: unknown): Kept }): Promise<Kept | undefined> {
    const bytes = await readSmallFile(this.#disk, `${this.#directory}/${name}`, maxBytes);
    return bytes && schema.parse(JSON.parse(bytes.toString()));
  }
}

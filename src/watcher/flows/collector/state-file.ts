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
import { nodeDisk, readSmallFile, replaceFile, type Disk } from '../../../platform/index.ts';

const stateFile = 'collector.json';
const expectedFile = 'expected.json';
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
    try {
      const state = await this.#read(stateFile, collectorStateSchema, emptyState);
      return { state: withExpected(state, await this.#read(expectedFile, expectedNextSchema, nothingExpected)) };
    } catch (thrown) {
      const reason = messageOf(thrown).split('\n', 1)[0] ?? '';
      return { state: emptyState, problem: `${this.#directory} was not read, templates come with time: ${reason}` };
    }
  }

  write(state: CollectorState): Promise<void> {
    return this.#replace(stateFile, state);
  }

  /** What was expected next when the last rows became durable. */
  writeExpected(expected: ExpectedNextState): Promise<void> {
    return this.#replace(expectedFile, expected);
  }

  async #read<Kept>(name: string, schema: { parse(value: unknown): Kept }, nothing: Kept): Promise<Kept> {
    const bytes = await readSmallFile(this.#disk, `${this.#directory}/${name}`, maxBytes);
    return bytes ? schema.parse(JSON.parse(bytes.toString())) : nothing;
  }

  async #replace(name: string, kept: object): Promise<void> {
    await replaceFile(this.#disk, this.#directory, name, Buffer.from(JSON.stringify(kept)));
  }
}

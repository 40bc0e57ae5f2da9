import { messageOf } from '../../../model/index.ts';
import { collectorStateSchema, emptyState, type CollectorState } from '../../../observe/index.ts';
import { nodeDisk, readSmallFile, replaceFile, type Disk } from '../../../platform/index.ts';

const fileName = 'collector.json';
/** Some 100 bytes a field: ten thousand templates of twenty-five fields. */
const maxBytes = 64 * 1024 * 1024;

/** What a collector knows of its exporters, in one file that is replaced at once. */
export class StateFile {
  readonly #directory: string;
  readonly #disk: Disk;

  constructor(directory: string, disk: Disk = nodeDisk) {
    this.#directory = directory;
    this.#disk = disk;
  }

  /** A file that cannot be read costs what was learnt, which exporters say again. */
  async read(): Promise<{ state: CollectorState; problem?: string }> {
    const path = `${this.#directory}/${fileName}`;
    try {
      const bytes = await readSmallFile(this.#disk, path, maxBytes);
      return { state: bytes ? collectorStateSchema.parse(JSON.parse(bytes.toString())) : emptyState };
    } catch (thrown) {
      const reason = messageOf(thrown).split('\n', 1)[0] ?? '';
      return { state: emptyState, problem: `${path} was not read, templates come with time: ${reason}` };
    }
  }

  async write(state: CollectorState): Promise<void> {
    await replaceFile(this.#disk, this.#directory, fileName, Buffer.from(JSON.stringify(state)));
  }
}

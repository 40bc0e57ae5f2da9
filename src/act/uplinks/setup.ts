import { messageOf, type FailoverSettings, type UplinkSettings } from '../../model/index.ts';
import type { Disk, LinuxParts, Log } from '../../platform/index.ts';
import { removeJournal, writeJournal, type SetupJournal } from './journal.ts';
import { removeSetup } from './leftovers.ts';
import { settingChanges, type SettingChange } from './settings.ts';

export interface SetupOptions {
  uplinks: readonly UplinkSettings[];
  failover: FailoverSettings;
  parts: LinuxParts;
  disk: Disk;
  folder: string;
  log: Log;
}

/** What is set up on this machine: written down before it is done, completed when devices come, taken back at the end. */
export class Setup {
  readonly #options: SetupOptions;
  #journal: SetupJournal | undefined;
  #completing: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: SetupOptions) {
    this.#options = options;
  }

  /** Whether anything is set up. */
  get stands(): boolean {
    return this.#journal !== undefined;
  }

  async begin(settings: readonly SettingChange[]): Promise<void> {
    const { uplinks, failover, parts, disk, folder } = this.#options;
    const { mark, table, 'rule-priority': rulePriority, classes } = failover;
    this.#journal = {
      version: 1,
      numbers: { mark, table, 'rule-priority': rulePriority },
      uplinkCount: uplinks.length,
      classCount: classes.length,
      settings: [...settings],
    };
    await writeJournal(disk, folder, this.#journal);
    for (const { path, after } of settings) parts.settings.write(path, after);
  }

  /** A device that comes, or comes back under another number, has the kernel's settings of a new one. */
  complete(): void {
    const present = this.#journal;
    if (!present) return;
    const { uplinks, failover, parts, disk, folder, log } = this.#options;
    const more = settingChanges(uplinks, failover, parts.settings);
    if (more.length === 0) return;
    const paths = new Set(more.map(({ path }) => path));
    const written = { ...present, settings: [...present.settings.filter(({ path }) => !paths.has(path)), ...more] };
    this.#journal = written;
    this.#completing = this.#completing
      .then(() => writeJournal(disk, folder, written))
      .then(() => {
        if (!this.#ended) for (const { path, after } of more) parts.settings.write(path, after);
      })
      .catch((error: unknown) => log.warning(`uplinks: ${messageOf(error)}`));
  }

  /** Nothing is written from now on but what takes it back. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#completing;
    if (!this.#journal) return;
    const { parts, disk, folder } = this.#options;
    await removeSetup(this.#journal, parts);
    await removeJournal(disk, folder);
    this.#journal = undefined;
  }
}

import { removeLeftovers, removeRouterLeftovers, setupFile } from '../../act/index.ts';
import { messageOf, QwError } from '../../model/index.ts';
import type { Disk, LinuxParts, Log } from '../../platform/index.ts';
import { drillFile } from './drills.ts';
import type { UplinkTask } from './task.ts';

const files: ReadonlySet<string> = new Set([setupFile, drillFile]);

/** What an earlier run left behind: taken back at the first start, whatever the configuration says now. */
export class Leftovers {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #log: Log;

  constructor({ disk, directory, log }: { disk: Disk; directory: string; log: Log }) {
    this.#disk = disk;
    this.#folder = directory;
    this.#log = log;
  }

  /** A watcher that never had to do with uplinks leaves the kernel's network alone. */
  async areHere(): Promise<boolean> {
    return (await this.#disk.list(this.#folder)).some((name) => files.has(name));
  }

  /** Takes back what was set up on this machine; what could not be, as a sentence for people. */
  async removeHere(parts: LinuxParts, task: UplinkTask | undefined): Promise<string | undefined> {
    // Who switches here begins by taking it back, and tries again where it cannot.
    if (task?.acts && !task.failover.router && !task.failover['dry-run']) return undefined;
    try {
      if (await removeLeftovers(this.#disk, this.#folder, parts)) {
        this.#log.warning('removed what an earlier run had set up for uplinks');
      }
      return undefined;
    } catch (thrown) {
      return `what an earlier run set up for uplinks cannot be removed: ${messageOf(thrown)}`;
    }
  }

  /** A router that is switched no more, or not from here, gets back what a crash left on it. */
  async restoreRouter(task: UplinkTask | undefined): Promise<string | undefined> {
    const place = { disk: this.#disk, folder: this.#folder, log: this.#log };
    try {
      const left = await removeRouterLeftovers(place, task?.acts ? task.failover.router : undefined);
      if (left) this.#log.warning('put back the routes that an earlier run had changed on a router');
      return undefined;
    } catch (thrown) {
      return `${messageOf(thrown)}${thrown instanceof QwError ? ` (${thrown.hint})` : ''}`;
    }
  }
}

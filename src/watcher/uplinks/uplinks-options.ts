import type { VerdictMachine } from '../../agree/index.ts';
import type { Opinion } from '../../model/index.ts';
import type { Clock, Disk, LinuxParts, Log, Pinger } from '../../platform/index.ts';
import type { UplinkRecord } from './outbox.ts';

export interface UplinksOptions {
  self: string;
  /** The data folder. */
  directory: string;
  clock: Clock;
  disk: Disk;
  log: Log;
  machine: VerdictMachine;
  /** Undefined where this machine cannot send echoes. */
  pinger: Pinger | undefined;
  /** Orders what was done; resolves when it is in the ledger. */
  propose: (record: UplinkRecord) => Promise<void>;
  /** Hands opinions on to be agreed. */
  say(opinions: readonly Opinion[]): void;
  /** An uplink or what carries traffic has changed: whoever looks should look again. */
  onChange(): void;
  openParts?: () => LinuxParts;
}
